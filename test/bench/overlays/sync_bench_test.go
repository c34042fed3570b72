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

// countingBase counts the calls of Render and Draft.
type countingBase struct {
	*kustomize.Base
	renders, drafts *atomic.Int64
}

// Hosts implements gitops.Renderer for a base with one host.
func (c countingBase) Hosts(generator.Preview) ([]generator.Host, error) { return nil, nil }

func (c countingBase) Draft(p generator.Preview, dir string) (kustomize.Overlay, error) {
	c.drafts.Add(1)
	return c.Base.Draft(p, dir)
}

func (c countingBase) Render(ctx context.Context, p generator.Preview, dir string) (kustomize.Overlay, error) {
	c.renders.Add(1)
	return c.Base.Render(ctx, p, dir)
}

// desired is a set with a fixed desired state.
type desired struct {
	previews []generator.Preview
	renderer gitops.Renderer
}

func (d desired) Decide(context.Context, gitops.State) (gitops.Desired, error) {
	return gitops.Desired{Previews: d.previews}, nil
}

func (d desired) Renderer(context.Context, gitops.State) (gitops.Renderer, error) {
	return d.renderer, nil
}

// BenchmarkSync counts the overlays that a sync renders if one of 1,000 previews has
// changed, in a process that has synced before and in a new process.
func BenchmarkSync(b *testing.B) {
	repo := gittest.NewRepo(b, "gitops")
	repo.Commit(b, "main", "Begin", baseOf(6))
	renderer := countingBase{load(b, baseOf(6)), &atomic.Int64{}, &atomic.Int64{}}
	d := desired{renderer: renderer}
	for n := range overlays {
		d.previews = append(d.previews, preview(n+1, 0))
	}
	running := open(b, repo)
	apply(b, running, d, overlays)
	apply(b, running, d, 0) // the first sync after a write compares all entries once
	var counts struct{ renders, drafts, restarted []float64 }
	round := 0
	for b.Loop() {
		round++
		renderer.renders.Store(0)
		renderer.drafts.Store(0)
		d.previews[round%overlays] = preview(round%overlays+1, 2*round)
		apply(b, running, d, 1)
		counts.renders = append(counts.renders, float64(renderer.renders.Load()))
		counts.drafts = append(counts.drafts, float64(renderer.drafts.Load()))

		renderer.renders.Store(0)
		d.previews[round%overlays] = preview(round%overlays+1, 2*round+1)
		apply(b, open(b, repo), d, 1)
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

// apply syncs. It fails unless the sync writes the given number of entries and the
// repository then has an entry for each preview.
func apply(t testing.TB, repository *gitops.Repository, d desired, written int) {
	t.Helper()
	result, err := repository.Apply(t.Context(), "shop", gitops.Permissions{Write: true}, d)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Plan.Steps) != written || len(result.Plan.Failures) != 0 || len(result.State.Entries) != len(d.previews) {
		t.Fatalf("got %d steps, %d failures, %d entries; want %d, 0, %d",
			len(result.Plan.Steps), len(result.Plan.Failures), len(result.State.Entries), written, len(d.previews))
	}
}
