package gitrepo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// refusing answers each push with a report that refuses the branch for a reason.
func refusing(reason string) func(http.Handler) http.Handler {
	return onReceive(func(w http.ResponseWriter, req *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, req.Body)
		report := pktLine("unpack ok\n") + pktLine("ng refs/heads/main "+reason+"\n") + "0000"
		w.Header().Set("Content-Type", "application/x-git-receive-pack-result")
		_, _ = io.WriteString(w, pktLine("\x01"+report)+"0000")
	})
}

// Servers have several messages for a branch that somebody else has moved or is moving.
// Any other refusal is final.
func TestRefusedPushIsMovedOrRejected(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]error{
		"failed to update ref": gitrepo.ErrMoved,
		"cannot lock ref":      gitrepo.ErrMoved,
		"cannot lock ref 'refs/heads/main': Unable to create 'main.lock': File exists.": gitrepo.ErrMoved,
		"incorrect old value provided": gitrepo.ErrMoved,
		"fetch first":                  gitrepo.ErrMoved,
		"non-fast-forward":             gitrepo.ErrMoved,
		"stale info":                   gitrepo.ErrMoved,
		"pre-receive hook declined":    gitrepo.ErrRejected,
		"protected branch":             gitrepo.ErrRejected,
		"deletion prohibited":          gitrepo.ErrRejected,
		"cannot":                       gitrepo.ErrRejected,
		"lock":                         gitrepo.ErrRejected,
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			repo := gittest.NewRepo(t, "r")
			tip := repo.Commit(t, "main", "start", map[string]string{"a": "1"})
			s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: refusing(reason)})
			err := pushOnce(t, open(t, s.URL, gitrepo.Options{}))
			for _, kind := range []error{gitrepo.ErrMoved, gitrepo.ErrRejected} {
				if errors.Is(err, kind) != errors.Is(want, kind) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			if err != nil && !strings.Contains(err.Error(), strings.Fields(reason)[0]) {
				t.Errorf("got %v, want the reason of the server", err)
			}
			if repo.Tip(t, "main") != tip {
				t.Error("the branch moved")
			}
		})
	}
}

// A lock that a killed git left on the server makes each push fail with ErrMoved, until
// somebody deletes it.
func TestLockOnServerIsMoved(t *testing.T) {
	t.Parallel()
	for _, lock := range []string{"refs/heads/main.lock", "HEAD.lock"} {
		for _, transport := range []string{"http", "file"} {
			t.Run(lock+" "+transport, func(t *testing.T) {
				t.Parallel()
				repo := gittest.NewRepo(t, "r")
				repo.Commit(t, "main", "start", map[string]string{"a": "1"})
				url := repo.URL()
				if transport == "http" {
					url = gittest.Serve(t, repo, gittest.ServeOptions{}).URL
				}
				file := filepath.Join(repo.Dir, lock)
				if err := os.WriteFile(file, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				remote := open(t, url, gitrepo.Options{})
				for range 2 {
					if err := pushOnce(t, remote); !errors.Is(err, gitrepo.ErrMoved) || !errors.Is(err, gitrepo.ErrLocked) {
						t.Errorf("got %v, want %v and %v", err, gitrepo.ErrMoved, gitrepo.ErrLocked)
					}
				}
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
				if err := pushOnce(t, remote); err != nil {
					t.Errorf("without the lock: got %v, want none", err)
				}
			})
		}
	}
}

// A redirect to another server is an error that has both URLs, and no request follows it:
// neither after the first request nor after a later one.
func TestRedirectToOtherServerIsRefused(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", map[string]string{"d/a": "1"})
	elsewhere := gittest.Serve(t, repo, gittest.ServeOptions{})
	host := strings.TrimPrefix(strings.TrimSuffix(elsewhere.URL, "/r.git"), "http://")
	_, port, _ := strings.Cut(host, ":")
	for _, target := range []string{
		"http://" + host, "http://localhost:" + port, "http://127.0.0.1", "http://u:" + url.QueryEscape(canary) + "@" + host, "//" + host,
		"https://" + host, "https://OWN", "https://127.0.0.1", "http://sub.OWN", "ftp://OWN",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			status, own := 307, ""
			server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if req.Method != method {
						next.ServeHTTP(w, req)
						return
					}
					w.Header().Set("Location", strings.ReplaceAll(target, "OWN", own)+req.URL.RequestURI())
					w.WriteHeader(status)
				})
			}})
			own = strings.TrimPrefix(strings.TrimSuffix(server.URL, "/r.git"), "http://")
			remote := open(t, server.URL, gitrepo.Options{Credentials: &credentials{user: "u", password: canary}})
			for _, status = range []int{301, 302, 303, 307, 308} {
				_, err := remote.Fetch(t.Context(), "main", nil)
				if !errors.Is(err, gitrepo.ErrRedirect) {
					t.Fatalf("%s %d to %s: got error %v, want %v", method, status, target, err, gitrepo.ErrRedirect)
				}
				_, rest, _ := strings.Cut(strings.ReplaceAll(target, "OWN", own), "//")
				rest = rest[strings.Index(rest, "@")+1:]
				if text := err.Error(); !strings.Contains(text, server.URL) || !strings.Contains(text, "://"+rest+"/r.git") || strings.Contains(text, canary) {
					t.Errorf("%s %d to %s: got error %v, want both URLs, and no password", method, status, target, err)
				}
			}
		}
	}
	if got := elsewhere.Requests(); len(got) > 0 {
		t.Errorf("the other server got %v", got)
	}
}

// The same server has several spellings.
func TestRedirectToSameServerIsFollowed(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", map[string]string{"d/a": "1"})
	for _, host := range []string{"", "//127.0.0.1:", "http://localhost:"} {
		server := gittest.Serve(t, repo, gittest.ServeOptions{User: "u", Password: canary, Middleware: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if rest, ok := strings.CutPrefix(req.RequestURI, "/old"); ok {
					if host != "" {
						_, port, _ := strings.Cut(req.Host, ":")
						rest = host + port + rest
					}
					w.Header().Set("Location", rest)
					w.WriteHeader(http.StatusMovedPermanently)
					return
				}
				next.ServeHTTP(w, req)
			})
		}})
		old := strings.Replace(server.URL, "/r.git", "/old/r.git", 1)
		if strings.Contains(host, "localhost") {
			old = strings.Replace(old, "127.0.0.1", "localhost", 1)
		}
		tree := fetch(t, open(t, old, gitrepo.Options{Credentials: &credentials{user: "u", password: canary}}), "main", nil)
		if _, err := tree.Hash(t.Context(), "d/a"); err != nil {
			t.Errorf("%q: %v", host, err)
		}
	}
}

// A loop of redirects ends.
func TestRedirectsAreBounded(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		requests++
		http.Redirect(w, req, "/x"+req.URL.Path+"?"+req.URL.RawQuery, http.StatusFound)
	}))
	defer server.Close()
	if _, err := open(t, server.URL+"/r.git", gitrepo.Options{}).Refs(t.Context()); err == nil {
		t.Error("got no error for a redirect loop")
	}
	if requests > 11 {
		t.Errorf("got %d requests, want at most 11", requests)
	}
}

// An operation ends with its timeout and with its context, whichever is first.
func TestOperationsEndWithTimeoutAndContext(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a/b": "1"})
	var faults gittest.Faults
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: faults.Middleware})
	remote := open(t, s.URL, gitrepo.Options{Timeout: 5 * time.Second})
	tree := fetch(t, remote, "main", nil)
	commit, err := tree.Commit(t.Context(), edit("d", "f", "1"), options("m"))
	if err != nil {
		t.Fatal(err)
	}
	faults.Set(gittest.Fault{Kind: gittest.Hang, Times: -1})
	operations := map[string]func(context.Context) error{
		"refs":  func(ctx context.Context) error { _, err := remote.Refs(ctx); return err },
		"fetch": func(ctx context.Context) error { _, err := remote.Fetch(ctx, "main", nil); return err },
		"push":  func(ctx context.Context) error { _, err := remote.Push(ctx, "main", commit); return err },
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			if err := operation(t.Context()); err == nil {
				t.Error("got no error from a server that hangs")
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s, want about the timeout", took)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := operation(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
			}
		})
	}
}

// The outcome of a push is unknown if the server can't be asked about it afterwards.
func TestPushWithUnknownOutcomeIsAnError(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]gittest.Fault{
		"server error":   {Kind: gittest.Refuse, Times: -1, Status: http.StatusBadGateway},
		"cut connection": {Kind: gittest.Reset, Times: -1},
		"empty answers":  {Kind: gittest.Empty, Times: -1},
		"web pages":      {Kind: gittest.HTML, Times: -1},
		"not found":      {Kind: gittest.Refuse, Times: -1, Status: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repo := gittest.NewRepo(t, "r")
			repo.Commit(t, "main", "start", map[string]string{"a": "1"})
			var faults gittest.Faults
			s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: faults.Middleware})
			remote := open(t, s.URL, gitrepo.Options{})
			commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
			if err != nil {
				t.Fatal(err)
			}
			faults.Set(fault)
			tree, err := remote.Push(t.Context(), "main", commit)
			if err == nil || tree != nil || errors.Is(err, gitrepo.ErrMoved) {
				t.Errorf("got %v, %v, want an error", tree, err)
			}
		})
	}
}

// Each bound that is too small is ErrTooLarge, and no other error.
func TestPackIsBounded(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	read := func(bound int64) error {
		_, err := open(t, repo.URL(), gitrepo.Options{MaxPackBytes: bound}).Fetch(t.Context(), "main", nil)
		return err
	}
	least := int64(0) // the smallest bound with which the commit is read
	for low, high := int64(1), int64(1<<20); low <= high; {
		middle := (low + high) / 2
		if err := read(middle); err == nil {
			least, high = middle, middle-1
		} else if errors.Is(err, gitrepo.ErrTooLarge) {
			low = middle + 1
		} else {
			t.Fatalf("%d bytes: got %v, want %v", middle, err, gitrepo.ErrTooLarge)
		}
	}
	if least < 50 || least > 1000 {
		t.Errorf("a commit needs a bound of %d bytes, want a few hundred", least)
	}
}

// A received byte may inflate to four, on average.
func TestInflatedSizeIsBounded(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"d/zeros": strings.Repeat("0", 100_000)})
	for bound, want := range map[int64]error{24_000: gitrepo.ErrTooLarge, 26_000: nil} {
		remote := open(t, repo.URL(), gitrepo.Options{MaxPackBytes: bound})
		tree, err := remote.Fetch(t.Context(), "main", nil)
		if err == nil {
			err = tree.Prefetch(t.Context(), "d")
		}
		if !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%d bytes: got %v, want %v", bound, err, want)
		}
	}
}

func TestPathsAreBounded(t *testing.T) {
	t.Parallel()
	segment := strings.Repeat("a", 255)
	long := strings.Repeat(segment+"/", 16)[:4096-1] // without a slash at its end
	for path, want := range map[string]bool{
		segment: true, segment + "a": false, long: true, long + "b": false, long[:4000]: true,
	} {
		repo := gittest.NewRepo(t, "r")
		repo.Commit(t, "main", "start", map[string]string{"a": "1"})
		remote := open(t, repo.URL(), gitrepo.Options{})
		_, err := fetch(t, remote, "main", nil).Commit(t.Context(), gitrepo.Edit{Remove: []string{path}}, options("m"))
		if refused := err != nil && !errors.Is(err, gitrepo.ErrNothingToCommit); refused == want {
			t.Errorf("a path of %d bytes: got %v, want it to be valid: %t", len(path), err, want)
		}
	}
}

// Callers decide by the kind of an error.
func TestErrorsAreDistinct(t *testing.T) {
	t.Parallel()
	kinds := []error{
		gitrepo.ErrAuth, gitrepo.ErrNotFound, gitrepo.ErrNoBranch, gitrepo.ErrEmpty, gitrepo.ErrMoved, gitrepo.ErrRejected,
		gitrepo.ErrTooLarge, gitrepo.ErrNoFilter, gitrepo.ErrNothingToCommit, gitrepo.ErrSymlink,
	}
	for i, a := range kinds {
		for j, b := range kinds {
			if errors.Is(fmt.Errorf("x: %w", a), b) != (i == j) {
				t.Errorf("%v is %v: %t", a, b, i != j)
			}
		}
	}
}
