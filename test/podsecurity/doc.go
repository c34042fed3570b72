// Package podsecurity compares previewset's policy with the judge of Kubernetes itself,
// k8s.io/pod-security-admission: both decide about the same pods.
//
// It is a separate Go module, so that previewset does not depend on the API server's
// packages. It contains only tests.
package podsecurity
