// Package kube is a fake Kubernetes API in the test process. It has only Secrets and the
// Applications of Argo CD, and only the requests that previewset sends.
package kube
