// Package reconcile has what an ApplicationSet reconcile costs with previewset
// and with Argo CD's own pull request generator, on the same forge: in time
// (goal 2) and in calls that count against the forge's quota (goal 3).
//
// It knows no release of Argo CD: each has a module of its own beside this
// package, which hands in its generators.
package reconcile
