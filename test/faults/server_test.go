package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// hangTimeout bounds the Git operations of a process whose server hangs. It is many
// times as long as an operation takes on a slow machine.
const hangTimeout = 5 * time.Second

// faultCase is a fault, and whether a sync must succeed in spite of it: if the fault is
// at the request that sends a push, and if it is at any other request.
type faultCase struct {
	fault             gittest.Fault
	atPush, elsewhere bool
}

func faultCases() []faultCase {
	cases := []faultCase{
		{gittest.Fault{Kind: gittest.Pass}, true, true},
		{gittest.Fault{Kind: gittest.Slow, Delay: 100 * time.Millisecond}, true, true},
		{gittest.Fault{Kind: gittest.Reset}, false, false},
		{gittest.Fault{Kind: gittest.HTML}, false, false},
		{gittest.Fault{Kind: gittest.Empty}, false, false},
		{gittest.Fault{Kind: gittest.Hang}, false, false},
		{gittest.Fault{Kind: gittest.CutRequest}, false, false},
		{gittest.Fault{Kind: gittest.LoseAnswer}, true, false},
		{gittest.Fault{Kind: gittest.SpoilAnswer}, true, false},
		{gittest.Fault{Kind: gittest.NoAnswer}, true, false},
		{gittest.Fault{Kind: gittest.CutAnswer}, true, false},
		{gittest.Fault{Kind: gittest.ShortAnswer}, true, false},
	}
	for _, status := range []int{http.StatusUnauthorized, http.StatusServiceUnavailable} {
		cases = append(cases, faultCase{gittest.Fault{Kind: gittest.Refuse, Status: status}, false, false})
	}
	return cases
}

// Each fault, at each request of a sync that has one entry to add, one to delete and
// one to leave unchanged, on top of a person's commit.
func TestSyncSurvivesServerFaults(t *testing.T) {
	t.Parallel()
	for _, service := range []string{gittest.UploadPack, gittest.ReceivePack} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, c := range faultCases() {
				fault := c.fault
				fault.Service, fault.Method, fault.Times = service, method, -1
				want := c.elsewhere
				if service == gittest.ReceivePack && method == http.MethodPost {
					want = c.atPush
				}
				t.Run(fmt.Sprintf("%s %s %s %d", method, service, fault.Kind, fault.Status), func(t *testing.T) {
					t.Parallel()
					syncWithFaults(t, readsBeforePush(service, method), want, fault)
				})
			}
		}
	}
}

// readsBeforePush reports whether a request reads the references before a push. Clients
// do not make it if the server is git itself.
func readsBeforePush(service, method string) bool {
	return service == gittest.ReceivePack && method == http.MethodGet
}

// syncWithFaults syncs once with the faults, and checks the result and the recovery.
func syncWithFaults(t *testing.T, notGit, succeeds bool, faults ...gittest.Fault) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var timeout time.Duration
	for i := range faults {
		if faults[i].Kind == gittest.Hang {
			faults[i].Do, timeout = cancel, hangTimeout
		}
	}
	f, p := pendingSyncWithin(t, timeout)
	f.notGit.Store(notGit)
	f.faults.Set(faults...)
	err := p.sync(ctx)
	if (err == nil) != succeeds {
		t.Errorf("got the error %v, want success: %v", err, succeeds)
	}
	if f.faults.Triggered() == 0 {
		t.Error("the fault did not happen")
	}
	f.checkAfterFault(p, err)
}

// pendingSync returns a fixture in which a sync has work to do, and a process that
// knows the state before the last changes.
func pendingSync(t *testing.T) (*fixture, *process) {
	t.Helper()
	return pendingSyncWithin(t, 0)
}

func pendingSyncWithin(t *testing.T, timeout time.Duration) (*fixture, *process) {
	t.Helper()
	f := newFixture(t, "keep", "old")
	f.timeout = timeout
	p := f.start()
	if err := p.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.checkEntries("br-keep", "br-old")
	f.app.DeleteBranch(t, "old")
	f.app.Branch(t, "new", "main")
	f.commitAsPerson("A person's", map[string]string{"docs/a": "a\n"})
	return f, p
}

// checkAfterFault checks the repository after a sync of a pendingSync that returned err:
// it did all of its work in one commit, or nothing. The next sync completes the work.
func (f *fixture) checkAfterFault(p *process, err error) {
	f.t.Helper()
	f.checkHistory()
	before, after := []string{"br-keep", "br-old"}, []string{"br-keep", "br-new"}
	if got := f.entries(); !slices.Equal(got, after) && (err == nil || !slices.Equal(got, before)) {
		f.t.Errorf("got the entries %v after the error %v", got, err)
	}
	f.checkRecovery(p, after...)
	if got := f.commits(); got != "2" {
		f.t.Errorf("got %s commits, want 2", got)
	}
}

// The server applies the push, its answer is lost, and the server then fails. The sync
// fails, and the next one has nothing left to do.
func TestLostAnswerOfAServerThatGoesDown(t *testing.T) {
	t.Parallel()
	syncWithFaults(t, false, false,
		gittest.Fault{Kind: gittest.LoseAnswer, Service: gittest.ReceivePack, Method: http.MethodPost},
		gittest.Fault{Kind: gittest.Refuse, Status: http.StatusServiceUnavailable, Service: gittest.ReceivePack, Method: http.MethodGet, Times: -1},
		gittest.Fault{Kind: gittest.Refuse, Status: http.StatusServiceUnavailable, Service: gittest.UploadPack, Skip: 2, Times: -1},
	)
}

// A person pushes while previewset's push has a fault.
func TestSyncPlansAgainAfterAPersonPushes(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, kind := range []gittest.FaultKind{gittest.Pass, gittest.Reset, gittest.CutRequest, gittest.LoseAnswer, gittest.SpoilAnswer, gittest.ShortAnswer, gittest.HTML} {
			t.Run(method+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				f, p := pendingSync(t)
				f.notGit.Store(readsBeforePush(gittest.ReceivePack, method))
				f.faults.Set(gittest.Fault{
					Kind: kind, Service: gittest.ReceivePack, Method: method,
					Do: func() { f.commitAsPerson("Another", map[string]string{"docs/b": "b\n"}) },
				})
				err := p.sync(t.Context())
				if err != nil {
					t.Errorf("the sync did not plan again: %v", err)
				}
				f.checkAfterFault(p, err)
				if got := f.gitops.Files(t, "main", "docs"); got["docs/a"] != "a" || got["docs/b"] != "b" {
					t.Errorf("got the files %v, want docs/a and docs/b as the person wrote them", got)
				}
			})
		}
	}
}

// Git refuses the push, because of a hook, the configuration or a full disk.
func TestSyncSurvivesRefusedPushes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refuse, allow func(*testing.T, *gittest.Repo)
		succeeds      bool
		remedy        string
	}{
		"pre-receive": {hook("pre-receive", "echo no >&2; exit 1"), hook("pre-receive", "exit 0"), false, "must be allowed to push to main"},
		"update":      {hook("update", "exit 1"), hook("update", "exit 0"), false, "must be allowed to push to main"},
		// Git runs this hook after it has moved the branch.
		"post-receive":              {hook("post-receive", "exit 1"), hook("post-receive", "exit 0"), true, ""},
		"killed before the update":  {hook("pre-receive", "kill -9 $PPID"), hook("pre-receive", "exit 0"), false, ""},
		"killed after the update":   {hook("post-receive", "kill -9 $PPID"), hook("post-receive", "exit 0"), true, ""},
		"size":                      {config("receive.maxInputSize", "100"), config("receive.maxInputSize", "0"), false, "its limit for the size of a push"},
		"full disk":                 {func(_ *testing.T, r *gittest.Repo) { r.FillDisk(0) }, free, false, "the free disk space of the server"},
		"disk full after one block": {func(_ *testing.T, r *gittest.Repo) { r.FillDisk(1) }, free, false, "the free disk space of the server"},
		"disk full for a pack": {func(t *testing.T, r *gittest.Repo) {
			r.Config(t, "receive.unpackLimit", "1")
			r.FillDisk(1)
		}, free, false, "the free disk space of the server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := pendingSync(t)
			c.refuse(t, f.gitops)
			err := p.sync(t.Context())
			if (err == nil) != c.succeeds {
				t.Errorf("got the error %v, want success: %v", err, c.succeeds)
			}
			if err != nil && !strings.Contains(err.Error(), c.remedy) {
				t.Errorf("got %v, want the remedy %q", err, c.remedy)
			}
			c.allow(t, f.gitops)
			f.checkAfterFault(p, err)
		})
	}
}

func hook(name, script string) func(*testing.T, *gittest.Repo) {
	return func(t *testing.T, r *gittest.Repo) { r.Hook(t, name, script) }
}

func config(key, value string) func(*testing.T, *gittest.Repo) {
	return func(t *testing.T, r *gittest.Repo) { r.Config(t, key, value) }
}

func free(_ *testing.T, r *gittest.Repo) { r.FreeDisk() }
