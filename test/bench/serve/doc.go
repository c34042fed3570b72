// Package serve holds the benchmark of starts and of memory: goal 8 of
// docs/performance.md.
//
// What is measured is the program itself as it is installed, in a process of its
// own, with sets of a hundred previews each. The forge and the Git server are
// this process's. How long at least one request was open at them is known, and
// taken off from how long a start takes: it is their time.
package serve
