package simulation_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/previewset/previewset/test/fake/suite"
)

// mutantSteps is the length of a walk that looks for a mutant.
const mutantSteps = 700

// A walk finds each mutant. Without one, the same walks find nothing: see TestWalk.
func TestWalksFindMutants(t *testing.T) {
	skipUnlessMutants(t)
	t.Parallel()
	root, points := mustFindPoints(t)
	for _, m := range suite.PartOf(t, mutants()) {
		t.Run(m.point, func(t *testing.T) {
			t.Parallel()
			binary := buildMutant(t, root, points[m.point], m.breakIt, "./test/simulation")
			for _, seed := range m.seeds() {
				out, found := m.walk(t, binary, seed)
				if !found {
					continue
				}
				t.Logf("%.200s", out)
				if seed != m.seed {
					t.Logf("record seed %d in mutants(): it finds this mutant, and seed %d does not", seed, m.seed)
				}
				return
			}
			t.Errorf("no walk of %d steps finds this mutant", mutantSteps)
		})
	}
}

// seeds returns the recorded seed, then those of TestWalk.
func (m mutant) seeds() []uint64 {
	seeds := []uint64{m.seed}
	for seed := range uint64(walks) {
		if seed+1 != m.seed {
			seeds = append(seeds, seed+1)
		}
	}
	return seeds
}

// walk runs one walk of the broken program and reports whether it found the
// violation of this mutant.
func (m mutant) walk(t *testing.T, binary string, seed uint64) (out []byte, found bool) {
	t.Helper()
	number := strconv.FormatUint(seed, 10)
	out, err := exec.CommandContext(t.Context(), binary,
		"-test.run", "^TestWalk$", "-seed", number, "-steps", strconv.Itoa(mutantSteps)).CombinedOutput()
	if err == nil {
		return nil, false
	}
	if !bytes.Contains(out, []byte("seed "+number+",")) || !bytes.Contains(out, []byte(m.violation)) {
		t.Fatalf("the walk with seed %s failed without the violation %q:\n%s", number, m.violation, out)
	}
	return bytes.TrimSpace(out), true
}

// A test finds each mutant that the walks do not find.
func TestTestsFindMutants(t *testing.T) {
	skipUnlessMutants(t)
	t.Parallel()
	root, points := mustFindPoints(t)
	for _, m := range suite.PartOf(t, testedMutants()) {
		t.Run(m.point, func(t *testing.T) {
			t.Parallel()
			binary := buildMutant(t, root, points[m.point], m.breakIt, m.dir)
			tests := exec.CommandContext(t.Context(), binary, "-test.run", m.tests, "-test.failfast")
			tests.Dir = filepath.Join(root, m.dir) // as go test does
			out, err := tests.CombinedOutput()
			if err == nil {
				t.Errorf("the tests %q of %s pass, want a failure: %s", m.tests, m.dir, out)
			}
		})
	}
}

func skipUnlessMutants(t *testing.T) {
	t.Helper()
	if *seedFlag != 0 || *soak > 0 {
		t.Skip("this run has only walks")
	}
	if raceEnabled {
		t.Skip("mutants run without the race detector")
	}
}
