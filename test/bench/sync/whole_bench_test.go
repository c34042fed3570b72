package sync_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/gitserver"
	"github.com/previewset/previewset/test/bench/measure"
	gittest "github.com/previewset/previewset/test/fake/git"
)

const goal = 7

// BenchmarkWhole syncs 1,000 pull requests after ten were opened, ten merged
// and thirty pushed to.
func BenchmarkWhole(b *testing.B) {
	for _, latency := range []struct{ forge, git time.Duration }{{}, {50 * time.Millisecond, 40 * time.Millisecond}} {
		b.Run(fmt.Sprintf("forge %s, Git %s", latency.forge, latency.git), func(b *testing.B) {
			took := whole(b, 1000, latency.forge, latency.git)
			sum := 0.0
			for _, name := range parts() {
				sum += took.Median(name)
				b.ReportMetric(took.Median(name), name+"-ms")
			}
			measure.Row{
				Goal: goal, Work: fmt.Sprintf("whole sync, forge %s, Git %s", latency.forge, latency.git), Unit: "ms",
				Ours: took.Median("whole"), Peer: "sum of its parts", Theirs: sum,
				Bound: measure.Bound{Kind: measure.ShareAtMost, At: 1.2},
			}.Report(b)
		})
	}
}

// BenchmarkGrowth has the same day in sets of other sizes.
func BenchmarkGrowth(b *testing.B) {
	var growth measure.Growth
	for _, open := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(open), func(b *testing.B) {
			took := whole(b, open, 0, 0).Median("whole")
			growth.Add(open, took)
			b.ReportMetric(took, "whole-ms")
		})
	}
	growth.Report(b, goal, "whole sync of the same 50 changes in 100 to 10,000 previews", measure.Bound{})
}

// parts of a sync, each of them measured alone.
func parts() []string { return []string{"list", "evidence", "state", "render", "write"} }

// whole has one day a round, and syncs it: as a whole, and in parts. The parts
// are those that ask a server or build an overlay; what lies between them is
// what the whole may cost more.
func whole(b *testing.B, open int, forge, git time.Duration) *apart {
	w := newWorld(b, open)
	url := gitserver.Serve(b, w.gitops, git).URL
	s := w.stack(b, url)
	s.sync(b)
	alone := w.apart(b, s, git)
	w.forge.Delay(forge)
	for b.Loop() {
		alone.round(b, s, w.day())
	}
	return alone
}

// apart has each part of a sync for itself, in the state that the whole one has.
type apart struct {
	source generator.Source
	base   *kustomize.Base
	repo   *gittest.Repo // a copy, for the part that writes
	remote *gitrepo.Remote
	tree   *gitrepo.Tree
	// asked is the whole and the parts that need nothing of it, made the rest.
	asked, made measure.Pair
}

// Median returns the median of the whole or of a part, in milliseconds.
func (a *apart) Median(name string) float64 { return a.asked.Median(name) + a.made.Median(name) }

func (w *world) apart(b *testing.B, s *stack, git time.Duration) *apart {
	b.Helper()
	copied := gittest.NewRepo(b, "copy")
	copied.Git(b, "fetch", "--quiet", w.gitops.URL(), "+refs/heads/main:refs/heads/main")
	a := &apart{source: w.source(b), repo: copied, remote: open(b, gitserver.Serve(b, copied, git).URL)}
	a.fetch(b)
	if _, err := a.source.List(b.Context(), generator.Query{PullRequests: true}); err != nil {
		b.Fatal(err)
	}
	state, err := s.set.Overlay.Repository.State(b.Context(), set)
	if err != nil {
		b.Fatal(err)
	}
	tree, err := state.Files(b.Context(), s.set.Overlay.Paths...)
	if err != nil {
		b.Fatal(err)
	}
	if a.base, err = s.set.Overlay.Renderer.Load(tree); err != nil {
		b.Fatal(err)
	}
	return a
}

// fetch brings to hand what a writer has from its last sync.
func (a *apart) fetch(b *testing.B) {
	b.Helper()
	var err error
	if a.tree, err = a.remote.Fetch(b.Context(), "main", a.tree); err != nil {
		b.Fatal(err)
	}
	if _, err := a.tree.Entries(b.Context(), "previews/"+set); err != nil {
		b.Fatal(err)
	}
}

// round measures each part, and the whole before or after those that don't need
// what it found.
func (a *apart) round(b *testing.B, s *stack, gone []generator.Key) {
	b.Helper()
	ctx := b.Context()
	var outcome *pipeline.Outcome
	a.asked.Round(
		side("whole", func() { outcome = s.sync(b) }),
		side("list", func() {
			if _, err := a.source.List(ctx, generator.Query{PullRequests: true}); err != nil {
				b.Fatal(err)
			}
		}),
		side("evidence", func() { a.evidence(b, gone) }),
		side("state", func() {
			if _, err := s.set.Overlay.Repository.State(ctx, set); err != nil {
				b.Fatal(err)
			}
		}),
	)
	if n := len(outcome.Plan.Steps); n != opened+closed+pushed || outcome.Commit == "" {
		b.Fatalf("%d steps, want %d; commit %q", n, opened+closed+pushed, outcome.Commit)
	}
	a.made.Round(
		side("render", func() { a.render(b, outcome) }),
		side("write", func() { a.write(b, outcome.Plan.Steps) }),
	)
	if got, want := a.repo.Git(b, "rev-parse", "main^{tree}"), outcome.Commit; got != s.gitops.Git(b, "rev-parse", want+"^{tree}") {
		b.Fatal("the parts made another tree than the whole")
	}
}

func side(name string, work func()) measure.Side {
	return measure.Side{Name: name, Run: func() float64 { return measure.Millis(work) }}
}

// evidence asks for each pull request that is missing how it ended.
func (a *apart) evidence(b *testing.B, gone []generator.Key) {
	for _, key := range gone {
		ending, err := a.source.Ending(b.Context(), key)
		if err != nil || ending == "" {
			b.Fatalf("%s: %q, %v", key, ending, err)
		}
	}
}

// render builds what was written, on all processors.
func (a *apart) render(b *testing.B, outcome *pipeline.Outcome) {
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(runtime.GOMAXPROCS(0))
	written := map[string]bool{}
	for _, step := range outcome.Plan.Steps {
		written[step.ID] = step.Action != gitops.Delete
	}
	for _, p := range outcome.Snapshot.Previews {
		if !written[p.ID] {
			continue
		}
		group.Go(func() error {
			_, err := a.base.Render(ctx, p.Preview, "previews/"+set+"/"+p.ID)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// write commits and pushes what was written.
func (a *apart) write(b *testing.B, steps []gitops.Step) {
	edit := gitrepo.Edit{Dirs: map[string]map[string][]byte{}}
	for _, step := range steps {
		if dir := "previews/" + set + "/" + step.ID; step.Action == gitops.Delete {
			edit.Remove = append(edit.Remove, dir)
		} else {
			edit.Dirs[dir] = step.Files()
		}
	}
	commit, err := a.tree.Commit(b.Context(), edit, gitrepo.CommitOptions{
		Message: "write", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@example.test"}, When: time.Now(),
	})
	if err != nil {
		b.Fatal(err)
	}
	if a.tree, err = a.remote.Push(b.Context(), "main", commit); err != nil {
		b.Fatal(err)
	}
}
