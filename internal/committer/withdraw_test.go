package committer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A caller whose context ends before its push begins has pushed nothing.
func TestAPushIsWithdrawn(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		wait, release := hold()
		other := b.start(t.Context(), after(wait, write("other")))
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		done := b.start(ctx, after(func() { time.AfterFunc(time.Millisecond, cancel) }, write("a")))
		if got := <-done; !errors.Is(got.err, context.Canceled) {
			t.Errorf("error %v, want a cancelled context", got.err)
		}
		if took := time.Since(begin); took != time.Millisecond {
			t.Errorf("it took %v, want no longer than its context", took)
		}
		release()
		if got := <-other; got.err != nil {
			t.Error(got.err)
		}
		if files := b.repo.Files(t, "main", ""); len(files) != 2 {
			t.Errorf("the branch has %v", files)
		}
	})
}

// A context that ends while its caller plans ends the call.
func TestAContextEndsDuringAPlan(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := b.Commit(ctx, after(cancel, write("a"))); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want a cancelled context", err)
		}
		b.wantRequests(t, 1, 0)
		b.mustCommit(t, "b")
	})
}

// A push that has begun has its outcome even if the caller's context ends.
func TestAPushThatHasBegunGoesOn(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		ctx, cancel := context.WithCancel(t.Context())
		done := b.start(ctx, after(b.gate.close, write("a")))
		cancel()
		synctest.Wait()
		if len(done) > 0 {
			t.Errorf("it returned %v", <-done)
		}
		b.gate.open()
		if got := <-done; got.err != nil || got.Commit != b.repo.Tip(t, "main") {
			t.Errorf("commit %q and error %v, want the tip", got.Commit, got.err)
		}
	})
}
