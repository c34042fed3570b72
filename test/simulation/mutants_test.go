package simulation_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mutant is previewset with the mechanism that keeps one promise broken.
type mutant struct {
	point   string // of the marker //promise:POINT
	breakIt operation
	// seed is of a walk that finds the mutant in few steps.
	seed uint64
	// violation is a part of the violation that the walk reports; "" for any.
	violation string
}

func mutants() []mutant {
	return []mutant{
		{"removals-need-evidence", conditionTrue, 1, "open and wanted"},
		{"failed-lookups-are-no-evidence", deleteStatement, 5, " removed "},
		{"failed-lists-stop-the-sync", conditionFalse, 1, ""},
		{"newer-entries-stay", deleteMember, 2, "open and wanted"},
		{"guard-limits-removals", conditionTrue, 3, "more than the guard"},
		{"guard-checks-all-removals", moveToFront, 2, "more than the guard"},
		{"held-previews-stay-held", conditionFalse, 6, "although the guard holds it"},
		{"held-previews-are-recorded", deleteMember, 3, "does not record that"},
		{"forks-stay-at-the-admitted-commit", deleteStatement, 4, "which nobody admitted"},
		{"pins-are-found-for-every-variant", rightFalse, 1, "which nobody admitted"},
		{"directories-without-a-record-stay", takePreviousBody, 5, "which has no record"},
		{"unknown-entries-stay", leftTrue, 2, ""},
		{"only-pruners-delete", conditionTrue, 3, "without permission to prune"},
		{"pushes-never-force", insertBefore(forcePush), 1, "is not on the branch"},
		{"rejected-pushes-are-errors", conditionFalse, 2, "is not on the branch"},
		{"plans-match-the-branch", conditionFalse, 5, "which has no record"},
		{"names-are-unique", deleteStatement, 1, ""},
		{"answers-expire", conditionFalse, 1, "from a list that is"},
		{"failed-overlays-keep-the-preview", conditionFalse, 6, "open and wanted"},
		{"variants-are-separate-previews", dropLastElement, 3, ""},
	}
}

// forcePush makes a push expect whatever commit is at the tip, and so replace it. This
// needs code: the server compares the tip with the commit that the push expects.
const forcePush = `
	if now, err := r.readRefs(ctx, s); err == nil {
		lowest := c
		for lowest.below != nil {
			lowest = lowest.below
		}
		lowest.base.tip = now.References[branchPrefix+branch]
	}`

// serviceMutants break mechanisms of internal/service that the walks do not reach:
// they end with a sync. Tests of internal/service must find them.
func serviceMutants() []mutant {
	return []mutant{
		{point: "observers-cannot-crash-the-process", breakIt: deleteStatement},
		{point: "syncs-do-not-wait-for-observers", breakIt: deleteMember},
		{point: "observers-see-every-change", breakIt: deleteStatement},
		{point: "failed-refreshes-are-retried", breakIt: conditionFalse},
	}
}

// serviceTests matches the names of the tests of internal/service that must find the
// mutants of it.
const serviceTests = "(?i)observer|outcome|refresh"

// mutantSteps is the length of a walk that looks for a mutant.
const mutantSteps = 700

func TestEachMarkerHasOneMutant(t *testing.T) {
	t.Parallel()
	var mutated, marked []string
	for _, m := range slices.Concat(mutants(), serviceMutants()) {
		mutated = append(mutated, m.point)
	}
	_, points := mustFindPoints(t)
	for name := range points {
		marked = append(marked, name)
	}
	slices.Sort(mutated)
	slices.Sort(marked)
	if !slices.Equal(mutated, marked) {
		t.Errorf("mutants exist for\n\t%s\nand markers for\n\t%s", strings.Join(mutated, "\n\t"), strings.Join(marked, "\n\t"))
	}
}

// The operation of each mutant fits its point, also in runs that leave the mutant out.
func TestEachMutantApplies(t *testing.T) {
	t.Parallel()
	_, points := mustFindPoints(t)
	for _, m := range slices.Concat(mutants(), serviceMutants()) {
		t.Run(m.point, func(t *testing.T) {
			t.Parallel()
			source, err := points[m.point].mutated(m.breakIt)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(source, points[m.point].source) {
				t.Error("the mutant equals the product")
			}
			if _, err := parser.ParseFile(token.NewFileSet(), points[m.point].path, source, parser.SkipObjectResolution); err != nil {
				t.Error(err)
			}
		})
	}
}

// A walk finds each mutant. Without one, the same walks find nothing: see TestWalk.
func TestWalksFindMutants(t *testing.T) {
	skipUnlessMutants(t)
	root, points := mustFindPoints(t)
	for _, m := range partOf(t, mutants()) {
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
					t.Logf("RECORD IN mutants(): seed %d finds this mutant, and seed %d no longer does", seed, m.seed)
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

// A test of internal/service finds each mutant that the walks do not reach.
func TestServiceTestsFindMutants(t *testing.T) {
	skipUnlessMutants(t)
	root, points := mustFindPoints(t)
	for _, m := range partOf(t, serviceMutants()) {
		t.Run(m.point, func(t *testing.T) {
			t.Parallel()
			binary := buildMutant(t, root, points[m.point], m.breakIt, "./internal/service")
			out, err := exec.CommandContext(t.Context(), binary, "-test.run", serviceTests, "-test.failfast").CombinedOutput()
			if err == nil {
				t.Errorf("the tests %q pass, want a failure: %s", serviceTests, out)
			}
		})
	}
}

func skipUnlessMutants(t *testing.T) {
	t.Helper()
	if *seedFlag != 0 || *soak > 0 {
		t.Skip("only walks were asked for")
	}
	if raceEnabled {
		t.Skip("the race detector looks for races in the product as it is: mutants run without it")
	}
}

func mustFindPoints(t *testing.T) (root string, points map[string]point) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if points, err = findPoints(root); err != nil {
		t.Fatal(err)
	}
	return root, points
}
