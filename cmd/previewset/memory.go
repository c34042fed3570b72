package main

import (
	"os"
	"runtime/debug"
)

// restingGC is how much the heap may grow between two collections, in percent of
// what is in use, once all sets were read. Go's own is 100.
const restingGC = 50

// rest gives back what the first syncs needed, all at once and on everything,
// and from then on trades a little processor time, of which syncs need little,
// for memory. Whoever sets GOGC decides himself.
func rest() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(restingGC)
	}
	debug.FreeOSMemory()
}
