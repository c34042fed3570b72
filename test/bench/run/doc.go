// Run measures previewset beside its peers, each suite in its own process, and
// prints one table. It is what `make bench` starts.
//
//	go run ./test/bench/run [-goal 4,5] [-rounds N] [-output table|json]
//
// A goal that is missed is a line that says so; only a suite that does not run,
// or whose work came out wrong, is a failure.
package main
