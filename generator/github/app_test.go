package github_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestRotatedTokenIsUsed(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Private()
	openPulls(r, 1)
	s.Token("first")
	var current atomic.Value
	current.Store("first")
	source := open(t, s, func(o *github.Options) {
		o.Token = func() (string, error) { return current.Load().(string), nil }
	})
	list(t, source, pulls)
	s.Revoke("first")
	s.Token("second")
	if _, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("revoked token: got %v, want %v", err, generator.ErrUnauthorized)
	}
	current.Store(" second\n")
	if got := list(t, source, pulls); len(got.Changes) != 1 {
		t.Errorf("rotated token: got %+v, want one change", got)
	}
}

func TestNoRequestWithoutValidToken(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	if _, err := open(t, s).List(t.Context(), pulls); !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("anonymous: got %v, want %v", err, generator.ErrNotFound)
	}
	noFile := errors.New("no such file")
	for text, fail := range map[string]error{"": nil, " \n": nil, "two words": nil, canary + "\nX": nil, "x": noFile} {
		source := open(t, s, func(o *github.Options) { o.Token = func() (string, error) { return text, fail } })
		_, err := source.List(t.Context(), pulls)
		if err == nil || fail != nil && !errors.Is(err, fail) {
			t.Errorf("%q: got %v, want an error", text, err)
		}
		noCanary(t, fmt.Sprint(err))
	}
	if got := s.Calls(); got.Counted+got.Refused != 1 {
		t.Errorf("got calls %+v, want only the anonymous one", got)
	}
}

func app(key func() ([]byte, error)) func(*github.Options) {
	return func(o *github.Options) { o.App = &github.App{ID: 12, InstallationID: 34, PrivateKey: key} }
}

func TestAppReadsPrivateRepository(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Private()
	openPulls(r, 2)
	key := s.App(12, 34)
	source := open(t, s, app(func() ([]byte, error) { return key, nil }))
	for range 2 {
		if got := list(t, source, both); len(got.Changes) != 5 {
			t.Errorf("got %d changes, want 5", len(got.Changes))
		}
	}
	if got := s.Calls(githubtest.KindToken); got.Counted != 1 {
		t.Errorf("access tokens: got %+v, want one request", got)
	}
	if got := s.Calls(githubtest.KindPulls, githubtest.KindBranches, githubtest.KindRepository); got.Counted != 3 || got.NotModified != 5 {
		t.Errorf("lists: got %+v, want 3 counted and 5 not modified", got)
	}
}

func TestAppOnEnterprise(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	key := s.App(12, 34)
	source := open(t, s, app(func() ([]byte, error) { return key, nil }), func(o *github.Options) { o.APIURL, o.HTTP = s.APIURL(), nil })
	list(t, source, both)
	if got := s.Calls(githubtest.KindToken); got.Counted != 1 {
		t.Errorf("access tokens: got %+v, want one request", got)
	}
}

func TestAppTokenIsRenewed(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	key := s.App(12, 34)
	s.TokenLifetime(59 * time.Second) // a token is renewed one minute before it expires
	source := open(t, s, app(func() ([]byte, error) { return key, nil }))
	list(t, source, generator.Query{})
	list(t, source, generator.Query{})
	if got := s.Calls(githubtest.KindToken); got.Counted != 2 {
		t.Errorf("access tokens: got %+v, want two requests", got)
	}
}

func TestRotatedAppKeyIsUsed(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	var key atomic.Value
	key.Store(s.App(12, 34))
	source := open(t, s, app(func() ([]byte, error) { return key.Load().([]byte), nil }))
	list(t, source, pulls)
	key.Store(s.App(12, 34))
	list(t, source, pulls)
	if got := s.Calls(githubtest.KindToken); got.Counted != 2 || got.Refused != 0 {
		t.Errorf("access tokens: got %+v, want two requests", got)
	}
}

// issued is a valid answer to a request for an access token.
const issued = `{"token":"` + canary + `","expires_at":"2100-01-01T00:00:00Z"}`

// redirectTo redirects a request to a path, and answers body there.
func redirectTo(path string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			return respond(201, "application/json", body)(w, r)
		}
		return respond(status, "application/json", ``, "Location", path)(w, r)
	}
}

func TestNoAccessTokenIsRequestedDuringRateLimit(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	key := s.App(12, 34)
	s.TokenLifetime(30 * time.Second) // each request needs a new token
	s.Fault(hook("/acme/shop", respond(403, jsonType, `{}`, "Retry-After", "60")))
	source := open(t, s, app(func() ([]byte, error) { return key, nil }))
	for range 5 {
		if _, err := source.List(t.Context(), pulls); !errors.Is(err, generator.ErrRateLimited) {
			t.Errorf("got %v, want %v", err, generator.ErrRateLimited)
		}
	}
	if got := s.Calls(githubtest.KindToken); got.Counted != 1 {
		t.Errorf("access tokens: got %+v, want one request", got)
	}
}

func TestRefusedAccessTokenIsAnError(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	good, other := s.App(12, 34), s.App(13, 35)
	noFile := errors.New("no such file")
	for name, test := range map[string]struct {
		key    []byte
		fail   error
		id     int64
		answer func(http.ResponseWriter, *http.Request) bool
		want   error
	}{
		"other App's key":        {other, nil, 34, nil, generator.ErrUnauthorized},
		"no installation":        {good, nil, 99, nil, generator.ErrUnauthorized},
		"not a key":              {[]byte(canary), nil, 34, nil, nil},
		"broken key":             {bytes.Replace(good, []byte("M"), []byte("N"), 1), nil, 34, nil, nil},
		"no file":                {nil, noFile, 34, nil, noFile},
		"suspended":              {good, nil, 34, respond(403, "application/json", `{"message":"suspended"}`), generator.ErrUnauthorized},
		"throttled":              {good, nil, 34, respond(403, "application/json", `{}`, "Retry-After", "60"), generator.ErrRateLimited},
		"down":                   {good, nil, 34, respond(502, "text/html", ``), nil},
		"null":                   {good, nil, 34, respond(201, "application/json", `null`), generator.ErrIncomplete},
		"HTML":                   {good, nil, 34, respond(201, "text/html", `<html>`), generator.ErrIncomplete},
		"empty":                  {good, nil, 34, respond(201, "application/json", `{}`), nil},
		"redirect to other host": {good, nil, 34, respond(307, "application/json", ``, "Location", "https://evil.example/"), nil},
		"wrong type":             {good, nil, 34, respond(201, "application/json", `{"token":7}`), generator.ErrIncomplete},
		"no expiry":              {good, nil, 34, respond(201, "application/json", `{"token":"`+canary+`"}`), generator.ErrIncomplete},
		"token as expiry":        {good, nil, 34, respond(201, "application/json", `{"token":"x","expires_at":"`+canary+`"}`), generator.ErrIncomplete},
		"200":                    {good, nil, 34, respond(200, "application/json", issued), nil},
		"300":                    {good, nil, 34, respond(300, "application/json", issued), nil},
		"permanent redirect":     {good, nil, 34, redirectTo("/elsewhere", 301, issued), nil},
		"temporary redirect":     {good, nil, 34, redirectTo("/elsewhere", 307, issued), nil},
	} {
		s.Fault(nil)
		if test.answer != nil {
			s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
				return !strings.HasPrefix(r.URL.Path, "/repos/") && test.answer(w, r)
			})
		}
		source := open(t, s, func(o *github.Options) {
			o.App = &github.App{ID: 12, InstallationID: test.id, PrivateKey: func() ([]byte, error) { return test.key, test.fail }}
		})
		got, err := source.List(t.Context(), both)
		if err == nil || test.want != nil && !errors.Is(err, test.want) || len(got.Changes) > 0 {
			t.Errorf("%s: got %+v, %v; want %v", name, got, err, test.want)
		}
		noCanary(t, fmt.Sprintf("%s: %v", name, err))
	}
}

func TestAppLogin(t *testing.T) {
	server := githubtest.New(t)
	key := server.App(7, 8)
	app := &github.App{ID: 7, InstallationID: 8, PrivateKey: func() ([]byte, error) { return key, nil }}
	login, err := github.NewAppLogin(github.Options{App: app, APIURL: server.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	user, first, err := login.HTTP(t.Context(), "")
	if err != nil || user != "x-access-token" || first == "" {
		t.Fatalf("got %q, %q, %v, want x-access-token and a token", user, first, err)
	}
	if _, second, err := login.HTTP(t.Context(), ""); second != first || err != nil {
		t.Errorf("got another token although the first is still valid: %v", err)
	}

	wrong := *app
	wrong.InstallationID = 9
	login, err = github.NewAppLogin(github.Options{App: &wrong, APIURL: server.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = login.HTTP(t.Context(), ""); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("another installation: got %v, want %v", err, generator.ErrUnauthorized)
	}
	server.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		http.Error(w, r.Header.Get("Authorization"), http.StatusInternalServerError)
		return true
	})
	if _, _, err = login.HTTP(t.Context(), ""); err == nil || strings.Contains(err.Error(), "Bearer") || strings.Contains(err.Error(), "eyJ") {
		t.Errorf("echoed credentials: got %v, want an error without them", err)
	}
	if _, err := github.NewAppLogin(github.Options{App: &github.App{ID: 1, InstallationID: 1}}); err == nil {
		t.Error("NewAppLogin accepts an App without a key")
	}
}
