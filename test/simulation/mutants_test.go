package simulation_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mutant is previewset with one mechanism broken.
type mutant struct {
	name string
	// file, from the module's root, has old once, and new in its place.
	file, old, new string
	// found is a part of the violation that tells it.
	found string
}

func mutants() []mutant {
	return []mutant{
		{
			"missing is ended", "internal/pipeline/missing.go",
			"case ending.Ended():", "case true:", "open and wanted",
		},
		{
			"a failed lookup is an ending", "internal/pipeline/evidence.go",
			"ending = generator.EndingUnknown", "ending = generator.EndingClosed", " took ",
		},
		{
			"a failed list is an empty one", "internal/pipeline/facts.go",
			`return generator.Listing{}, fmt.Errorf("%w: %w", errList, err)`,
			"found = generator.Listing{Repository: generator.Repository{DefaultBranch: \"main\"}, TakenAt: s.Now()}", "",
		},
		{
			"an older list deletes newer entries", "internal/pipeline/stages.go",
			"s.keepNewer,", "", "open and wanted",
		},
		{
			"the guard lets all pass", "generator/guard.go",
			"case removals == 0:", "case true:", "at once, and the guard is",
		},
		{
			"the guard forgets", "generator/guard.go",
			"return o != nil && o.Guard != nil && *o.Guard == g", "return false", "which the guard holds",
		},
		{
			"what the guard holds is not noted", "internal/gitops/record.go",
			"Objection:  newObjection(p.Objection),", "", "and Git does not know",
		},
		{
			"forks move on", "internal/pipeline/forks.go",
			"changes[i].HeadSHA = head", "_ = head", "which nobody let in",
		},
		{
			"a directory without a record is owned", "internal/gitops/read.go",
			`state.Foreign[child.Name] = found.err.Error()`, "state.damaged[child.Name] = true", "which carries no record",
		},
		{
			"the pruner deletes what it does not know", "internal/gitops/diff.go",
			"if verdict, gone := d.desired.Gone[id]; gone && !d.wanted[id] {",
			"if verdict := d.desired.Gone[id]; !d.wanted[id] {", "",
		},
		{
			"the writer deletes", "internal/gitops/apply.go",
			"if permissions.Prune {", "if permissions.Prune || true {", "and must not",
		},
		{
			"pushes are forced", "internal/gitrepo/push.go",
			`	if caps := r.assumedReceiveCaps(); caps != nil {
		if report, output, err := receive(ctx, s, caps, branch, c, pack); report != nil {
			return outcome(report, output, err)
		}
		r.requireAdvertisement()
	}
	adv, err := r.readRefs(ctx, s)
	if err != nil {
		return false, readOnly(err)
	}
	switch tip := adv.References[branchPrefix+branch]; tip {
	case c.hash:
		return true, nil
	case c.from():
	default:
		return false, ErrMoved
	}
`, `	adv, err := r.readRefs(ctx, s)
	if err != nil {
		return false, readOnly(err)
	}
	lowest := c
	for lowest.below != nil {
		lowest = lowest.below
	}
	lowest.base.tip = adv.References[branchPrefix+branch]
`, "is lost",
		},
		{
			"what was planned on a branch that somebody else moved is pushed anyway", "internal/committer/branch.go",
			"!b.ownTips[caller.tree.Tip()]", "false", "which carries no record",
		},
		{
			"names may be shared", "internal/pipeline/guard.go",
			"dropCollisions(all)", "", "",
		},
		{
			"a stage after the guard removes", "internal/pipeline/stages.go",
			"s.keepNewer,", `s.keepNewer,
		func(_ *facts, all []*candidate) error {
			for _, c := range all {
				if c.status == hold {
					c.reject(c.why)
				}
			}
			return nil
		},`, "",
		},
		{
			"answers do not age", "plugin/board.go",
			"b.now().Sub(takenAt) > maxAge", "false", "from what it read",
		},
		{
			"what has no entry is dropped", "internal/pipeline/outcome.go",
			"place, ok = placed[p.Origin()]", "_ = placed", "open and wanted",
		},
		{
			"variants are one preview", "generator/origin.go",
			"return p.Repository.Origin(p.Change, p.Variant)", "return p.Repository.Origin(p.Change, \"\")", "",
		},
		{
			"a pin is looked up without the variant", "internal/gitops/pruned.go",
			`name == id || strings.HasPrefix(name, id+"-")`, `name == id || strings.HasPrefix(name, id+" ")`, "which nobody let in",
		},
	}
}

// serviceMutants break what comes after a sync, which the walks do without. found is
// the test of the service that must find it.
func serviceMutants() []mutant {
	return []mutant{
		{
			"a panic in an observer ends the process", "internal/service/delivery.go",
			"r := recover(); r != nil", "r := any(nil); r != nil", "TestPanicInObserverIsRecovered",
		},
		{
			"a sync waits for its observers", "internal/service/delivery.go",
			"case <-time.After(maxWait):", "case <-time.After(24 * time.Hour):", "TestStuckObserverDoesNotBlockSyncs",
		},
		{
			"what changed while an observer was busy is forgotten", "internal/service/observer.go",
			"o.changed = o.changed || missed.changed", "", "TestSlowObserverGetsMergedOutcomes",
		},
		{
			"a refresh that failed is forgotten", "internal/service/observe_argocd.go",
			"return !r.done[o.set]", "return o.changed", "TestRefreshIsRetriedUntilItSucceeds",
		},
	}
}

// mutantSteps is how far each of the walks goes to find a mutant.
const mutantSteps = 700

// Each promise has a mechanism; with it broken, a walk must find out. What is
// broken is a copy of the source that only the compiler sees. The walks are those
// of TestWalk, which find nothing where nothing is broken.
func TestBrokenMechanismsAreFound(t *testing.T) {
	if *seedFlag != 0 || *soak > 0 || raced {
		t.Skip("a walk was asked for, or the race detector, which is for what is not broken")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants() {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			binary := m.build(t, root, "./test/simulation")
			for n := range walks {
				seed := strconv.Itoa(n + 1)
				out, err := exec.CommandContext(t.Context(), binary, "-test.run", "^TestWalk$", "-seed", seed, "-steps", strconv.Itoa(mutantSteps)).CombinedOutput()
				if err == nil {
					continue
				}
				if !bytes.Contains(out, []byte("seed "+seed+",")) || !bytes.Contains(out, []byte(m.found)) {
					t.Fatalf("it failed otherwise: %s", out)
				}
				t.Logf("%.200s", bytes.TrimSpace(out))
				return
			}
			t.Errorf("%d walks of %d steps found nothing", walks, mutantSteps)
		})
	}
}

func TestBrokenMechanismsOfTheServiceAreFound(t *testing.T) {
	if *seedFlag != 0 || *soak > 0 || raced {
		t.Skip("a walk was asked for, or the race detector, which is for what is not broken")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range serviceMutants() {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			binary := m.build(t, root, "./internal/service")
			if out, err := exec.CommandContext(t.Context(), binary, "-test.run", "^"+m.found+"$").CombinedOutput(); err == nil {
				t.Errorf("%s does not find it: %s", m.found, out)
			}
		})
	}
}

// build compiles the tests of a package with the mechanism broken.
func (m mutant) build(t *testing.T, root, pkg string) string {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(m.file))
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		t.Fatalf("%s has this %d times, and should once: %s", m.file, n, m.old)
	}
	dir := t.TempDir()
	broken, overlay := filepath.Join(dir, "broken.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{path: broken}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{broken: []byte(strings.Replace(string(source), m.old, m.new, 1)), overlay: replace} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "walk.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, pkg)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}
