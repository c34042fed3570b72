package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// listFunc is a source that lists what a function returns.
type listFunc func(context.Context) ([]generator.Change, error)

func (f listFunc) List(ctx context.Context, _ generator.Query) (generator.Listing, error) {
	takenAt := time.Now()
	changes, err := f(ctx)
	return generator.Listing{
		Repository: generator.Repository{ForgeHost: "git.acme.dev", Organization: "acme", Name: "shop", DefaultBranch: "main"},
		TakenAt:    takenAt, Refs: true, Changes: changes,
	}, err
}

func (listFunc) Ending(context.Context, string, generator.Change) (generator.Ending, error) {
	return generator.EndingUnknown, nil
}

func oneBranch(context.Context) ([]generator.Change, error) {
	return []generator.Change{{Kind: generator.Branch, Branch: "main", HeadSHA: strings.Repeat("a", 40)}}, nil
}

// observed collects the outcomes of syncs, with their times.
type observed struct {
	mu       sync.Mutex
	outcomes []outcome
	times    []time.Time
}

func (o *observed) observe(_ context.Context, out outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.outcomes, o.times = append(o.outcomes, out), append(o.times, time.Now())
}

func (o *observed) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.outcomes)
}

// inBubble runs a syncer of one set in a bubble of synctest until test returns. The set
// does not use the cached source of the syncer.
func inBubble(t *testing.T, poll, maxAge time.Duration, source listFunc, test func(t *testing.T, s *syncer, b *plugin.Board, o *observed, stop func())) {
	t.Helper()
	rules := generator.Selection{Branches: &generator.BranchRules{}}
	runInBubble(t, poll, maxAge, rules, func() (generator.Source, *cached.Source) { return source, cached.New(source, 0, nil) }, test)
}

// runInBubble is inBubble for a set with these rules. sources returns the source of the
// set, and the cached source of the syncer.
func runInBubble(t *testing.T, poll, maxAge time.Duration, rules generator.Selection, sources func() (generator.Source, *cached.Source), test func(t *testing.T, s *syncer, b *plugin.Board, o *observed, stop func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: rules.PullRequests != nil, Branches: rules.Branches != nil}})
		if err != nil {
			t.Fatal(err)
		}
		source, shared := sources()
		set := &pipeline.Set{
			Name: "shop", Source: source, Selection: rules,
			Namer: namers["shop"], Now: time.Now, Log: slog.New(slog.DiscardHandler),
		}
		board := plugin.NewBoard(time.Now)
		board.Configure([]string{"shop"}, maxAge)
		parts := &wiring.Parts{
			Config: &config.Config{Poll: config.Duration(poll), Sets: []config.Set{{
				Name: "shop", Source: config.Source{Stanza: &github.Stanza{Owner: "acme", Repo: "shop"}},
			}}},
			Sets:    []*pipeline.Set{set},
			Sources: map[string]*cached.Source{"shop": shared},
		}
		o := &observed{}
		s := newSyncer(parts, board, gitops.Permissions{}, []observer{o}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.run(ctx)
		}()
		synctest.Wait()
		test(t, s, board, o, func() {
			cancel()
			<-ended
		})
		cancel()
		<-ended
	})
}

// A sync ends after five minutes, and counts as failed.
func TestSyncHasTimeout(t *testing.T) {
	hangs := func(ctx context.Context) ([]generator.Change, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	inBubble(t, time.Hour, 24*time.Hour, hangs, func(t *testing.T, _ *syncer, b *plugin.Board, o *observed, _ func()) {
		time.Sleep(5*time.Minute - time.Second)
		synctest.Wait()
		if n := o.count(); n != 0 {
			t.Errorf("got %d outcomes before 5 minutes, want 0", n)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if o.count() != 1 || !errors.Is(o.outcomes[0].err, context.DeadlineExceeded) || o.outcomes[0].took != 5*time.Minute {
			t.Fatalf("got %+v, want one that failed after 5 minutes", o.outcomes)
		}
		if _, err := b.Snapshot("shop"); !errors.Is(err, plugin.ErrNotReady) || !strings.Contains(err.Error(), "the source") {
			t.Errorf("got %v, want the reason", err)
		}
	})
}

// Two syncs are half a second apart. All webhooks in this time start one sync.
func TestSyncsHaveDistance(t *testing.T) {
	inBubble(t, time.Hour, 24*time.Hour, oneBranch, func(t *testing.T, s *syncer, _ *plugin.Board, o *observed, _ func()) {
		event := forge.Event{ForgeHost: "github.com", FullName: "acme/shop"}
		for range 100 {
			if n := s.handleEvent(event); n != 1 {
				t.Fatalf("got %d sets, want 1", n)
			}
		}
		time.Sleep(500*time.Millisecond - 1)
		synctest.Wait()
		if n := o.count(); n != 1 {
			t.Errorf("got %d syncs before half a second, want 1", n)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := o.count(); n != 2 {
			t.Fatalf("got %d syncs, want 2", n)
		}
		if distance := o.times[1].Sub(o.times[0]); distance != 500*time.Millisecond {
			t.Errorf("got %s between two syncs, want 500ms", distance)
		}
		s.handleEvent(event)
		synctest.Wait()
		if n := o.count(); n != 3 {
			t.Errorf("got %d syncs after a webhook later, want 3", n)
		}
		if n := s.handleEvent(forge.Event{ForgeHost: "github.com", FullName: "acme/other"}); n != 0 {
			t.Errorf("got %d sets of another repository, want 0", n)
		}
	})
}

// The first sync is immediate, and the others follow at each poll.
func TestSyncAtEachPoll(t *testing.T) {
	inBubble(t, time.Minute, time.Hour, oneBranch, func(t *testing.T, _ *syncer, _ *plugin.Board, o *observed, _ func()) {
		for n := 1; n < 5; n++ {
			if got := o.count(); got != n {
				t.Errorf("after %d polls: got %d syncs, want %d", n-1, got, n)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
	})
}

// Argo CD gets an error for a stale answer. The next answer is therefore a change, even if its
// previews are the same.
func TestAnswerAfterStaleOneCountsAsChanged(t *testing.T) {
	var fails atomic.Bool
	source := func(ctx context.Context) ([]generator.Change, error) {
		if fails.Load() {
			return nil, errors.New("the forge is down")
		}
		return oneBranch(ctx)
	}
	inBubble(t, time.Minute, 3*time.Minute, source, func(t *testing.T, _ *syncer, b *plugin.Board, o *observed, _ func()) {
		for _, step := range []struct {
			fails   bool
			wait    time.Duration
			changed bool
		}{
			{false, 0, true},
			{false, time.Minute, false},
			{true, 2 * time.Minute, false}, // the last answer is still fresh
			{false, time.Minute, false},
			{true, 4 * time.Minute, false}, // the last answer is stale
			{false, time.Minute, true},
			{false, time.Minute, false},
		} {
			fails.Store(step.fails)
			time.Sleep(step.wait)
			synctest.Wait()
			last := o.outcomes[len(o.outcomes)-1]
			if (last.err != nil) != step.fails || last.changed != step.changed {
				t.Errorf("%+v: got changed %t, %v", step, last.changed, last.err)
			}
			if last.err == nil && last.result.Snapshot == nil || last.err != nil && last.result != nil {
				t.Errorf("%+v: got result %+v", step, last.result)
			}
		}
		if _, err := b.Snapshot("shop"); err != nil {
			t.Error(err)
		}
	})
}

// The end of the service does not count as a failure of a set, because the next process would
// report it.
func TestEndOfSyncsIsNoFailure(t *testing.T) {
	hangs := func(ctx context.Context) ([]generator.Change, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	inBubble(t, time.Minute, time.Hour, hangs, func(t *testing.T, _ *syncer, b *plugin.Board, o *observed, stop func()) {
		stop()
		synctest.Wait()
		if n := o.count(); n != 0 {
			t.Errorf("got %d outcomes, want 0", n)
		}
		if b.Ready() {
			t.Error("the set counts as read")
		}
		if _, err := b.Snapshot("shop"); err == nil || strings.Contains(err.Error(), "the source") {
			t.Errorf("got %v, want no failure of the source", err)
		}
	})
}

// cacheLists gives the set shop a source with a cache. It returns a function that lists,
// and counts the lists that the cache does not have.
func (s *syncer) cacheLists(t *testing.T, lists *int) (list func()) {
	t.Helper()
	source := cached.New(listFunc(func(ctx context.Context) ([]generator.Change, error) {
		*lists++
		return oneBranch(ctx)
	}), time.Hour, nil)
	s.parts.Sources["shop"] = source
	return func() {
		if _, err := source.List(t.Context(), generator.Query{Branches: true}); err != nil {
			t.Fatal(err)
		}
	}
}

// A webhook removes the cached list.
func TestWebhookInvalidatesSource(t *testing.T) {
	inBubble(t, time.Hour, 24*time.Hour, oneBranch, func(t *testing.T, s *syncer, _ *plugin.Board, _ *observed, _ func()) {
		lists := 0
		list := s.cacheLists(t, &lists)
		list()
		list()
		s.handleEvent(forge.Event{ForgeHost: "github.com", FullName: "acme/other"})
		list()
		if lists != 1 {
			t.Errorf("got %d lists before the webhook, want 1", lists)
		}
		s.handleEvent(forge.Event{ForgeHost: "github.com", FullName: "acme/shop"})
		list()
		if lists != 2 {
			t.Errorf("got %d lists after the webhook, want 2", lists)
		}
	})
}

// Deletions that wait for a newer list do not wait for the next poll.
func TestDeferredDeletionsAreRetried(t *testing.T) {
	for deferred, want := range map[bool]int{true: 2, false: 1} {
		inBubble(t, time.Hour, 24*time.Hour, oneBranch, func(t *testing.T, s *syncer, _ *plugin.Board, o *observed, _ func()) {
			lists := 0
			list := s.cacheLists(t, &lists)
			list()
			s.retryDeferred("shop", &pipeline.Outcome{Deferred: deferred})
			list()
			time.Sleep(minPause)
			synctest.Wait()
			if lists != want || o.count() != want {
				t.Errorf("deferred %t: got %d lists and %d syncs, want %d", deferred, lists, o.count(), want)
			}
		})
	}
}

// The service completes running requests before it stops.
func TestStopLetsRequestsEnd(t *testing.T) {
	t.Parallel()
	listener := httptest.NewUnstartedServer(nil).Listener
	begun, release := make(chan struct{}), make(chan struct{})
	web := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-release
		w.WriteHeader(http.StatusAccepted)
	})}
	parts := &wiring.Parts{Config: &config.Config{}}
	s := &server{log: slog.New(slog.DiscardHandler), tokens: &tokens{full: bearer{fixed: true}, read: bearer{optional: true}}, syncer: newSyncer(parts, plugin.NewBoard(time.Now), gitops.Permissions{}, nil, slog.New(slog.DiscardHandler))}
	s.feedback = newReportFeedback(plugin.NewBoard(time.Now), newMetrics(), s.log)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx, web, listener) }()
	status := make(chan int, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			status <- 0
			return
		}
		_ = response.Body.Close()
		status <- response.StatusCode
	}()
	<-begun
	cancel()
	select {
	case err := <-ended:
		t.Errorf("it ended with %v before the request", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if got := <-status; got != http.StatusAccepted {
		t.Errorf("got %d, want %d", got, http.StatusAccepted)
	}
	if err := <-ended; err != nil {
		t.Errorf("got %v at the end, want none", err)
	}
}
