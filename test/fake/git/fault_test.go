package git_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// What git itself makes of each fault of a push: whether it believes that it
// succeeded, and whether it did. After a ShortAnswer it would wait for ever.
func TestFaultsOfAPush(t *testing.T) {
	for _, c := range []struct {
		kind          gittest.FaultKind
		told, applied bool
	}{
		{gittest.Pass, true, true},
		{gittest.Refuse, false, false},
		{gittest.Reset, false, false},
		{gittest.HTML, false, false},
		{gittest.Empty, false, false},
		{gittest.CutRequest, false, false},
		{gittest.LoseAnswer, false, true},
		{gittest.SpoilAnswer, false, true},
		{gittest.NoAnswer, false, true},
		{gittest.CutAnswer, false, true},
		{gittest.Slow, true, true},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			r := gittest.NewRepo(t, "r")
			first := r.Commit(t, "main", "first", map[string]string{"a": "1"})
			var faults gittest.Faults
			s := gittest.Serve(t, r, gittest.ServeOptions{Middleware: faults.Middleware})
			dir := t.TempDir() + "/w"
			gittest.Git(t, ".", "clone", "--quiet", s.URL, dir)
			gittest.Git(t, dir, "commit", "--quiet", "--allow-empty", "-m", "second")
			var done atomic.Bool
			faults.Set(gittest.Fault{
				Kind: c.kind, Service: gittest.ReceivePack, Method: http.MethodPost, Delay: 10 * time.Millisecond,
				Do: func() { done.Store(true) }, Times: -1, // curl may try again
			})
			out, told := gittest.TryGit(t, dir, "push", "--quiet", "origin", "HEAD:main")
			if applied := r.Tip(t, "main") != first; told != c.told || applied != c.applied {
				t.Errorf("told %v, applied %v: %s", told, applied, out)
			}
			if faults.Struck() == 0 || !done.Load() {
				t.Errorf("struck %d times, done: %v", faults.Struck(), done.Load())
			}
			faults.Set()
			gittest.Git(t, dir, "push", "--quiet", "origin", "HEAD:main")
			r.Git(t, "fsck", "--strict")
		})
	}
}

func TestFaultsOfChosenRequests(t *testing.T) {
	r := gittest.NewRepo(t, "r")
	r.Commit(t, "main", "first", map[string]string{"a": "1"})
	var faults gittest.Faults
	s := gittest.Serve(t, r, gittest.ServeOptions{Middleware: faults.Middleware})
	asks := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if out, ok := gittest.TryGit(t, ".", "-c", "protocol.version=0", "ls-remote", s.URL); ok != w {
				t.Errorf("request %d: %v %s", i, ok, out)
			}
		}
	}
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Service: gittest.ReceivePack}, gittest.Fault{Kind: gittest.Refuse, Method: http.MethodPost})
	asks(true)
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Skip: 1, Times: 2, Status: http.StatusBadGateway})
	asks(true, false, false, true)
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Times: -1})
	asks(false, false, false)
	faults.Set()
	asks(true)
	if faults.Struck() != 5 {
		t.Errorf("struck %d times", faults.Struck())
	}
}
