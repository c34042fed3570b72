// Package stack starts real parts on loopback, waits until each is ready and
// stops them: a Kubernetes cluster, Argo CD, Gitea and previewset.
//
// The parts are child processes of their own, stopped by their process id. All
// that they write lies in one folder, with a log for each.
package stack
