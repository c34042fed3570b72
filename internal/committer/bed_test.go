package committer_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/internal/committer"
	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// bed is a repository behind git's own server, and a Committer in a bubble of
// synctest. A test ends only after each goroutine of the Committer has ended.
type bed struct {
	*committer.Committer
	repo   *gittest.Repo
	server *gittest.Server
	faults gittest.Faults
	gate   gate
}

// timeout is for each operation at the server.
const timeout = time.Minute

// inBubble runs the test with a Committer that knows the tip of main.
func inBubble(t *testing.T, test func(t *testing.T, b *bed)) {
	t.Helper()
	b := &bed{repo: gittest.NewRepo(t, "gitops")}
	b.repo.Commit(t, "main", "Begin", map[string]string{"README": "x\n"})
	b.server = gittest.Serve(t, b.repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		next = b.faults.Middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Connection", "close") // an idle connection would stay in the bubble
			next.ServeHTTP(w, req)
		})
	}})
	synctest.Test(t, func(t *testing.T) {
		remote, err := gitrepo.Open(b.server.URL, gitrepo.Options{Credentials: &b.gate, Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		b.Committer = committer.New(remote, "main")
		if _, err := b.Tree(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.server.Reset()
		test(t, b)
		b.repo.Git(t, "fsck", "--strict")
		time.Sleep(timeout) // in the bubble's time: go-git keeps the timer of a push that is done
	})
}

// requests returns how often the server was asked for its references, and how
// often it was pushed to.
func (b *bed) requests() (looks, pushes int) {
	for _, r := range b.server.Requests() {
		switch r {
		case "GET git-upload-pack":
			looks++
		case "POST git-receive-pack":
			pushes++
		}
	}
	return looks, pushes
}

func (b *bed) wantRequests(t *testing.T, looks, pushes int) {
	t.Helper()
	if gotLooks, gotPushes := b.requests(); gotLooks != looks || gotPushes != pushes {
		t.Errorf("%d looks and %d pushes, want %d and %d", gotLooks, gotPushes, looks, pushes)
	}
}

// gate holds requests to the server while it is closed: a request asks for
// credentials first.
type gate struct{ closed atomic.Pointer[chan struct{}] }

func (g *gate) close() {
	opened := make(chan struct{})
	g.closed.Store(&opened)
}

// step lets the requests go on that wait, and holds later ones.
func (g *gate) step() {
	opened := make(chan struct{})
	close(*g.closed.Swap(&opened))
}

func (g *gate) open() { close(*g.closed.Swap(nil)) }

// HTTP implements gitrepo.Credentials.
func (g *gate) HTTP(ctx context.Context) (user, password string, err error) {
	if opened := g.closed.Load(); opened != nil {
		select {
		case <-*opened:
		case <-ctx.Done():
			return "", "", ctx.Err()
		}
	}
	return "", "", nil
}

type plan = func(context.Context, *gitrepo.Tree) (*committer.Change, error)

// write plans a file in each directory.
func write(dirs ...string) plan {
	edit := gitrepo.Edit{Dirs: map[string]map[string][]byte{}}
	for _, dir := range dirs {
		edit.Dirs[dir] = map[string][]byte{"file": []byte("x\n")}
	}
	return func(context.Context, *gitrepo.Tree) (*committer.Change, error) {
		return &committer.Change{Edit: edit, Options: gitrepo.CommitOptions{
			Message: "Write " + dirs[0], When: time.Now(), Author: gitrepo.Signature{Name: "a", Email: "a@example.test"},
		}}, nil
	}
}

// nothing plans no change.
func nothing(context.Context, *gitrepo.Tree) (*committer.Change, error) { return nil, nil }

// after calls wait before it plans.
func after(wait func(), then plan) plan {
	return func(ctx context.Context, tree *gitrepo.Tree) (*committer.Change, error) {
		wait()
		return then(ctx, tree)
	}
}

// outcome is what a call returned.
type outcome struct {
	committer.Result
	err error
}

// start calls Commit in a goroutine, and returns once that goroutine waits.
func (b *bed) start(ctx context.Context, then plan) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		result, err := b.Commit(ctx, then)
		done <- outcome{result, err}
	}()
	synctest.Wait()
	return done
}

// startTree is start for Tree.
func (b *bed) startTree(ctx context.Context) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		tree, err := b.Tree(ctx)
		done <- outcome{committer.Result{Tree: tree}, err}
	}()
	synctest.Wait()
	return done
}

// hold returns a wait for plans, and what ends it.
func hold() (wait, release func()) {
	released := make(chan struct{})
	return func() { <-released }, func() { close(released) }
}
