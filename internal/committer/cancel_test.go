package committer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A caller whose context ends before its push begins pushes nothing.
func TestCancelledCallerPushesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		wait, release := block()
		other := f.startCommit(t.Context(), planAfter(wait, planWrite("other")))
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		done := f.startCommit(ctx, planAfter(func() { time.AfterFunc(time.Millisecond, cancel) }, planWrite("a")))
		if got := <-done; !errors.Is(got.err, context.Canceled) {
			t.Errorf("got error %v, want context.Canceled", got.err)
		}
		if took := time.Since(start); took != time.Millisecond {
			t.Errorf("the call took %v, want %v, the time of its context", took, time.Millisecond)
		}
		release()
		if got := <-other; got.err != nil {
			t.Error(got.err)
		}
		if files := f.repo.Files(t, "main", ""); len(files) != 2 {
			t.Errorf("got files %v, want 2", files)
		}
	})
}

// A context that ends while its caller plans ends the call.
func TestContextEndsDuringPlan(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := f.Commit(ctx, planAfter(cancel, planWrite("a"))); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want context.Canceled", err)
		}
		f.wantRequests(t, 1, 0)
		f.mustCommit(t, "b")
	})
}

// If the caller's context ends during the push, the call still returns the outcome
// of the push.
func TestStartedPushContinuesAfterCancel(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		done := f.startCommit(ctx, planAfter(f.requestGate.close, planWrite("a")))
		cancel()
		synctest.Wait()
		if len(done) > 0 {
			t.Errorf("the call returned %v before the push ended", <-done)
		}
		f.requestGate.open()
		if got := <-done; got.err != nil || got.Commit != f.repo.Tip(t, "main") {
			t.Errorf("got commit %q and error %v, want the tip", got.Commit, got.err)
		}
	})
}
