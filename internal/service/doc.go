// Package service is what `previewset serve` runs: it answers Argo CD, keeps each
// set in sync at every poll and webhook, and takes a changed configuration or token
// while it runs.
//
// After each sync the loop hands its outcome to observers, in this order: metrics,
// the log, Argo CD's refresh. What reports on syncs is an observer: a type with the
// method observe, and a line in server.observers. What a sync itself depends on is
// not: the board has the new snapshot before any observer sees it.
//
// What a configuration is made into belongs to internal/wiring, what one sync does
// to internal/pipeline, and the answers to package plugin. Flags and what is printed
// for people belong to cmd/previewset.
package service
