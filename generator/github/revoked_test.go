package github_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// installation returns an App with an installation on a new server, which has the private
// repository acme/shop with a pull request.
func installation(t *testing.T) (*githubtest.Server, *github.App) {
	t.Helper()
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Private()
	openPulls(r, 1)
	key := s.App(12, 34)
	return s, &github.App{ID: 12, InstallationID: 34, PrivateKey: func() ([]byte, error) { return key, nil }}
}

// revocations is a fault of the API that refuses access tokens.
type revocations struct {
	mu      sync.Mutex
	refused map[string]bool // nil refuses each token
	newest  string
}

func (v *revocations) refuse(status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !strings.HasPrefix(token, "ghs_") {
			return false // it requests an access token
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		v.newest = token
		return (v.refused == nil || v.refused[token]) && respond(status, jsonType, `{"message":"Bad credentials `+token+`"}`)(w, r)
	}
}

// revokeNewest refuses the newest token from now on.
func (v *revocations) revokeNewest() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refused[v.newest] = true
}

func checkTokenRequests(t *testing.T, s *githubtest.Server, want int) {
	t.Helper()
	if got := s.Calls(githubtest.KindToken); got.Counted != want {
		t.Errorf("got %+v requests for an access token, want %d", got, want)
	}
}

// inMemory answers requests without a network.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	m.handler.ServeHTTP(answer, r)
	return answer.Result(), nil
}

func withApp(app *github.App) func(*github.Options) { return func(o *github.Options) { o.App = app } }

func TestRevokedAppTokenIsReplaced(t *testing.T) {
	t.Parallel()
	s, app := installation(t)
	revoked := &revocations{refused: map[string]bool{}}
	s.Fault(revoked.refuse(http.StatusUnauthorized))
	source := open(t, s, withApp(app))
	list(t, source, pulls)
	revoked.revokeNewest()
	if got := list(t, source, pulls); len(got.Changes) != 1 {
		t.Errorf("got %+v, want one change", got)
	}
	checkTokenRequests(t, s, 2)
}

// A token that replaces a refused one can be refused too. The next replacement is
// requested later, and each error is without a token.
func TestRefusedAppTokensAreReplacedAtIntervals(t *testing.T) {
	t.Parallel()
	s, app := installation(t)
	s.Fault((&revocations{}).refuse(http.StatusUnauthorized))
	synctest.Test(t, func(t *testing.T) {
		source := open(t, s, withApp(app), func(o *github.Options) { o.HTTP = inMemory{s} })
		for want := 2; want < 5; want++ {
			for range 3 {
				_, err := source.List(t.Context(), both)
				if !errors.Is(err, generator.ErrUnauthorized) || strings.Contains(fmt.Sprint(err), "ghs_") {
					t.Errorf("got error %v, want %v without a token", err, generator.ErrUnauthorized)
				}
			}
			checkTokenRequests(t, s, want)
			time.Sleep(10 * time.Second)
		}
	})
}

// A status 403 is a missing permission or a rate limit. A new token has neither more
// permissions nor another limit.
func TestForbiddenAppTokenIsKept(t *testing.T) {
	t.Parallel()
	s, app := installation(t)
	s.Fault((&revocations{}).refuse(http.StatusForbidden))
	if _, err := open(t, s, withApp(app)).List(t.Context(), pulls); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("got error %v, want %v", err, generator.ErrUnauthorized)
	}
	checkTokenRequests(t, s, 1)
}

func TestConcurrentRefusalsCauseOneNewToken(t *testing.T) {
	t.Parallel()
	s, app := installation(t)
	revoked := &revocations{refused: map[string]bool{}}
	s.Fault(revoked.refuse(http.StatusUnauthorized))
	source := open(t, s, withApp(app))
	list(t, source, pulls)
	revoked.revokeNewest()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := source.List(t.Context(), both); err != nil {
				t.Errorf("list: %v", err)
			}
		})
	}
	wg.Wait()
	checkTokenRequests(t, s, 2)
}

// GitHub refuses an assertion of an App whose key was replaced after it was read. A refused
// assertion is not repeated with the same key.
func TestRefusedAppKeyIsReadAgain(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Private()
	old := s.App(12, 34)
	current := s.App(12, 34)
	var reads atomic.Int32
	rotated := &github.App{ID: 12, InstallationID: 34, PrivateKey: func() ([]byte, error) {
		if reads.Add(1) <= 2 { // for the comparison with the last key, and for the assertion
			return old, nil
		}
		return current, nil
	}}
	list(t, open(t, s, withApp(rotated)), pulls)
	if got := s.Calls(githubtest.KindToken); got.Counted != 1 || got.Refused != 1 {
		t.Errorf("rotated: got %+v, want one refused and one counted request", got)
	}
	unchanged := &github.App{ID: 12, InstallationID: 34, PrivateKey: func() ([]byte, error) { return old, nil }}
	if _, err := open(t, s, withApp(unchanged)).List(t.Context(), pulls); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("unchanged: got %v, want %v", err, generator.ErrUnauthorized)
	}
	if got := s.Calls(githubtest.KindToken); got.Refused != 2 {
		t.Errorf("unchanged: got %+v, want one more refused request", got)
	}
}

// Git accepts the newest access token of the installation only.
func TestAppLoginReplacesRevokedToken(t *testing.T) {
	t.Parallel()
	s, app := installation(t)
	login, err := github.NewAppLogin(github.Options{App: app, APIURL: s.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	var accepted atomic.Pointer[string] // nil refuses each token
	first := "ghs_installation34token1"
	accepted.Store(&first)
	repo := gittest.NewRepo(t, "gitops")
	repo.Commit(t, "main", "one", map[string]string{"a/f": "1"})
	server := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, password, _ := r.BasicAuth(); accepted.Load() == nil || *accepted.Load() != password {
				http.Error(w, "bad credentials "+password, http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		})
	}})
	remote, err := gitrepo.Open(server.URL, gitrepo.Options{Credentials: login})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := remote.Fetch(t.Context(), "main", nil)
	if err != nil {
		t.Fatal(err)
	}
	second := "ghs_installation34token2"
	accepted.Store(&second)
	commit, err := tree.Commit(t.Context(), gitrepo.Edit{Dirs: map[string]map[string][]byte{"b": {"f": []byte("2")}}}, gitrepo.CommitOptions{
		Message: "two", When: time.Now(), Author: gitrepo.Signature{Name: "a", Email: "a@acme.dev"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Push(t.Context(), "main", commit); err != nil {
		t.Errorf("push with a revoked token: %v", err)
	}
	checkTokenRequests(t, s, 2)

	accepted.Store(nil)
	for range 3 {
		if _, err := remote.Refs(t.Context()); !errors.Is(err, gitrepo.ErrAuth) || strings.Contains(err.Error(), "ghs_") {
			t.Errorf("each token is refused: got error %v, want ErrAuth without a token", err)
		}
	}
	checkTokenRequests(t, s, 2)
}

// The file changes between the request and its refusal.
func TestTokenFileIsReadAgainAfterRefusal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		s := githubtest.New(t)
		openPulls(s.Repo("acme", "shop"), 1)
		s.Token("new")
		file := filepath.Join(t.TempDir(), "token")
		write := func(token string) {
			if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
				t.Error(err)
			}
		}
		write("old")
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "Bearer new" {
				return false
			}
			write("new")
			return respond(status, jsonType, `{}`)(w, r)
		})
		stanza := &github.Stanza{Owner: "acme", Repo: "shop", APIURL: s.APIURL(), Access: forge.Access{TokenFile: file}}
		source, err := stanza.Open(forge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := source.List(t.Context(), pulls); err != nil || len(got.Changes) != 1 {
			t.Errorf("status %d: got %+v, %v, want one change", status, got, err)
		}
	}
}
