// Package measure turns timings of two sides into rows of a table: previewset
// beside a peer that does the same work in the same run, as a ratio, and how
// a cost grows with its size.
//
// A benchmark runs both sides in turn, the other one first in every second
// round, so that a slow moment of the machine strikes both. What is compared
// are the medians. A goal that is missed is a row that says so, never a failed
// benchmark: only work that came out wrong fails one.
//
// What may be touched here: rows, and how they are told. What is measured, and
// which goal it has, stands in the benchmarks.
package measure
