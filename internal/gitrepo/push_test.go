package gitrepo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// Concurrent writers that plan again after ErrMoved lose no commit.
func TestConcurrentPushes(t *testing.T) {
	const writers, rounds = 8, 2
	for _, transport := range []string{"http", "file"} {
		t.Run(transport, func(t *testing.T) {
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"README": "x"})
			url := repo.URL()
			if transport == "http" {
				url = gittest.Serve(t, repo, gittest.ServeOptions{}).URL
			}
			var moved atomic.Int64
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					remote := open(t, url, gitrepo.Options{})
					for round := range rounds {
						e := edit(fmt.Sprintf("previews/shop/pr-%d-%d", w, round), "f", "x")
						if err := pushRetrying(t.Context(), remote, e, &moved); err != nil {
							t.Errorf("writer %d: %v", w, err)
							return
						}
					}
				})
			}
			wg.Wait()
			if got := len(repo.Files(t, "main", "previews/shop")); got != writers*rounds {
				t.Errorf("got %d entries, want %d", got, writers*rounds)
			}
			if got := repo.Git(t, "rev-list", "--count", "main"); got != fmt.Sprint(1+writers*rounds) {
				t.Errorf("got %s commits, want %d", got, 1+writers*rounds)
			}
			repo.Git(t, "fsck", "--strict")
			t.Logf("planned again %d times", moved.Load())
		})
	}
}

// The cancellation of a context, as by a reload or a stop, does not interrupt a push that
// git has started.
func TestStartedPushContinuesAfterCancel(t *testing.T) {
	for _, transport := range []string{"http", "file"} {
		t.Run(transport, func(t *testing.T) {
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"README": "x"})
			url, dir := repo.URL(), t.TempDir()
			if transport == "http" {
				url = gittest.Serve(t, repo, gittest.ServeOptions{}).URL
			}
			repo.Hook(t, "pre-receive", fmt.Sprintf("cd %s && touch begun && for n in $(seq 1000); do [ -e go ] && break; sleep 0.01; done", dir))
			remote := open(t, url, gitrepo.Options{})
			tree, err := remote.Fetch(t.Context(), "main", nil)
			if err != nil {
				t.Fatal(err)
			}
			c, err := tree.Commit(t.Context(), edit("previews/shop/pr-1", "f", "x"), gitrepo.CommitOptions{
				Message: "m", Author: gitrepo.Signature{Name: "a", Email: "b"}, When: time.Now(),
			})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			pushed := make(chan error, 1)
			go func() {
				_, err := remote.Push(ctx, "main", c)
				pushed <- err
			}()
			for !exists(filepath.Join(dir, "begun")) {
				select {
				case err := <-pushed:
					t.Fatal("the push did not wait for the hook: ", err)
				case <-time.After(time.Millisecond):
				}
			}
			cancel()
			if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := <-pushed; err != nil || repo.Git(t, "rev-list", "--count", "main") != "2" {
				t.Errorf("got error %v and %s commits, want 2 commits", err, repo.Git(t, "rev-list", "--count", "main"))
			}
			if _, err := remote.Push(ctx, "main", c); !errors.Is(err, context.Canceled) {
				t.Errorf("push with a cancelled context: got error %v, want context.Canceled", err)
			}
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func pushRetrying(ctx context.Context, remote *gitrepo.Remote, e gitrepo.Edit, moved *atomic.Int64) error {
	var tree *gitrepo.Tree
	for range 200 {
		var err error
		if tree, err = remote.Fetch(ctx, "main", tree); err != nil {
			return err
		}
		commit, err := tree.Commit(ctx, e, options("m"))
		if errors.Is(err, gitrepo.ErrNothingToCommit) {
			return errors.New("somebody else made the entry")
		}
		if err != nil {
			return err
		}
		if _, err = remote.Push(ctx, "main", commit); err == nil || !errors.Is(err, gitrepo.ErrMoved) {
			return err
		}
		moved.Add(1)
	}
	return errors.New("no push succeeded")
}

func TestPushToMovedBranch(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "start", map[string]string{"a": "1"})
		commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
		if err != nil {
			t.Fatal(err)
		}
		tip := repo.Commit(t, "main", "foreign", map[string]string{"b": "1"})
		if _, err := remote.Push(t.Context(), "main", commit); !errors.Is(err, gitrepo.ErrMoved) {
			t.Errorf("got error %v, want ErrMoved", err)
		}
		if got := repo.Tip(t, "main"); got != tip {
			t.Errorf("tip %s, want %s", got, tip)
		}
		if _, err := remote.Push(t.Context(), "other", commit); err == nil {
			t.Error("a commit was pushed to another branch than that of its base")
		}
	})
}

func TestPushRejected(t *testing.T) {
	for name, refuse := range map[string]func(*testing.T, *gittest.Repo) string{
		"pre-receive": func(t *testing.T, r *gittest.Repo) string {
			r.Hook(t, "pre-receive", "printf 'policy says\\033[31m no\\n' >&2; exit 1")
			return "policy says"
		},
		"update": func(t *testing.T, r *gittest.Repo) string {
			r.Hook(t, "update", "exit 1")
			return "hook declined"
		},
		"long output": func(t *testing.T, r *gittest.Repo) string {
			r.Hook(t, "pre-receive", "i=0; while [ $i -lt 3000 ]; do echo 'no and no' >&2; i=$((i+1)); done; exit 1")
			return "no and no"
		},
	} {
		for _, transport := range []string{"http", "file"} {
			t.Run(name+" "+transport, func(t *testing.T) {
				repo := gittest.NewRepo(t, "r")
				repo.Commit(t, "main", "start", map[string]string{"a": "1"})
				message := refuse(t, repo)
				url := repo.URL()
				if transport == "http" {
					url = gittest.Serve(t, repo, gittest.ServeOptions{}).URL
				}
				err := pushOnce(t, open(t, url, gitrepo.Options{}))
				if !errors.Is(err, gitrepo.ErrRejected) || !strings.Contains(err.Error(), message) {
					t.Fatalf("got error %v, want ErrRejected with %q", err, message)
				}
				if len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\x1b\n") {
					t.Errorf("the error is too long or has control characters: %q", err)
				}
			})
		}
	}
}

func pushOnce(t *testing.T, remote *gitrepo.Remote) error {
	t.Helper()
	commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = remote.Push(t.Context(), "main", commit)
	return err
}

func TestPushToReadOnlyRepository(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	repo.Config(t, "http.receivepack", "false")
	err := pushOnce(t, open(t, gittest.Serve(t, repo, gittest.ServeOptions{}).URL, gitrepo.Options{}))
	if !errors.Is(err, gitrepo.ErrRejected) || errors.Is(err, gitrepo.ErrAuth) {
		t.Errorf("got error %v, want ErrRejected", err)
	}
}

// onReceive returns a middleware that handles the POST of a push with fault.
func onReceive(fault func(w http.ResponseWriter, req *http.Request, next http.Handler)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/git-receive-pack") {
				fault(w, req, next)
				return
			}
			next.ServeHTTP(w, req)
		})
	}
}

func TestPushFaults(t *testing.T) {
	apply := func(req *http.Request, next http.Handler) { next.ServeHTTP(httptest.NewRecorder(), req) }
	cases := map[string]struct {
		fault func(w http.ResponseWriter, req *http.Request, next http.Handler)
		want  error // nil for success
		fails bool  // with an error of no kind of this package
	}{
		"applied, connection cut": {fault: func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			apply(req, next)
			panic(http.ErrAbortHandler)
		}},
		"applied, empty answer": {fault: func(_ http.ResponseWriter, req *http.Request, next http.Handler) {
			apply(req, next)
		}},
		"applied, answer cut in the middle": {fault: func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, req)
			_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
		}},
		"applied, server error": {fault: func(w http.ResponseWriter, req *http.Request, next http.Handler) {
			apply(req, next)
			http.Error(w, "oops", http.StatusBadGateway)
		}},
		"not applied, empty answer": {want: gitrepo.ErrRejected, fault: func(http.ResponseWriter, *http.Request, http.Handler) {}},
		"not applied, connection cut": {fails: true, fault: func(http.ResponseWriter, *http.Request, http.Handler) {
			panic(http.ErrAbortHandler)
		}},
		"not applied, server error": {fails: true, fault: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "oops", http.StatusBadGateway)
		}},
		"forbidden": {want: gitrepo.ErrRejected, fault: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "oops", http.StatusForbidden)
		}},
		"credentials expired": {want: gitrepo.ErrAuth, fault: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			http.Error(w, "oops", http.StatusUnauthorized)
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"a": "1"})
			s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: onReceive(c.fault)})
			err := pushOnce(t, open(t, s.URL, gitrepo.Options{}))
			switch {
			case c.fails:
				if err == nil || errors.Is(err, gitrepo.ErrRejected) || errors.Is(err, gitrepo.ErrMoved) {
					t.Errorf("got error %v, want one without ErrRejected and ErrMoved", err)
				}
			case !errors.Is(err, c.want):
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.want == nil && !c.fails && len(repo.Files(t, "main", "d")) != 1 {
				t.Error("Push returned success, but the branch lacks the commit")
			}
		})
	}
}

// The response is lost, and somebody else pushes on top before the tip is read.
func TestPushWithLostResponseAndForeignCommit(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: onReceive(
		func(_ http.ResponseWriter, req *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), req)
			repo.Commit(t, "main", "foreign", map[string]string{"b": "1"})
			panic(http.ErrAbortHandler)
		})})
	if err := pushOnce(t, open(t, s.URL, gitrepo.Options{})); err != nil {
		t.Errorf("got error %v, want success", err)
	}
}

// Push returns its outcome even if the caller's context ends.
func TestCancelledPushReturnsItsOutcome(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	applied := make(chan struct{})
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: onReceive(
		func(_ http.ResponseWriter, req *http.Request, next http.Handler) {
			body, _ := io.ReadAll(req.Body)
			req = req.Clone(context.Background())
			req.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(httptest.NewRecorder(), req)
			close(applied)
			cancel()
			panic(http.ErrAbortHandler)
		})})
	remote := open(t, s.URL, gitrepo.Options{})
	commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Push(ctx, "main", commit); err != nil {
		t.Errorf("got error %v, want success", err)
	}
	<-applied
}

// After a branch was rewritten, the server may have pruned objects that it had before.
// Push sends them again.
func TestPushSendsObjectsThatTheServerHasPruned(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Config(t, "core.logAllRefUpdates", "false")
		repo.Commit(t, "main", "start", map[string]string{"a": "1"})
		tree := push(t, remote, fetch(t, remote, "main", nil), edit("d/e", "f", "1"), "m")
		repo.DeleteBranch(t, "main")
		repo.Commit(t, "main", "begin again", map[string]string{"b": "1"})
		repo.Git(t, "gc", "--quiet", "--prune=now")
		push(t, remote, fetch(t, remote, "main", tree), edit("d/e", "f", "1"), "m")
		repo.Git(t, "fsck", "--strict", "--full")
	})
}

// Packs encode the size of an object in one, two, three or four bytes.
func TestPushObjectSizes(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	files := map[string][]byte{}
	for _, size := range []int{0, 1, 15, 16, 2047, 2048, 1<<18 - 1, 1 << 18} {
		files[fmt.Sprint(size)] = bytes.Repeat([]byte("x"), size)
	}
	remote := open(t, repo.URL(), gitrepo.Options{})
	push(t, remote, fetch(t, remote, "main", nil), gitrepo.Edit{Dirs: map[string]map[string][]byte{"d": files}}, "m")
	for name, want := range files {
		if got := repo.Git(t, "cat-file", "blob", "main:d/"+name); got != string(want) {
			t.Errorf("%s: got %d bytes, want %d", name, len(got), len(want))
		}
	}
	repo.Git(t, "fsck", "--strict", "--full")
}
