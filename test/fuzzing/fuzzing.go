// Package fuzzing makes a fuzz target fail if it checks too few inputs. A target that returns
// early for refused inputs would otherwise pass when the code refuses all inputs.
package fuzzing

import (
	"flag"
	"strings"
	"sync/atomic"
	"testing"
)

// Judged returns a function that f calls for each input that it checks. f fails if it checks
// fewer inputs of its corpus than least. While new inputs are generated, other processes
// run the target, and Judged does not count.
func Judged(f *testing.F, least int64) func() {
	var count atomic.Int64
	f.Cleanup(func() {
		if got := count.Load(); got < least && runsAll() && !f.Failed() {
			f.Errorf("only %d inputs were judged, want at least %d", got, least)
		}
	})
	return func() { count.Add(1) }
}

// runsAll reports whether this process runs each input of the corpus.
func runsAll() bool {
	generates := flag.Lookup("test.fuzz").Value.String() != ""
	single := strings.Contains(flag.Lookup("test.run").Value.String(), "/")
	return !generates && !single
}
