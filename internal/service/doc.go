// Package service implements `previewset serve`: it answers Argo CD, syncs each set at
// every poll and webhook, and applies a changed configuration or token while it runs.
//
// After each sync the loop passes its outcome to observers, in this order: metrics,
// the log, reports, Argo CD's refresh. Code that acts on syncs is an observer: a type with
// the method observe, and a line in server.observers. Code that reports states is a
// reporter: a type with the method report, and an argument of newReports. It also gets the
// states after a change of the Applications of a set. Code that a sync depends on is
// not an observer: the board has the new snapshot before any observer gets it.
//
// Package internal/wiring makes the parts of a configuration, internal/pipeline
// implements a sync, and package plugin the answers. Flags and printed output belong
// to cmd/previewset.
package service
