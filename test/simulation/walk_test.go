package simulation_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

var (
	seedFlag = flag.Uint64("seed", 0, "walk with this seed alone")
	steps    = flag.Int("steps", 2500, "how many steps a walk has")
	soak     = flag.Duration("soak", 0, "walk with new seeds for this long")
)

// The walks of make test: 10,000 steps in all, and a few under the race detector.
const walks = 4

func stepsOfAWalk() int {
	if raced {
		return min(*steps, 250)
	}
	return *steps
}

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
		for seed := range uint64(walks) {
			t.Run(fmt.Sprint(seed+1), func(t *testing.T) {
				t.Parallel()
				walk(t, seed+1)
			})
		}
	}
}

// walk ends at the first violation, and prints how to walk there again.
func walk(t *testing.T, seed uint64) {
	w := newWorld(t, seed)
	for n := 1; n <= stepsOfAWalk(); n++ {
		w.step()
		if len(w.violations) > 0 {
			t.Fatalf("seed %d, step %d: %s\nThe last steps:\n\t%s\nAgain: go test ./test/simulation -run TestWalk -seed %d -steps %d",
				seed, n, w.violations[0], w.story(), seed, n)
		}
	}
	w.converge()
	if len(w.violations) > 0 {
		t.Fatalf("seed %d, after %d steps: %v\nThe last steps:\n\t%s\nAgain: go test ./test/simulation -run TestWalk -seed %d -steps %d",
			seed, stepsOfAWalk(), w.violations, w.story(), seed, stepsOfAWalk())
	}
}

// converge ends all faults, and wants everything to be as it should then.
func (w *world) converge() {
	w.did("converge")
	w.git.put("Clean up", func(f files) {
		f["base/kustomization.yaml"] = "resources: [settings.yaml]\n"
		entries := w.git.entries(f)
		for name := range f {
			id, _, _ := strings.Cut(strings.TrimPrefix(name, shopDir), "/")
			if _, ok := entries[id]; strings.HasPrefix(name, shopDir) && !ok {
				delete(f, name)
			}
		}
	})
	for _, p := range w.procs {
		p.reload()
	}
	var before plumbing.Hash
	for range 4 {
		before = w.git.tip()
		w.now = w.now.Add(time.Second)
		for _, p := range w.procs {
			w.must(w.sync(p, shop))
			if p.serves() {
				w.must(w.sync(p, plain))
			}
			w.promises.check()
		}
	}
	if w.git.tip() != before {
		w.violated("it does not come to rest: %s", w.git.commit(w.git.tip()).Message)
	}
	w.promises.complete()
	w.repo.Git(w.t, "fsck", "--strict")
}
