// Package fuzzing makes sure that a fuzz target judges something. A target that
// returns early for each input that the code refuses passes, too, when the code
// refuses everything.
package fuzzing

import (
	"flag"
	"strings"
	"sync/atomic"
	"testing"
)

// Judged returns a function for f to call with each input that reaches its judgement.
// f fails when fewer inputs of its corpus than least reach it. While new inputs are
// generated, other processes run the target, and nothing is counted.
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
