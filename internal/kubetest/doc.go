// Package kubetest gives tests a Kubernetes API that has Secrets and nothing
// else, in the test's process. It answers as a real one does where previewset
// asks.
//
// It is test code only: nothing outside of _test.go files may import it.
package kubetest
