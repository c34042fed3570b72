// Package serve benchmarks the start time and the memory of `serve`: goal 8 of
// docs/performance.md.
//
// It measures the released program in a separate process, with sets of 100 previews
// each. The forge and the Git server run in the test process. The benchmark measures how
// long at least one request was open at them, and subtracts that time from the start
// time.
package serve
