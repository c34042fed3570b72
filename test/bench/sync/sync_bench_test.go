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

// BenchmarkSync measures a sync of 1,000 pull requests after ten were opened, ten were
// merged and thirty got a push.
func BenchmarkSync(b *testing.B) {
	for _, latency := range []struct{ forge, git time.Duration }{{}, {50 * time.Millisecond, 40 * time.Millisecond}} {
		b.Run(fmt.Sprintf("forge %s, Git %s", latency.forge, latency.git), func(b *testing.B) {
			p := measureParts(b, 1000, latency.forge, latency.git)
			sum := 0.0
			for _, name := range partNames() {
				sum += p.Median(name)
				b.ReportMetric(p.Median(name), name+"-ms")
			}
			measure.Row{
				Goal: goal, Work: fmt.Sprintf("complete sync, forge %s, Git %s", latency.forge, latency.git), Unit: "ms",
				Ours: p.Median(complete), Peer: "sum of its parts", Theirs: sum,
				Bound: measure.Bound{Kind: measure.ShareAtMost, At: 1.2},
			}.Report(b)
		})
	}
}

// BenchmarkGrowth measures a sync of the same changes in sets of other sizes.
func BenchmarkGrowth(b *testing.B) {
	var growth measure.Growth
	for _, open := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(open), func(b *testing.B) {
			duration := measureParts(b, open, 0, 0).Median(complete)
			growth.Add(open, duration)
			b.ReportMetric(duration, complete+"-ms")
		})
	}
	growth.Report(b, goal, "complete sync of the same 50 changes in 100 to 10,000 previews", measure.Bound{})
}

// complete is the name of the complete sync.
const complete = "complete"

// partNames returns the names of the parts of a sync that are measured separately.
func partNames() []string { return []string{"list", "evidence", "state", "render", "write"} }

// measureParts makes changes in each round, and measures the complete sync and its
// parts. The parts are the work that calls a server or renders overlays. The goal leaves
// room for the other work of the complete sync.
func measureParts(b *testing.B, open int, forge, git time.Duration) *parts {
	f := newFixture(b, open)
	url := gitserver.Serve(b, f.gitops, git).URL
	s := f.stack(b, url)
	s.sync(b)
	p := f.parts(b, s, git)
	f.forge.Delay(forge)
	for b.Loop() {
		p.round(b, s, f.makeChanges())
	}
	return p
}

// parts runs each part of a sync separately, in the same state as the complete sync.
type parts struct {
	source generator.Source
	base   *kustomize.Base
	repo   *gittest.Repo // a copy, for the part "write"
	remote *gitrepo.Remote
	tree   *gitrepo.Tree
	// independent has the complete sync and the parts that do not need its outcome;
	// dependent has the other parts.
	independent, dependent measure.Pair
}

// Median returns the median of the complete sync or of a part, in milliseconds.
func (p *parts) Median(name string) float64 {
	return p.independent.Median(name) + p.dependent.Median(name)
}

func (f *fixture) parts(b *testing.B, s *stack, git time.Duration) *parts {
	b.Helper()
	copied := gittest.NewRepo(b, "copy")
	copied.Git(b, "fetch", "--quiet", f.gitops.URL(), "+refs/heads/main:refs/heads/main")
	p := &parts{source: f.source(b), repo: copied, remote: open(b, gitserver.Serve(b, copied, git).URL)}
	p.fetch(b)
	if _, err := p.source.List(b.Context(), generator.Query{PullRequests: true}); err != nil {
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
	if p.base, err = s.set.Overlay.Renderer.Load(tree); err != nil {
		b.Fatal(err)
	}
	return p
}

// fetch loads the state that a writer keeps from its last sync.
func (p *parts) fetch(b *testing.B) {
	b.Helper()
	var err error
	if p.tree, err = p.remote.Fetch(b.Context(), "main", p.tree); err != nil {
		b.Fatal(err)
	}
	if _, err := p.tree.Entries(b.Context(), "previews/"+set); err != nil {
		b.Fatal(err)
	}
}

// round measures the complete sync and each part. The complete sync runs before or after
// the independent parts, in alternating rounds.
func (p *parts) round(b *testing.B, s *stack, closedPulls []generator.Key) {
	b.Helper()
	ctx := b.Context()
	var outcome *pipeline.Outcome
	p.independent.Round(
		side(complete, func() { outcome = s.sync(b) }),
		side("list", func() {
			if _, err := p.source.List(ctx, generator.Query{PullRequests: true}); err != nil {
				b.Fatal(err)
			}
		}),
		side("evidence", func() { p.evidence(b, closedPulls) }),
		side("state", func() {
			if _, err := s.set.Overlay.Repository.State(ctx, set); err != nil {
				b.Fatal(err)
			}
		}),
	)
	if n := len(outcome.Plan.Steps); n != opened+closed+pushed || outcome.Commit == "" {
		b.Fatalf("got %d steps and commit %q, want %d steps and a commit", n, outcome.Commit, opened+closed+pushed)
	}
	p.dependent.Round(
		side("render", func() { p.render(b, outcome) }),
		side("write", func() { p.write(b, outcome.Plan.Steps) }),
	)
	if got, want := p.repo.Git(b, "rev-parse", "main^{tree}"), s.gitops.Git(b, "rev-parse", outcome.Commit+"^{tree}"); got != want {
		b.Fatalf("the parts made tree %s, the complete sync %s", got, want)
	}
}

func side(name string, work func()) measure.Side {
	return measure.Side{Name: name, Run: func() float64 { return measure.Millis(work) }}
}

// evidence gets the ending of each closed pull request of the only repository on the fake forge.
func (p *parts) evidence(b *testing.B, closedPulls []generator.Key) {
	for _, key := range closedPulls {
		ending, err := p.source.Ending(b.Context(), "1001", key.Change())
		if err != nil || ending == "" {
			b.Fatalf("ending of %s: got %q, %v", key, ending, err)
		}
	}
}

// render renders the overlays that the complete sync wrote, on all processors.
func (p *parts) render(b *testing.B, outcome *pipeline.Outcome) {
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(runtime.GOMAXPROCS(0))
	written := map[string]bool{}
	for _, step := range outcome.Plan.Steps {
		written[step.ID] = step.Action != gitops.Delete
	}
	for _, placed := range outcome.Snapshot.Previews {
		if !written[placed.ID] {
			continue
		}
		group.Go(func() error {
			_, err := p.base.Render(ctx, placed.Preview, "previews/"+set+"/"+placed.ID)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// write commits and pushes the changes of the complete sync.
func (p *parts) write(b *testing.B, steps []gitops.Step) {
	edit := gitrepo.Edit{Dirs: map[string]map[string][]byte{}}
	for _, step := range steps {
		if dir := "previews/" + set + "/" + step.ID; step.Action == gitops.Delete {
			edit.Remove = append(edit.Remove, dir)
		} else {
			edit.Dirs[dir] = step.Files()
		}
	}
	commit, err := p.tree.Commit(b.Context(), edit, gitrepo.CommitOptions{
		Message: "write", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@example.test"}, When: time.Now(),
	})
	if err != nil {
		b.Fatal(err)
	}
	if p.tree, err = p.remote.Push(b.Context(), "main", commit); err != nil {
		b.Fatal(err)
	}
}
