// Run compares previewset with its peers and prints one table. Each suite runs in its own
// process. `make bench` runs this command.
//
//	go run ./test/bench/run [-goal 4,5] [-rounds N] [-output table|json]
//
// The table marks missed goals. The command fails only if a suite does not run or its
// work has a wrong result.
package main
