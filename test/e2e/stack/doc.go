// Package stack starts real parts on loopback, waits until they are ready, and stops
// them: a Kubernetes cluster, Argo CD, Gitea, PostgreSQL and previewset.
//
// Each part is a child process, which is stopped by its process id. All files of the
// parts are in one folder, with a log for each part.
package stack
