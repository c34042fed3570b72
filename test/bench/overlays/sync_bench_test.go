package overlays_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/measure"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// counted counts what it is asked for.
type counted struct {
	*kustomize.Base
	renders, drafts *atomic.Int64
}

func (c counted) Draft(p generator.Preview, dir string) (kustomize.Overlay, error) {
	c.drafts.Add(1)
	return c.Base.Draft(p, dir)
}

func (c counted) Render(ctx context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	c.renders.Add(1)
	return c.Base.Render(ctx, p, dir)
}

// work wants the same of every state.
type work struct {
	previews []generator.Preview
	renderer gitops.Renderer
}

func (w work) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	return gitops.Desired{Previews: w.previews}, nil
}

func (w work) Renderer(context.Context, gitops.State) (gitops.Renderer, error) {
	return w.renderer, nil
}

// BenchmarkSync counts what a sync renders of 1,000 previews of which one changed,
// in a process that has seen them, and in one that was just started.
func BenchmarkSync(b *testing.B) {
	repo := gittest.NewRepo(b, "gitops")
	repo.Commit(b, "main", "Begin", baseOf(6))
	renderer := counted{load(b, baseOf(6)), &atomic.Int64{}, &atomic.Int64{}}
	w := work{renderer: renderer}
	for n := range overlays {
		w.previews = append(w.previews, preview(n+1, 0))
	}
	running := open(b, repo)
	apply(b, running, w, overlays)
	apply(b, running, w, 0) // compares once what was written
	var counts struct{ renders, drafts, restarted []float64 }
	round := 0
	for b.Loop() {
		round++
		renderer.renders.Store(0)
		renderer.drafts.Store(0)
		w.previews[round%overlays] = preview(round%overlays+1, 2*round)
		apply(b, running, w, 1)
		counts.renders = append(counts.renders, float64(renderer.renders.Load()))
		counts.drafts = append(counts.drafts, float64(renderer.drafts.Load()))

		renderer.renders.Store(0)
		w.previews[round%overlays] = preview(round%overlays+1, 2*round+1)
		apply(b, open(b, repo), w, 1)
		counts.restarted = append(counts.restarted, float64(renderer.renders.Load()))
	}
	report := func(work string, counts []float64, bound measure.Bound) {
		measure.Row{Goal: goal, Work: work, Ours: measure.Quantile(counts, 1), Unit: "overlays", Bound: bound}.Report(b)
	}
	one := measure.Bound{Kind: measure.AtMost, At: 1}
	report("rendered by a sync where 1 of 1,000 changed", counts.renders, one)
	report("rendered by the first sync after a start where 1 of 1,000 changed", counts.restarted, one)
	report("drafted by a sync where 1 of 1,000 changed", counts.drafts, measure.Bound{})
}

func open(t testing.TB, repo *gittest.Repo) *gitops.Repository {
	t.Helper()
	remote, err := gitrepo.Open(repo.URL(), gitrepo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return gitops.New(remote, gitops.Options{
		Branch: "main", Path: "previews", Author: gitrepo.Signature{Name: "previewset", Email: "previewset@localhost"},
		Now: time.Now, Log: slog.New(slog.DiscardHandler), OnRetry: func(string) {},
	})
}

// apply syncs, and fails unless that many entries were written and all are there.
func apply(t testing.TB, to *gitops.Repository, w work, written int) {
	t.Helper()
	result, err := to.Apply(t.Context(), "shop", gitops.Permissions{Write: true}, w)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Plan.Steps) != written || len(result.Plan.Failures) != 0 || len(result.State.Entries) != len(w.previews) {
		t.Fatalf("%d steps, %d failures, %d entries", len(result.Plan.Steps), len(result.Plan.Failures), len(result.State.Entries))
	}
}
