package simulation_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/previewset/previewset/test/fake/suite"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "run only the walk with this seed")
	stepsFlag = flag.Int("steps", 2500, "the number of steps of a walk")
	soak      = flag.Duration("soak", 0, "run walks with new seeds for this long")
)

// walks is how many seeds TestWalk has, from 1. All walks together have 10,000 steps.
const walks = 4

// raceSteps is the length of a walk under the race detector.
const raceSteps = 250

// TestWalk takes longest, so it starts before the mutants: Go runs tests in the order of
// their file names.
func TestWalk(t *testing.T) {
	switch {
	case *seedFlag != 0:
		walk(t, *seedFlag)
	case *soak > 0:
		for end := time.Now().Add(*soak); time.Now().Before(end) && !t.Failed(); {
			seed := rand.Uint64()>>1 + 1
			t.Run(fmt.Sprint(seed), func(t *testing.T) { walk(t, seed) })
		}
	default:
		t.Parallel()
		var seeds []uint64
		for n := range uint64(walks) {
			seeds = append(seeds, n+1)
		}
		for _, seed := range suite.PartOf(t, seeds) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				walk(t, seed)
			})
		}
	}
}

// walk ends at the first violation, and prints the command that repeats it.
func walk(t *testing.T, seed uint64) {
	t.Helper()
	steps := *stepsFlag
	if raceEnabled {
		steps = min(steps, raceSteps)
	}
	h := newHarness(t, seed)
	for n := 1; n <= steps; n++ {
		h.step()
		if len(h.violations) > 0 {
			h.fail(seed, n)
		}
	}
	h.converge()
	if len(h.violations) > 0 {
		h.fail(seed, steps)
	}
}

func (h *harness) fail(seed uint64, steps int) {
	h.t.Helper()
	h.t.Fatalf("seed %d, after %d steps: %s\nThe last steps:\n\t%s\nTo repeat: go test ./test/simulation -run TestWalk -seed %d -steps %d",
		seed, steps, strings.Join(h.violations, "\n\t"), h.lastSteps(), seed, steps)
}

// converge ends all faults, undoes what people broke, and checks that a few syncs of
// each process reach the state that the promises describe.
func (h *harness) converge() {
	h.logStep("converge")
	h.git.commitAsPerson("Clean up", func(f files) {
		f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		entries := h.git.entries(f)
		for name := range f {
			id, _, _ := strings.Cut(strings.TrimPrefix(name, shopDir), "/")
			if _, ok := entries[id]; strings.HasPrefix(name, shopDir) && !ok {
				delete(f, name)
			}
		}
	})
	for _, f := range h.forges {
		f.unlabelled = min(1, f.unlabelled)
		f.countUnlabelled()
	}
	for _, p := range h.procs {
		p.reload()
	}
	var before plumbing.Hash
	for range 4 {
		before = h.git.tip()
		h.now = h.now.Add(time.Second)
		for _, p := range h.procs {
			h.must(h.sync(p, shop))
			if p.isReplica() {
				h.must(h.sync(p, plain))
			}
			h.promises.check()
		}
	}
	if h.git.tip() != before {
		h.reportViolation("the syncs do not stop committing: %s", h.git.commit(h.git.tip()).Message)
	}
	h.promises.checkConverged()
	h.repo.Git(h.t, "fsck", "--strict")
}
