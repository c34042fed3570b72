package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestPruneDeletesEntriesOfEndedChanges(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 3 {
		forge.repo.OpenPull(githubtest.Pull{})
	}
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve()
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	if got := f.mustRun("prune", "--once"); !strings.Contains(got, "nothing to prune") {
		t.Errorf("prune with nothing to do: %s", got)
	}
	forge.repo.Merge(2)
	s.awaitIDs("shop", "pr-1", "pr-3")

	// The service does not delete entries, because it runs without --prune.
	tip := f.gitops.Tip(t, "main")
	var dry []pruneResult
	if err := json.Unmarshal([]byte(f.mustRun("prune", "--dry-run", "--output", "json")), &dry); err != nil {
		t.Fatal(err)
	}
	if len(dry) != 1 || len(dry[0].Deleted) != 1 || dry[0].Deleted[0].ID != "pr-2" || dry[0].Deleted[0].Verdict.Reason != "merged" || dry[0].Deleted[0].Verdict.Detail != "it is merged" {
		t.Errorf("dry run: %+v", dry)
	}
	if f.gitops.Tip(t, "main") != tip {
		t.Fatalf("a dry run committed: %q", f.subjects(1))
	}
	if got := f.mustRun("prune"); !strings.Contains(got, "pruned pr-2: it is merged\n") {
		t.Errorf("got output %q, want that pr-2 was pruned", got)
	}
	if got := f.subjects(1)[0]; got != "shop: prune pr-2 (merged)" {
		t.Errorf("commit %q", got)
	}
	if got := f.gitops.Git(t, "log", "-1", "--format=%(trailers:key=Previewset-Set,valueonly)", "main"); got != "shop" {
		t.Errorf("got the trailer Previewset-Set %q, want shop", got)
	}
}

func TestRevertedPruneRestoresEntry(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 3 {
		forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	s := f.serve("--prune")
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	forge.repo.Label(2)
	s.awaitIDs("shop", "pr-1", "pr-3")
	f.await("the prune", func() bool { return f.subjects(1)[0] == "shop: prune pr-2 (label)" })

	f.revertLastCommit()
	p := s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	f.checkRevisions(p)
	forge.repo.Push("change-2", "ada") // an update keeps the mark of the reverted prune
	s.awaitSet("shop", func(now params) bool { return now.text("pr-2", "head_sha") == forge.repo.PullHead(2) })
	if got := f.mustRun("prune"); !strings.Contains(got, "nothing to prune") {
		t.Errorf("got %q while the pull request is open, want nothing to prune", got)
	}
	if got := f.mustRun("explain", "2"); !strings.Contains(got, "its prune was reverted") {
		t.Errorf("got explanation %q, want that the prune was reverted", got)
	}
	forge.repo.ClosePull(2)
	s.awaitIDs("shop", "pr-1", "pr-3")
	f.await("the end of it", func() bool { return f.subjects(1)[0] == "shop: prune pr-2 (closed)" })
}

// revertLastCommit reverts the newest commit of the GitOps repository, as a person does.
func (f *fixture) revertLastCommit() {
	f.t.Helper()
	clone := f.t.TempDir()
	f.gitops.Git(f.t, "clone", "--quiet", f.gitops.Dir, clone)
	f.gitops.Git(f.t, "-C", clone, "revert", "--no-edit", "HEAD")
	f.gitops.Git(f.t, "-C", clone, "push", "--quiet", "origin", "HEAD:main")
}

func TestGuardCountsEntriesAfterRestart(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 4 {
		forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	s := f.serve()
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	s.stop()
	for number := range int64(4) {
		forge.repo.Label(number + 1)
	}
	// No pull request has its label any more, and the service starts without memory.
	held := f.serve("--prune").awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	if ids := slices.Collect(func(yield func(string) bool) {
		for id := range held {
			if !yield(id) {
				return
			}
		}
	}); len(ids) != 4 {
		t.Errorf("got previews %v, want 4", ids)
	}
	if got := f.mustRun("prune"); !strings.Contains(got, "holds pr-4: it has no label \"preview\": set the label; the guard holds it") {
		t.Errorf("the guard does not hold in prune: %s", got)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Title: "Red \x1b[31m and \u202eturned"})
	f.configure(forge.pullRequestSet(f, "", ""))
	tip := f.gitops.Tip(t, "main")
	status, out, stderr := f.run("plan", "--exit-code")
	if status != statusChanges || !strings.Contains(out, "shop: add pr-1") || !strings.Contains(out, "+namespace: shop-pr-1") {
		t.Errorf("plan: %d %s%s", status, out, stderr)
	}
	if strings.ContainsAny(out, "\x1b\u202e") {
		t.Errorf("plan prints control characters of a title: %q", out)
	}
	var views []planView
	if err := json.Unmarshal([]byte(f.mustRun("plan", "--output", "json")), &views); err != nil || len(views) != 1 || len(views[0].Steps) != 1 {
		t.Errorf("plan as JSON: %v %+v", err, views)
	}
	if f.gitops.Tip(t, "main") != tip {
		t.Error("plan committed")
	}
	s := f.serve()
	s.awaitIDs("shop", "pr-1")
	s.stop()
	if status, out, _ := f.run("plan", "--exit-code"); status != statusDone || !strings.Contains(out, "nothing to change") {
		t.Errorf("plan after a sync: %d %s", status, out)
	}
	forge.repo.Push("change-1", "ada")
	if _, out, _ := f.run("plan"); !strings.Contains(out, "shop: update pr-1") || !strings.Contains(out, "+  head_sha: \""+forge.repo.PullHead(1)) {
		t.Errorf("plan of an update: %s", out)
	}
}

// TestPrunerReloadsConfiguration changes the configuration of a running pruner. With an
// invalid one it prunes nothing; the next one selects fewer pull requests.
func TestPrunerReloadsConfiguration(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	for range 4 {
		forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	forge.repo.Label(2) // removes the label, which the first configuration ignores
	f.configure(forge.pullRequestSet(f, "", ""))
	f.serve().awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	tip := f.gitops.Tip(t, "main")

	log := f.startPruner("--interval", "1s")
	f.await("a pass", func() bool { return strings.Contains(log.String(), "nothing to prune") })
	f.write("config.yaml", "sets: {")
	f.await("the refusal", func() bool { return strings.Contains(log.String(), "nothing is pruned until it is fixed") })
	if f.gitops.Tip(t, "main") != tip {
		t.Errorf("the pruner committed %q", f.subjects(1))
	}
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", ""))
	f.await("the prune", func() bool { return f.subjects(1)[0] == "shop: prune pr-2 (label)" })
}

// startPruner starts a pruner, which stops at the end of the test, and returns its output.
func (f *fixture) startPruner(args ...string) *lockedBuffer {
	f.t.Helper()
	log := &lockedBuffer{}
	output := io.MultiWriter(log, f.captured.writer("prune"))
	runInBackground(f.t, output, append([]string{"prune", "--config", f.config, "--log-level", "debug"}, args...)...)
	return log
}

// lockedBuffer is a buffer for concurrent use.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *lockedBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *lockedBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
