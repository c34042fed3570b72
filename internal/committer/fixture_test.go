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

// fixture is a repository behind git's own server, and a Committer in a bubble of
// synctest. A test ends only after all goroutines of the Committer have ended.
type fixture struct {
	*committer.Committer
	repo        *gittest.Repo
	server      *gittest.Server
	faults      gittest.Faults
	requestGate requestGate
}

// timeout bounds each operation at the server.
const timeout = time.Minute

// inBubble runs the test with a Committer that has fetched the tip of main.
func inBubble(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	f := &fixture{repo: gittest.NewRepo(t, "gitops")}
	f.repo.Commit(t, "main", "Begin", map[string]string{"README": "x\n"})
	f.server = gittest.Serve(t, f.repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		next = f.faults.Middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Connection", "close") // an idle connection would stay in the bubble
			next.ServeHTTP(w, req)
		})
	}})
	synctest.Test(t, func(t *testing.T) {
		remote, err := gitrepo.Open(f.server.URL, gitrepo.Options{Credentials: &f.requestGate, Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		f.Committer = committer.New(remote, "main")
		if _, err := f.Tree(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.server.Reset()
		test(t, f)
		f.repo.Git(t, "fsck", "--strict")
		time.Sleep(timeout) // bubble time: go-git keeps the timer of a finished push
	})
}

// requests returns the number of reference advertisements and pushes that the
// server has handled.
func (f *fixture) requests() (fetches, pushes int) {
	for _, r := range f.server.Requests() {
		switch r {
		case "GET git-upload-pack":
			fetches++
		case "POST git-receive-pack":
			pushes++
		}
	}
	return fetches, pushes
}

func (f *fixture) wantRequests(t *testing.T, fetches, pushes int) {
	t.Helper()
	if gotFetches, gotPushes := f.requests(); gotFetches != fetches || gotPushes != pushes {
		t.Errorf("got %d fetches and %d pushes, want %d and %d", gotFetches, gotPushes, fetches, pushes)
	}
}

// requestGate blocks requests to the server while it is closed. It implements
// gitrepo.Credentials, which each request reads first.
type requestGate struct{ closed atomic.Pointer[chan struct{}] }

func (g *requestGate) close() {
	opened := make(chan struct{})
	g.closed.Store(&opened)
}

// releaseWaiting unblocks the waiting requests, and blocks later ones.
func (g *requestGate) releaseWaiting() {
	opened := make(chan struct{})
	close(*g.closed.Swap(&opened))
}

func (g *requestGate) open() { close(*g.closed.Swap(nil)) }

// HTTP implements gitrepo.Credentials.
func (g *requestGate) HTTP(ctx context.Context, _ string) (user, password string, err error) {
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

// planWrite returns a plan that writes a file in each directory.
func planWrite(dirs ...string) plan {
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

// planNothing is a plan without a change.
func planNothing(context.Context, *gitrepo.Tree) (*committer.Change, error) { return nil, nil }

// planAfter returns a plan that calls wait first.
func planAfter(wait func(), planned plan) plan {
	return func(ctx context.Context, tree *gitrepo.Tree) (*committer.Change, error) {
		wait()
		return planned(ctx, tree)
	}
}

// outcome is the result of a call.
type outcome struct {
	committer.Result
	err error
}

// startCommit calls Commit in a goroutine, and returns when all goroutines of the
// bubble are blocked.
func (f *fixture) startCommit(ctx context.Context, planned plan) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		result, err := f.Commit(ctx, planned)
		done <- outcome{result, err}
	}()
	synctest.Wait()
	return done
}

// startTree is like startCommit for Tree.
func (f *fixture) startTree(ctx context.Context) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		tree, err := f.Tree(ctx)
		done <- outcome{committer.Result{Tree: tree}, err}
	}()
	synctest.Wait()
	return done
}

// block returns a wait function for planAfter, and a function that ends the wait.
func block() (wait, release func()) {
	released := make(chan struct{})
	return func() { <-released }, func() { close(released) }
}
