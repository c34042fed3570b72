package gitrepo_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

const canary = "s3cret/canary+4711"

type credentials struct {
	user, password string
	calls          int
}

func (c *credentials) HTTP(context.Context, string) (string, string, error) {
	c.calls++
	return c.user, c.password, nil
}

// tryEverything runs all read operations and returns their errors.
func tryEverything(t *testing.T, url string, c gitrepo.Credentials, tree *gitrepo.Tree, commit *gitrepo.Commit) []error {
	t.Helper()
	remote := open(t, url, gitrepo.Options{Credentials: c, Timeout: 10 * time.Second})
	_, refsErr := remote.Refs(t.Context())
	_, fetchErr := remote.Fetch(t.Context(), "main", nil)
	_, commitsErr := remote.Commits(t.Context(), []string{strings.Repeat("1", 40)})
	errs := []error{refsErr, fetchErr, commitsErr}
	if tree != nil {
		_, hashErr := tree.Hash(t.Context(), "d/sub/x")
		errs = append(errs, hashErr)
	}
	return errs
}

func TestAuth(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"d/f": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{User: "u", Password: canary})
	good := &credentials{user: "u", password: canary}
	remote := open(t, s.URL, gitrepo.Options{Credentials: good})
	push(t, remote, fetch(t, remote, "main", nil), edit("d", "f", "2"), "m")
	if good.calls < 3 {
		t.Errorf("credentials were read %d times, want at least 3", good.calls)
	}
	good.password = "rotated"
	if _, err := remote.Refs(t.Context()); !errors.Is(err, gitrepo.ErrAuth) {
		t.Errorf("after a rotation: got error %v, want ErrAuth", err)
	}
	for name, c := range map[string]gitrepo.Credentials{
		"none": nil, "empty": &credentials{}, "wrong": &credentials{user: "u", password: "x" + canary}, "as user": &credentials{user: canary},
	} {
		for _, err := range tryEverything(t, s.URL, c, nil, nil) {
			if !errors.Is(err, gitrepo.ErrAuth) {
				t.Errorf("credentials %s: got error %v, want ErrAuth", name, err)
			}
		}
	}
}

type failingCredentials struct{}

func (failingCredentials) HTTP(context.Context, string) (string, string, error) {
	return "", "", errors.New("no file")
}

func TestFailedCredentialsSendNoRequest(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	_, err := open(t, s.URL, gitrepo.Options{Credentials: failingCredentials{}}).Refs(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no file") || len(s.Requests()) != 0 {
		t.Errorf("got error %v and requests %v, want the credentials' error and no request", err, s.Requests())
	}
}

func pktLine(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }

// Errors contain no secrets, even if the server echoes the credentials.
func TestNoSecretInErrors(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"d/sub/x": "1"})
	answers := map[string]func(w http.ResponseWriter, echo string){
		"401":    func(w http.ResponseWriter, echo string) { http.Error(w, echo, http.StatusUnauthorized) },
		"403":    func(w http.ResponseWriter, echo string) { http.Error(w, echo, http.StatusForbidden) },
		"404":    func(w http.ResponseWriter, echo string) { http.Error(w, echo, http.StatusNotFound) },
		"500":    func(w http.ResponseWriter, echo string) { http.Error(w, echo, http.StatusInternalServerError) },
		"error":  func(w http.ResponseWriter, echo string) { fmt.Fprint(w, pktLine("ERR "+echo)) },
		"line":   func(w http.ResponseWriter, echo string) { fmt.Fprint(w, pktLine(echo)) },
		"noise":  func(w http.ResponseWriter, echo string) { fmt.Fprint(w, echo) },
		"status": func(w http.ResponseWriter, echo string) { http.Error(w, echo, http.StatusTeapot) },
		"redirect": func(w http.ResponseWriter, echo string) {
			w.Header().Set("Location", "http://127.0.0.1:1/"+echo)
			w.WriteHeader(http.StatusFound)
		},
	}
	for _, c := range []*credentials{{user: "u", password: canary}, {user: canary}, {user: canary, password: "x-oauth-basic"}} {
		for name, answer := range answers {
			broken := false
			s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
					if !broken {
						next.ServeHTTP(w, req)
						return
					}
					u, p, _ := req.BasicAuth()
					answer(w, u+" "+p+" "+req.Header.Get("Authorization"))
				})
			}})
			remote := open(t, s.URL, gitrepo.Options{Credentials: c})
			tree := fetch(t, remote, "main", nil)
			commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("e", "f", "1"), options("m"))
			if err != nil {
				t.Fatal(err)
			}
			broken = true
			errs := tryEverything(t, s.URL, c, tree, commit)
			_, pushErr := remote.Push(t.Context(), "main", commit)
			for i, err := range append(errs, pushErr) {
				if err == nil {
					t.Errorf("%s, operation %d: got no error", name, i)
					continue
				}
				encoded := base64.StdEncoding.EncodeToString([]byte(c.user + ":" + c.password))
				for _, secret := range []string{canary, encoded, "canary"} {
					if text := fmt.Sprintf("%v %+v %#v %s", err, err, err, errors.Unwrap(err)); strings.Contains(text, secret) {
						t.Errorf("%s, operation %d: the error contains a secret: %s", name, i, text)
					}
				}
			}
		}
	}
}

// A response that exceeds its bound is refused, and so is a small response that
// inflates beyond its bound.
func TestLargeResponsesAreRefused(t *testing.T) {
	noise := make([]byte, 60<<10)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for name, content := range map[string]string{
		"received": base64.StdEncoding.EncodeToString(noise), "inflated": strings.Repeat("x", 8<<20),
	} {
		for _, plain := range []bool{false, true} {
			repo := gittest.NewRepo(t, "r")
			if plain {
				repo.DisableExtensions(t)
			}
			repo.Commit(t, "main", "start", map[string]string{"d/large": content, "d/small": "1"})
			for _, url := range []string{repo.URL(), gittest.Serve(t, repo, gittest.ServeOptions{}).URL} {
				remote := open(t, url, gitrepo.Options{MaxPackBytes: 32 << 10})
				tree, err := remote.Fetch(t.Context(), "main", nil)
				if err == nil {
					err = tree.Prefetch(t.Context(), "d")
				}
				if !errors.Is(err, gitrepo.ErrTooLarge) {
					t.Errorf("%s, plain %v, %s: got error %v, want ErrTooLarge", name, plain, url, err)
				}
			}
		}
	}
}

// Endless error pages and lists of references end with an error.
func TestEndlessResponsesAreBounded(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	for status, bound := range map[int]int64{ // with room for buffers
		http.StatusInternalServerError: 16 << 20, http.StatusUnauthorized: 16 << 20, http.StatusOK: 100 << 20,
	} {
		var sent atomic.Int64
		s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				w.WriteHeader(status)
				line := pktLine(strings.Repeat("1", 40) + " refs/heads/" + strings.Repeat("x", 60_000) + "\n")
				_, err := io.WriteString(w, pktLine(strings.Repeat("1", 40)+" refs/heads/a\x00agent=endless\n"))
				for err == nil && req.Context().Err() == nil {
					_, err = io.WriteString(w, line)
					sent.Add(int64(len(line)))
				}
			})
		}})
		_, err := open(t, s.URL, gitrepo.Options{Timeout: time.Minute}).Refs(t.Context())
		if err == nil || errors.Is(err, context.DeadlineExceeded) || (status == http.StatusOK) != errors.Is(err, gitrepo.ErrTooLarge) {
			t.Errorf("status %d: got error %v, want ErrTooLarge for status 200 only", status, err)
		}
		if got := sent.Load(); got > bound {
			t.Errorf("%d: %d MiB were sent, want at most %d", status, got>>20, bound>>20)
		}
	}
}

// An endless report about a push ends with an error.
func TestEndlessReportsAreBounded(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	var sent atomic.Int64
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !strings.HasSuffix(req.URL.Path, "/git-receive-pack") {
				next.ServeHTTP(w, req)
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			w.Header().Set("Content-Type", "application/x-git-receive-pack-result")
			lines := pktLine("\x01" + strings.Repeat(pktLine("ok refs/heads/main\n"), 1000))
			_, err := io.WriteString(w, pktLine("\x01"+pktLine("unpack ok\n")))
			for err == nil && sent.Load() < 100<<20 {
				_, err = io.WriteString(w, lines)
				sent.Add(int64(len(lines)))
			}
		})
	}})
	remote := open(t, s.URL, gitrepo.Options{Timeout: time.Minute})
	commit, err := fetch(t, remote, "main", nil).Commit(t.Context(), edit("d", "f", "1"), options("m"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Push(t.Context(), "main", commit); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want another one", err)
	}
	if got := sent.Load() >> 20; got > 32 { // two attempts, with room for buffers
		t.Errorf("%d MiB were sent, want at most 32", got)
	}
}

func TestTimeout(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	release := make(chan struct{})
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			select {
			case <-release:
			case <-req.Context().Done():
			}
		})
	}})
	defer close(release)
	_, err := open(t, s.URL, gitrepo.Options{Timeout: 100 * time.Millisecond}).Refs(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want context.DeadlineExceeded", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, repo.URL(), gitrepo.Options{}).Refs(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want context.Canceled", err)
	}
}
