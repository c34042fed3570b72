package committer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// callers is how many ask at the same time.
const callers = 20

// One look is for all who asked before it began.
func TestCallersShareALook(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		b.gate.close()
		all := []<-chan outcome{b.startTree(t.Context())}
		for range callers {
			all = append(all, b.startTree(t.Context()))
		}
		tip := b.repo.Commit(t, "main", "Somebody else", map[string]string{"README": "y\n"})
		b.gate.open()
		for _, done := range all {
			if got := <-done; got.err != nil || got.Tree.Tip() != tip {
				t.Errorf("tree %v and error %v, want the tip", got.Tree, got.err)
			}
		}
		b.wantRequests(t, 2, 0) // one for the first caller, one for the others
	})
}

// A server that is down is asked once by all who wait, not by one after the
// other.
func TestCallersShareAnError(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		b.faults.Set(gittest.Fault{Kind: gittest.Refuse, Times: -1})
		b.gate.close()
		all := []<-chan outcome{b.startTree(t.Context())}
		for range callers {
			all = append(all, b.start(t.Context(), write("a")))
		}
		b.gate.open()
		for _, done := range all {
			if got := <-done; got.err == nil {
				t.Error("no error")
			}
		}
		if n := b.faults.Struck(); n != 2 {
			t.Errorf("%d requests for %d callers, want 2", n, len(all))
		}
		b.faults.Set()
		if _, err := b.Tree(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// The end of one caller's context does not end the look of the others.
func TestACallerLeavesALook(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		ctx, cancel := context.WithCancel(t.Context())
		b.gate.close()
		first, leaves, stays := b.startTree(t.Context()), b.startTree(ctx), b.startTree(t.Context())
		cancel()
		if got := <-leaves; !errors.Is(got.err, context.Canceled) {
			t.Errorf("error %v, want a cancelled context", got.err)
		}
		b.gate.open()
		for _, done := range []<-chan outcome{first, stays} {
			if got := <-done; got.err != nil {
				t.Error(got.err)
			}
		}
		b.wantRequests(t, 2, 0)
	})
}

// The look goes on when the caller leaves that it began for.
func TestTheFirstCallerLeavesALook(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		b.gate.close()
		before := b.startTree(t.Context())
		ctx, cancel := context.WithCancel(t.Context())
		leaves, stays := b.startTree(ctx), b.startTree(t.Context())
		b.gate.step()
		<-before
		synctest.Wait() // the second look waits at the gate
		cancel()
		if got := <-leaves; !errors.Is(got.err, context.Canceled) {
			t.Errorf("error %v, want a cancelled context", got.err)
		}
		b.gate.open()
		if got := <-stays; got.err != nil {
			t.Error(got.err)
		}
		b.wantRequests(t, 2, 0)
	})
}

// A look ends when all its callers have left.
func TestALookEndsWithItsLastCaller(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bed) {
		ctx, cancel := context.WithCancel(t.Context())
		b.gate.close()
		first, second := b.startTree(ctx), b.start(ctx, write("a"))
		cancel()
		for _, done := range []<-chan outcome{first, second} {
			if got := <-done; !errors.Is(got.err, context.Canceled) {
				t.Errorf("error %v, want a cancelled context", got.err)
			}
		}
		b.gate.closed.Store(nil) // the look under way stays at the gate
		begin := time.Now()
		if _, err := b.Tree(t.Context()); err != nil || time.Since(begin) > 0 {
			t.Errorf("error %v after %v", err, time.Since(begin))
		}
		b.wantRequests(t, 1, 0)
	})
}
