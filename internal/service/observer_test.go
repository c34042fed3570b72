package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// poll is short enough that two polls pass within maxObserve.
const poll = maxObserve/2 - 10*time.Second

// repository is a source with the branches that a test sets.
type repository struct {
	mu       sync.Mutex
	branches []string
	fails    bool
}

func (r *repository) set(fails bool, branches ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fails, r.branches = fails, branches
}

func (r *repository) List(context.Context, generator.Query) (generator.Listing, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fails {
		return generator.Listing{}, errors.New("the forge is unavailable")
	}
	found := generator.Listing{
		Repository: generator.Repository{ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop", DefaultBranch: "main"},
		TakenAt:    time.Now(), Refs: true,
	}
	for _, name := range r.branches {
		found.Changes = append(found.Changes, generator.Change{Kind: generator.Branch, Branch: name, HeadSHA: strings.Repeat("a", 40)})
	}
	return found, nil
}

func (r *repository) Ending(context.Context, string, generator.Change) (generator.Ending, error) {
	return generator.EndingDeleted, nil
}

// recorder is an observer that records the outcomes that it receives.
type recorder struct {
	mu        sync.Mutex
	received  []outcome
	onOutcome func(ctx context.Context, o outcome) // may be nil
}

func (r *recorder) observe(ctx context.Context, o outcome) {
	r.mu.Lock()
	r.received = append(r.received, o)
	r.mu.Unlock()
	if r.onOutcome != nil {
		r.onOutcome(ctx, o)
	}
}

// outcomes returns the received outcomes as text: the number of previews or "failed",
// the previous number, and whether the answer changed.
func (r *recorder) outcomes() (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.received {
		text := "failed"
		if o.err == nil {
			text = fmt.Sprint(len(o.result.Snapshot.Previews))
		}
		if o.previous != nil {
			text += fmt.Sprintf(" after %d", len(o.previous.Previews))
		}
		if o.changed {
			text += " changed"
		}
		all = append(all, text)
	}
	return all
}

func (r *recorder) wantOutcomes(t *testing.T, want ...string) {
	t.Helper()
	if got := r.outcomes(); !slices.Equal(got, want) {
		t.Errorf("got outcomes %q, want %q", got, want)
	}
}

// startSync syncs one set of a repository with one branch, until stop is called. It must
// be called in a bubble of synctest.
func startSync(t *testing.T, log *slog.Logger, observers ...observer) (r *repository, stop func()) {
	t.Helper()
	r = &repository{branches: []string{"cart"}}
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", Branches: true}})
	if err != nil {
		t.Fatal(err)
	}
	set := &pipeline.Set{
		Name: "shop", Source: r, Selection: generator.Selection{Branches: &generator.BranchRules{}},
		Namer: namers["shop"], Now: time.Now, Log: log,
	}
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop"}, time.Hour)
	parts := &wiring.Parts{Config: &config.Config{Poll: config.Duration(poll)}, Sets: []*pipeline.Set{set}}
	s := newSyncer(parts, board, gitops.Permissions{Write: true}, observers, log)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.run(ctx)
	}()
	synctest.Wait()
	return r, func() {
		cancel()
		<-ended
	}
}

// nextPoll waits until after the next poll, in the bubble's time.
func nextPoll() {
	time.Sleep(poll)
	synctest.Wait()
}

func TestObserversGetEachOutcomeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		orderRecorder := func(name string) *recorder {
			return &recorder{onOutcome: func(context.Context, outcome) { order = append(order, name) }}
		}
		first, second, third := orderRecorder("first"), orderRecorder("second"), orderRecorder("third")
		r, stop := startSync(t, slog.New(slog.DiscardHandler), first, second, third)
		nextPoll()
		r.set(false, "cart", "search")
		nextPoll()
		r.set(true)
		nextPoll()
		stop()
		for _, o := range []*recorder{first, second, third} {
			o.wantOutcomes(t, "1 changed", "1 after 1", "2 after 1 changed", "failed after 2")
		}
		want := slices.Repeat([]string{"first", "second", "third"}, 4)
		if !slices.Equal(order, want) {
			t.Errorf("got order %q, want %q", order, want)
		}
	})
}

func TestPanicInObserverIsRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		broken := &recorder{onOutcome: func(context.Context, outcome) { panic("a canary of a secret") }}
		next := &recorder{}
		_, stop := startSync(t, slog.New(slog.NewTextHandler(&log, nil)), broken, next)
		nextPoll()
		stop()
		broken.wantOutcomes(t, "1 changed", "1 after 1")
		next.wantOutcomes(t, "1 changed", "1 after 1")
		if got := log.String(); strings.Count(got, "panic in an observer") != 2 || strings.Contains(got, "canary") {
			t.Errorf("unexpected log: %s", got)
		}
	})
}

// A slow observer gets the outcomes that it missed as one, with each change.
func TestSlowObserverGetsMergedOutcomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &recorder{onOutcome: func(ctx context.Context, _ outcome) { <-ctx.Done() }}
		next := &recorder{}
		r, stop := startSync(t, slog.New(slog.DiscardHandler), slow, next)
		next.wantOutcomes(t) // it waits for the slow observer, for at most maxWait
		time.Sleep(maxWait)
		synctest.Wait()
		next.wantOutcomes(t, "1 changed")
		r.set(false, "cart", "search")
		time.Sleep(poll - maxWait)
		synctest.Wait()
		nextPoll()
		slow.wantOutcomes(t, "1 changed")
		nextPoll()
		slow.wantOutcomes(t, "1 changed", "2 after 1 changed")
		next.wantOutcomes(t, "1 changed", "2 after 1 changed", "2 after 2", "2 after 2")
		stop()
	})
}

// A queued outcome is dropped when the syncs end: otherwise the metrics of sets that a new
// configuration no longer has would be set again.
func TestQueuedOutcomeIsDroppedAfterStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		busy := &recorder{onOutcome: func(context.Context, outcome) { <-release }}
		r, stop := startSync(t, slog.New(slog.DiscardHandler), busy)
		time.Sleep(maxWait)
		r.set(false, "cart", "search")
		nextPoll()
		stop()
		close(release)
		synctest.Wait()
		busy.wantOutcomes(t, "1 changed")
	})
}

// An observer that ignores its context blocks neither the syncs nor their end.
func TestStuckObserverDoesNotBlockSyncs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		stuck := &recorder{onOutcome: func(context.Context, outcome) { <-forever }}
		next := &recorder{}
		var log bytes.Buffer
		_, stop := startSync(t, slog.New(slog.NewTextHandler(&log, nil)), stuck, next)
		for range 3 {
			nextPoll()
		}
		stopped := time.Now()
		stop()
		if took := time.Since(stopped); took > maxWait {
			t.Errorf("the end of the syncs took %s, want at most %s", took, maxWait)
		}
		next.wantOutcomes(t, "1 changed", "1 after 1", "1 after 1", "1 after 1")
		if got := log.String(); strings.Count(got, "an observer takes too long") != 1 {
			t.Errorf("unexpected log: %s", got)
		}
		close(forever)
	})
}

func TestRefreshIsRetriedUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var marks atomic.Int32
		var clusterWorks atomic.Bool
		refresher := &refresh{
			mark: func(context.Context, string) ([]string, error) {
				marks.Add(1)
				if !clusterWorks.Load() {
					return nil, errors.New("the cluster is unavailable")
				}
				return []string{"previews"}, nil
			},
			metrics: metrics.New(prometheus.NewRegistry(), time.Now, "v1.2.3"), log: slog.New(slog.DiscardHandler), done: map[string]bool{},
			failed: refreshCauses(slog.New(slog.DiscardHandler)),
		}
		r, stop := startSync(t, slog.New(slog.DiscardHandler), refresher)
		defer stop()
		for _, step := range []struct {
			name   string
			change func()
			marks  int32
		}{
			{"first sync after a start", func() {}, 1},
			{"after a failed refresh", func() {}, 2},
			{"after a failed refresh and a failed sync", func() { r.set(true) }, 3},
			{"after the cluster is available again", func() { clusterWorks.Store(true); r.set(false, "cart") }, 4},
			{"after a refresh, without a change", func() {}, 4},
			{"after a new branch", func() { r.set(false, "cart", "search") }, 5},
			{"after its refresh", func() {}, 5},
		} {
			if step.marks > 1 {
				step.change()
				nextPoll()
			}
			if got := marks.Load(); got != step.marks {
				t.Errorf("%s: got %d marks, want %d", step.name, got, step.marks)
			}
		}
	})
}
