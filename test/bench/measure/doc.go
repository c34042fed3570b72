// Package measure turns measurements into rows of a table. A row compares previewset with
// a peer that does the same work in the same run, as a ratio, or reports how a cost grows
// with the size of the work.
//
// A benchmark runs both sides alternately and reverses their order in every second round,
// so that a slow phase of the machine affects both. Rows compare the medians. A missed
// goal is reported in its row and does not fail the benchmark; a wrong result does.
//
// This package defines the rows and their format. The benchmarks define the work and its
// goals.
package measure
