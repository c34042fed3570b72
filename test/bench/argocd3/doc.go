// Package argocd3 measures previewset beside the generators of Argo CD 3.5. It
// is a Go module of its own, so that nobody who builds previewset has to build
// Argo CD; what is measured stands in test/bench/reconcile.
package argocd3
