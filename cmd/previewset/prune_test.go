package main

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestThePrunerIsAProcessOfItsOwn(t *testing.T) {
	b, f := newBed(t), newForge(t)
	for range 3 {
		f.repo.OpenPull(githubtest.Pull{})
	}
	b.configure(f.shopOn(b, "", ""))
	s := b.serve()
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	if got := b.mustRun("prune", "--once"); !strings.Contains(got, "nothing to prune") {
		t.Errorf("prune with nothing to do: %s", got)
	}
	f.repo.Merge(2)
	s.awaitIDs("shop", "pr-1", "pr-3")

	// The service does not delete entries: it has no permission to.
	tip := b.gitops.Tip(t, "main")
	var dry []pruneResult
	if err := json.Unmarshal([]byte(b.mustRun("prune", "--dry-run", "--output", "json")), &dry); err != nil {
		t.Fatal(err)
	}
	if len(dry) != 1 || len(dry[0].Deleted) != 1 || dry[0].Deleted[0].ID != "pr-2" || dry[0].Deleted[0].Verdict.Reason != "merged" || dry[0].Deleted[0].Verdict.Detail != "it is merged" {
		t.Errorf("dry run: %+v", dry)
	}
	if b.gitops.Tip(t, "main") != tip {
		t.Fatalf("a dry run committed: %q", b.subjects(1))
	}
	if got := b.mustRun("prune"); !strings.Contains(got, "pruned pr-2: it is merged\n") {
		t.Errorf("prune: %s", got)
	}
	if got := b.subjects(1)[0]; got != "shop: prune pr-2 (merged)" {
		t.Errorf("commit %q", got)
	}
	if got := b.gitops.Git(t, "log", "-1", "--format=%(trailers:key=Previewset-Set,valueonly)", "main"); got != "shop" {
		t.Errorf("trailer %q", got)
	}
}

func TestARevertedPruneBringsTheEntryBack(t *testing.T) {
	b, f := newBed(t), newForge(t)
	for range 3 {
		f.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	b.configure(f.shopOn(b, "{labels: {all: [preview]}}", ""))
	s := b.serve("--prune")
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	f.repo.Label(2)
	s.awaitIDs("shop", "pr-1", "pr-3")
	b.await("the prune", func() bool { return b.subjects(1)[0] == "shop: prune pr-2 (label)" })

	b.revert()
	p := s.awaitIDs("shop", "pr-1", "pr-2", "pr-3")
	b.checkRevisions(p)
	f.repo.Push("change-2", "ada") // the mark survives an update
	s.awaitSet("shop", func(now params) bool { return now.str("pr-2", "head_sha") == f.repo.PullHead(2) })
	if got := b.mustRun("prune"); !strings.Contains(got, "nothing to prune") {
		t.Errorf("while the pull request is open: %s", got)
	}
	if got := b.mustRun("explain", "2"); !strings.Contains(got, "its prune was reverted") {
		t.Errorf("explain: %s", got)
	}
	f.repo.ClosePull(2)
	s.awaitIDs("shop", "pr-1", "pr-3")
	b.await("the end of it", func() bool { return b.subjects(1)[0] == "shop: prune pr-2 (closed)" })
}

// revert reverts the newest commit of the GitOps repository, as a person does.
func (b *bed) revert() {
	b.t.Helper()
	clone := b.t.TempDir()
	b.gitops.Git(b.t, "clone", "--quiet", b.gitops.Dir, clone)
	b.gitops.Git(b.t, "-C", clone, "revert", "--no-edit", "HEAD")
	b.gitops.Git(b.t, "-C", clone, "push", "--quiet", "origin", "HEAD:main")
}

func TestAfterARestartEntriesAreTheBaseline(t *testing.T) {
	b, f := newBed(t), newForge(t)
	for range 4 {
		f.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	b.configure(f.shopOn(b, "{labels: {all: [preview]}}", ""))
	s := b.serve()
	s.awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	s.stop()
	for number := range int64(4) {
		f.repo.Label(number + 1)
	}
	// The labels are gone, and so is all memory: the guard holds all the same.
	held := b.serve("--prune").awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	if ids := slices.Collect(func(yield func(string) bool) {
		for id := range held {
			if !yield(id) {
				return
			}
		}
	}); len(ids) != 4 {
		t.Errorf("held %v", ids)
	}
	if got := b.mustRun("prune"); !strings.Contains(got, "holds pr-4: held by the guard") {
		t.Errorf("the pruner has a guard of its own: %s", got)
	}
}

func TestPlan(t *testing.T) {
	b, f := newBed(t), newForge(t)
	f.repo.OpenPull(githubtest.Pull{Title: "Red \x1b[31m and \u202eturned"})
	b.configure(f.shopOn(b, "", ""))
	tip := b.gitops.Tip(t, "main")
	status, out, stderr := b.run("plan", "--exit-code")
	if status != statusChanges || !strings.Contains(out, "shop: add pr-1") || !strings.Contains(out, "+namespace: shop-pr-1") {
		t.Errorf("plan: %d %s%s", status, out, stderr)
	}
	if strings.ContainsAny(out, "\x1b\u202e") {
		t.Errorf("plan lets a title steer the terminal: %q", out)
	}
	var views []planView
	if err := json.Unmarshal([]byte(b.mustRun("plan", "--output", "json")), &views); err != nil || len(views) != 1 || len(views[0].Steps) != 1 {
		t.Errorf("plan for programs: %v %+v", err, views)
	}
	if b.gitops.Tip(t, "main") != tip {
		t.Error("plan committed")
	}
	s := b.serve()
	s.awaitIDs("shop", "pr-1")
	s.stop()
	if status, out, _ := b.run("plan", "--exit-code"); status != statusDone || !strings.Contains(out, "nothing to change") {
		t.Errorf("plan after a sync: %d %s", status, out)
	}
	f.repo.Push("change-1", "ada")
	if _, out, _ := b.run("plan"); !strings.Contains(out, "shop: update pr-1") || !strings.Contains(out, "+  head_sha: \""+f.repo.PullHead(1)) {
		t.Errorf("plan of an update: %s", out)
	}
}

// TestThePrunerFollowsItsConfiguration changes it under a running pruner: first
// to a broken one, by which nothing is pruned, then to one that wants less.
func TestThePrunerFollowsItsConfiguration(t *testing.T) {
	b, f := newBed(t), newForge(t)
	for range 4 {
		f.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	}
	f.repo.Label(2) // it has none now, which does not matter yet
	b.configure(f.shopOn(b, "", ""))
	b.serve().awaitIDs("shop", "pr-1", "pr-2", "pr-3", "pr-4")
	tip := b.gitops.Tip(t, "main")

	log := b.pruning("--interval", "1s")
	b.await("a pass", func() bool { return strings.Contains(log.String(), "nothing to prune") })
	b.write("config.yaml", "sets: {")
	b.await("the refusal", func() bool { return strings.Contains(log.String(), "nothing is pruned until it is fixed") })
	if b.gitops.Tip(t, "main") != tip {
		t.Errorf("it committed: %q", b.subjects(1))
	}
	b.configure(f.shopOn(b, "{labels: {all: [preview]}}", ""))
	b.await("the prune", func() bool { return b.subjects(1)[0] == "shop: prune pr-2 (label)" })
}

// pruning starts a pruner, which ends with the test, and returns what it says.
func (b *bed) pruning(args ...string) *said {
	b.t.Helper()
	log := &said{}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		out := io.MultiWriter(log, b.heard.at("prune"))
		Run(ctx, append([]string{"prune", "--config", b.config, "--log-level", "debug"}, args...), out, out)
	}()
	b.t.Cleanup(func() {
		stop()
		<-ended
	})
	return log
}

// said is output that may be read while it is written.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
