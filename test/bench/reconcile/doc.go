// Package reconcile compares the cost of an ApplicationSet reconcile with previewset and
// with Argo CD's own pull request generator, on the same forge: its time (goal 2) and its
// calls that count against the forge's quota (goal 3).
//
// The package does not import Argo CD. Each release of Argo CD has a separate module,
// test/bench/argocd2 and test/bench/argocd3, which passes its generators.
package reconcile
