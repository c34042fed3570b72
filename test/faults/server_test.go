package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// spoil is a fault, and whether the sync that meets it must succeed: where it
// strikes the sending of a push, and anywhere else.
type spoil struct {
	fault        gittest.Fault
	sending, any bool
}

func spoils() []spoil {
	list := []spoil{
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
		list = append(list, spoil{gittest.Fault{Kind: gittest.Refuse, Status: status}, false, false})
	}
	return list
}

// Each fault, at each request of a sync that has an entry to add, one to delete
// and a person's commit to stand on. One entry has nothing to do with it.
func TestServerFaults(t *testing.T) {
	for _, service := range []string{gittest.UploadPack, gittest.ReceivePack} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, s := range spoils() {
				fault := s.fault
				fault.Service, fault.Method, fault.Times = service, method, -1
				want := s.any
				if service == gittest.ReceivePack && method == http.MethodPost {
					want = s.sending
				}
				name := fmt.Sprintf("%s %s %s %d", method, service, fault.Kind, fault.Status)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					meet(t, asked(service, method), want, fault)
				})
			}
		}
	}
}

// asked reports whether the request is one that git's own server does not get.
func asked(service, method string) bool {
	return service == gittest.ReceivePack && method == http.MethodGet
}

func meet(t *testing.T, foreign, want bool, faults ...gittest.Fault) {
	t.Helper()
	w, p := changed(t)
	w.foreign.Store(foreign)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range faults {
		if faults[i].Kind == gittest.Hang {
			faults[i].Do = cancel
		}
	}
	w.faults.Set(faults...)
	err := p.sync(ctx)
	if (err == nil) != want {
		t.Errorf("the sync's error: %v", err)
	}
	if w.faults.Triggered() == 0 {
		t.Error("the fault did not strike")
	}
	w.settled(p, err)
}

// changed returns a world in which a sync has work to do, and a process that
// knows of what was before.
func changed(t *testing.T) (*world, *process) {
	t.Helper()
	w := newWorld(t, "keep", "old")
	p := w.start()
	if err := p.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.expect("br-keep", "br-old")
	w.app.DeleteBranch(t, "old")
	w.app.Branch(t, "new", "main")
	w.person("A person's", map[string]string{"docs/a": "a\n"})
	return w, p
}

// settled checks what a sync with this outcome has left, and that the next one
// ends it: all was done in one commit, or nothing was.
func (w *world) settled(p *process, err error) {
	w.t.Helper()
	w.sound()
	before, after := []string{"br-keep", "br-old"}, []string{"br-keep", "br-new"}
	if got := w.entries(); !slices.Equal(got, after) && (err == nil || !slices.Equal(got, before)) {
		w.t.Errorf("entries %v after %v", got, err)
	}
	w.heal(p, after...)
	if got := w.commits(); got != "2" {
		w.t.Errorf("%s commits, want 2", got)
	}
}

// The update was applied, its answer is lost, and nobody says what became of
// it: the sync fails, and the next one finds nothing left to do.
func TestLostAnswerAndServerDown(t *testing.T) {
	meet(t, false, false,
		gittest.Fault{Kind: gittest.LoseAnswer, Service: gittest.ReceivePack, Method: http.MethodPost},
		gittest.Fault{Kind: gittest.Refuse, Status: http.StatusServiceUnavailable, Service: gittest.ReceivePack, Method: http.MethodGet, Times: -1},
		gittest.Fault{Kind: gittest.Refuse, Status: http.StatusServiceUnavailable, Service: gittest.UploadPack, Skip: 2, Times: -1},
	)
}

// Somebody else pushes while ours goes wrong.
func TestFaultsAndAPerson(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, kind := range []gittest.FaultKind{gittest.Pass, gittest.Reset, gittest.CutRequest, gittest.LoseAnswer, gittest.SpoilAnswer, gittest.ShortAnswer, gittest.HTML} {
			t.Run(method+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				w, p := changed(t)
				w.foreign.Store(asked(gittest.ReceivePack, method))
				w.faults.Set(gittest.Fault{
					Kind: kind, Service: gittest.ReceivePack, Method: method,
					Do: func() { w.person("Another", map[string]string{"docs/b": "b\n"}) },
				})
				err := p.sync(t.Context())
				if err != nil {
					t.Errorf("the sync did not plan again: %v", err)
				}
				w.settled(p, err)
				if got := w.gitops.Files(t, "main", "docs"); got["docs/a"] != "a" || got["docs/b"] != "b" {
					t.Errorf("the person's files: %v", got)
				}
			})
		}
	}
}

// What git itself refuses, in the repository or for want of space.
func TestRefusedPushes(t *testing.T) {
	for name, c := range map[string]struct {
		refuse, allow func(*testing.T, *gittest.Repo)
		want          bool
	}{
		"pre-receive": {hook("pre-receive", "echo no >&2; exit 1"), hook("pre-receive", "exit 0"), false},
		"update":      {hook("update", "exit 1"), hook("update", "exit 0"), false},
		// The hook comes too late to refuse.
		"post-receive":         {hook("post-receive", "exit 1"), hook("post-receive", "exit 0"), true},
		"killed":               {hook("pre-receive", "kill -9 $PPID"), hook("pre-receive", "exit 0"), false},
		"killed after":         {hook("post-receive", "kill -9 $PPID"), hook("post-receive", "exit 0"), true},
		"size":                 {config("receive.maxInputSize", "100"), config("receive.maxInputSize", "0"), false},
		"full disk":            {func(_ *testing.T, r *gittest.Repo) { r.FillDisk(0) }, free, false},
		"full disk on the way": {func(_ *testing.T, r *gittest.Repo) { r.FillDisk(1) }, free, false},
		"full disk for a pack": {func(t *testing.T, r *gittest.Repo) {
			r.Config(t, "receive.unpackLimit", "1")
			r.FillDisk(1)
		}, free, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := changed(t)
			c.refuse(t, w.gitops)
			err := p.sync(t.Context())
			if (err == nil) != c.want {
				t.Errorf("the sync's error: %v", err)
			}
			c.allow(t, w.gitops)
			w.settled(p, err)
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
