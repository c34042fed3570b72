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

// poll is such that two polls are over before an observer's time is.
const poll = maxObserve/2 - 10*time.Second

// repository is a source whose branches a test names.
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
		return generator.Listing{}, errors.New("the forge is down")
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

func (r *repository) Ending(context.Context, generator.Key) (generator.Ending, error) {
	return generator.EndingDeleted, nil
}

// record is an observer that keeps what it gets.
type record struct {
	mu   sync.Mutex
	got  []outcome
	each func(ctx context.Context, o outcome) // may be nil
}

func (r *record) observe(ctx context.Context, o outcome) {
	r.mu.Lock()
	r.got = append(r.got, o)
	r.mu.Unlock()
	if r.each != nil {
		r.each(ctx, o)
	}
}

// outcomes returns what the observer got, in words.
func (r *record) outcomes() (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range r.got {
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

func (r *record) check(t *testing.T, want ...string) {
	t.Helper()
	if got := r.outcomes(); !slices.Equal(got, want) {
		t.Errorf("it got %q, want %q", got, want)
	}
}

// start syncs one set of a repository with a branch, until the test ends. It is
// for a bubble of synctest.
func start(t *testing.T, log *slog.Logger, observers ...observer) (r *repository, stop func()) {
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

// nextPoll lets the time of a poll pass.
func nextPoll() {
	time.Sleep(poll)
	synctest.Wait()
}

func TestObserversGetEachOutcomeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		named := func(name string) *record {
			return &record{each: func(context.Context, outcome) { order = append(order, name) }}
		}
		first, second, third := named("first"), named("second"), named("third")
		r, stop := start(t, slog.New(slog.DiscardHandler), first, second, third)
		nextPoll()
		r.set(false, "cart", "search")
		nextPoll()
		r.set(true)
		nextPoll()
		stop()
		for _, o := range []*record{first, second, third} {
			o.check(t, "1 changed", "1 after 1", "2 after 1 changed", "failed after 2")
		}
		want := slices.Repeat([]string{"first", "second", "third"}, 4)
		if !slices.Equal(order, want) {
			t.Errorf("order %q", order)
		}
	})
}

func TestAPanicInAnObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		broken := &record{each: func(context.Context, outcome) { panic("a canary of a secret") }}
		after := &record{}
		_, stop := start(t, slog.New(slog.NewTextHandler(&log, nil)), broken, after)
		nextPoll()
		stop()
		broken.check(t, "1 changed", "1 after 1")
		after.check(t, "1 changed", "1 after 1")
		if got := log.String(); strings.Count(got, "panic in an observer") != 2 || strings.Contains(got, "canary") {
			t.Errorf("log %s", got)
		}
	})
}

// A slow observer misses what it can't have, and knows of each change.
func TestASlowObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &record{each: func(ctx context.Context, _ outcome) { <-ctx.Done() }}
		after := &record{}
		r, stop := start(t, slog.New(slog.DiscardHandler), slow, after)
		after.check(t) // the one before it has a moment
		time.Sleep(maxWait)
		synctest.Wait()
		after.check(t, "1 changed")
		r.set(false, "cart", "search")
		time.Sleep(poll - maxWait)
		synctest.Wait()
		nextPoll()
		slow.check(t, "1 changed")
		nextPoll()
		slow.check(t, "1 changed", "2 after 1 changed")
		after.check(t, "1 changed", "2 after 1 changed", "2 after 2", "2 after 2")
		stop()
	})
}

// An outcome that waits for a busy observer goes with the syncs: sets that a new
// configuration no longer has must not come back.
func TestNoOutcomeAfterTheSyncs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		busy := &record{each: func(context.Context, outcome) { <-release }}
		r, stop := start(t, slog.New(slog.DiscardHandler), busy)
		time.Sleep(maxWait)
		r.set(false, "cart", "search")
		nextPoll()
		stop()
		close(release)
		synctest.Wait()
		busy.check(t, "1 changed")
	})
}

// An observer that minds no context holds up neither the syncs nor their end.
func TestAnObserverThatNeverReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		stuck := &record{each: func(context.Context, outcome) { <-forever }}
		after := &record{}
		var log bytes.Buffer
		_, stop := start(t, slog.New(slog.NewTextHandler(&log, nil)), stuck, after)
		for range 3 {
			nextPoll()
		}
		begin := time.Now()
		stop()
		if took := time.Since(begin); took > maxWait {
			t.Errorf("the end took %s", took)
		}
		after.check(t, "1 changed", "1 after 1", "1 after 1", "1 after 1")
		if got := log.String(); strings.Count(got, "an observer takes too long") != 1 {
			t.Errorf("log %s", got)
		}
		close(forever)
	})
}

func TestARefreshIsTriedUntilItIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var marks atomic.Int32
		var works atomic.Bool
		refresher := &refresh{
			mark: func(context.Context, string) ([]string, error) {
				marks.Add(1)
				if !works.Load() {
					return nil, errors.New("the cluster is down")
				}
				return []string{"previews"}, nil
			},
			metrics: metrics.New(prometheus.NewRegistry(), time.Now), log: slog.New(slog.DiscardHandler), done: map[string]bool{},
		}
		r, stop := start(t, slog.New(slog.DiscardHandler), refresher)
		defer stop()
		for _, step := range []struct {
			what  string
			do    func()
			marks int32
		}{
			{"nothing is known of the time before", func() {}, 1},
			{"it failed, and nothing changed", func() {}, 2},
			{"it failed, and a sync failed, too", func() { r.set(true) }, 3},
			{"the cluster is back", func() { works.Store(true); r.set(false, "cart") }, 4},
			{"it is done, and nothing changed", func() {}, 4},
			{"a branch is new", func() { r.set(false, "cart", "search") }, 5},
			{"it is done again", func() {}, 5},
		} {
			if step.marks > 1 {
				step.do()
				nextPoll()
			}
			if got := marks.Load(); got != step.marks {
				t.Errorf("%s: %d marks, want %d", step.what, got, step.marks)
			}
		}
	})
}
