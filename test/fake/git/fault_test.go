package git_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// TestFaultsOfAPush checks, for each fault, whether `git push` reports success and
// whether the server applied the push. It leaves out ShortAnswer: git would wait
// forever.
func TestFaultsOfAPush(t *testing.T) {
	for _, c := range []struct {
		kind              gittest.FaultKind
		reported, applied bool
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
				Do: func() { done.Store(true) }, Times: -1, // curl may retry
			})
			out, reported := gittest.TryGit(t, dir, "push", "--quiet", "origin", "HEAD:main")
			if applied := r.Tip(t, "main") != first; reported != c.reported || applied != c.applied {
				t.Errorf("git reported success %v, push applied %v; want %v, %v: %s", reported, applied, c.reported, c.applied, out)
			}
			if faults.Triggered() == 0 || !done.Load() {
				t.Errorf("fault triggered %d times, Do called: %v", faults.Triggered(), done.Load())
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
	lsRemote := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if out, ok := gittest.TryGit(t, ".", "-c", "protocol.version=0", "ls-remote", s.URL); ok != w {
				t.Errorf("request %d: got success %v, want %v: %s", i, ok, w, out)
			}
		}
	}
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Service: gittest.ReceivePack}, gittest.Fault{Kind: gittest.Refuse, Method: http.MethodPost})
	lsRemote(true)
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Skip: 1, Times: 2, Status: http.StatusBadGateway})
	lsRemote(true, false, false, true)
	faults.Set(gittest.Fault{Kind: gittest.Refuse, Times: -1})
	lsRemote(false, false, false)
	faults.Set()
	lsRemote(true)
	if got := faults.Triggered(); got != 5 {
		t.Errorf("faults triggered %d times, want 5", got)
	}
}
