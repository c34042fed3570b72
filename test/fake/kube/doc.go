// Package kube gives tests a Kubernetes API that has Secrets and nothing
// else, in the test's process. It answers as a real one does where previewset
// asks.
package kube
