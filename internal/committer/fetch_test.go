package committer_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// callerCount is the number of concurrent callers.
const callerCount = 20

// All callers that ask before a fetch begins share it.
func TestCallersShareAFetch(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.requestGate.close()
		all := []<-chan outcome{f.startTree(t.Context())}
		for range callerCount {
			all = append(all, f.startTree(t.Context()))
		}
		tip := f.repo.Commit(t, "main", "Somebody else", map[string]string{"README": "y\n"})
		f.requestGate.open()
		for _, done := range all {
			if got := <-done; got.err != nil || got.Tree.Tip() != tip {
				t.Errorf("got tree %v and error %v, want the tip", got.Tree, got.err)
			}
		}
		f.wantRequests(t, 2, 0) // one for the first caller, one for the others
	})
}

// All waiting callers share the error of one request. They do not ask an
// unavailable server one after the other.
func TestCallersShareAFetchError(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.faults.Set(gittest.Fault{Kind: gittest.Refuse, Times: -1})
		f.requestGate.close()
		all := []<-chan outcome{f.startTree(t.Context())}
		for range callerCount {
			all = append(all, f.startCommit(t.Context(), planWrite("a")))
		}
		f.requestGate.open()
		for _, done := range all {
			if got := <-done; got.err == nil {
				t.Error("got no error, want the server's")
			}
		}
		if n := f.faults.Triggered(); n != 2 {
			t.Errorf("got %d requests for %d callers, want 2", n, len(all))
		}
		f.faults.Set()
		if _, err := f.Tree(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// The end of one caller's context does not end the fetch of the others.
func TestCancelledCallerDoesNotEndASharedFetch(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		f.requestGate.close()
		first, cancelled, remaining := f.startTree(t.Context()), f.startTree(ctx), f.startTree(t.Context())
		cancel()
		if got := <-cancelled; !errors.Is(got.err, context.Canceled) {
			t.Errorf("got error %v, want context.Canceled", got.err)
		}
		f.requestGate.open()
		for _, done := range []<-chan outcome{first, remaining} {
			if got := <-done; got.err != nil {
				t.Error(got.err)
			}
		}
		f.wantRequests(t, 2, 0)
	})
}

// A fetch continues when the caller that started it is cancelled.
func TestFetchContinuesAfterItsFirstCallerIsCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.requestGate.close()
		before := f.startTree(t.Context())
		ctx, cancel := context.WithCancel(t.Context())
		cancelled, remaining := f.startTree(ctx), f.startTree(t.Context())
		f.requestGate.releaseWaiting()
		<-before
		synctest.Wait() // the second fetch waits at the gate
		cancel()
		if got := <-cancelled; !errors.Is(got.err, context.Canceled) {
			t.Errorf("got error %v, want context.Canceled", got.err)
		}
		f.requestGate.open()
		if got := <-remaining; got.err != nil {
			t.Error(got.err)
		}
		f.wantRequests(t, 2, 0)
	})
}

// A fetch ends when all its callers are cancelled.
func TestFetchEndsWhenAllItsCallersAreCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		ctx, cancel := context.WithCancel(t.Context())
		f.requestGate.close()
		first, second := f.startTree(ctx), f.startCommit(ctx, planWrite("a"))
		cancel()
		for _, done := range []<-chan outcome{first, second} {
			if got := <-done; !errors.Is(got.err, context.Canceled) {
				t.Errorf("got error %v, want context.Canceled", got.err)
			}
		}
		f.requestGate.closed.Store(nil) // the running fetch still waits at the gate
		start := time.Now()
		if _, err := f.Tree(t.Context()); err != nil || time.Since(start) > 0 {
			t.Errorf("got error %v after %v, want a tree immediately", err, time.Since(start))
		}
		f.wantRequests(t, 1, 0)
	})
}
