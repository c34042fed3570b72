// Package argocd2 compares previewset with the generators of Argo CD 2.14. It is a
// separate Go module, so that a build of previewset does not build Argo CD. The
// benchmarks are in test/bench/reconcile.
package argocd2
