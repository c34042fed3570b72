package gitea_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

// noCanary fails the test if a credential is in text.
func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "canary") {
		t.Errorf("a credential in %q", strings.ReplaceAll(text, "canary", "<canary>"))
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Total-Count", "0")
	_, _ = io.WriteString(w, "[]")
}

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// endless answers with a body that goes on until the client leaves.
func endless(start, more string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonType)
		w.Header().Set("X-Total-Count", "1")
		_, err := io.WriteString(w, start)
		for chunk := strings.Repeat(more, 1000); err == nil; {
			_, err = io.WriteString(w, chunk)
		}
	}
}

// again redirects to what was asked for.
func again(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Location", "?"+r.URL.RawQuery)
	w.WriteHeader(http.StatusFound)
}

// jsonType is what Gitea calls its answers.
const jsonType = "application/json;charset=utf-8"

// misbehaviour is what comes instead of an answer, and the error that makes of
// it; nil is any.
type misbehaviour struct {
	answer http.HandlerFunc
	want   error
}

// misbehaviours can come instead of any answer.
func misbehaviours(s *giteatest.Server) map[string]misbehaviour {
	status := func(code int) http.HandlerFunc {
		return edited(s, func(a *giteatest.Answer) { a.Status = code })
	}
	return map[string]misbehaviour{
		"HTML":               {respond(200, "text/html", "<html>[]</html>"), generator.ErrIncomplete},
		"JSON called HTML":   {respond(200, "text/html", "[]", "X-Total-Count", "0"), generator.ErrIncomplete},
		"HTML called JSON":   {respond(200, jsonType, "<html>"), generator.ErrIncomplete},
		"no content type":    {edited(s, func(a *giteatest.Answer) { a.Header["Content-Type"] = "" }), generator.ErrIncomplete},
		"nothing":            {respond(200, jsonType, "", "X-Total-Count", "0"), generator.ErrIncomplete},
		"null":               {respond(200, jsonType, "null", "X-Total-Count", "0"), generator.ErrIncomplete},
		"an object":          {respond(200, jsonType, `{}`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"a string":           {respond(200, jsonType, `"[]"`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"cut off JSON":       {edited(s, func(a *giteatest.Answer) { a.Body = a.Body[:len(a.Body)/2] }), generator.ErrIncomplete},
		"two values":         {respond(200, jsonType, `[][]`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"null in the list":   {respond(200, jsonType, `[null]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"empty entry":        {respond(200, jsonType, `[{}]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"wrong type":         {respond(200, jsonType, `[{"number":"1","name":7}]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"wrong time":         {respond(200, jsonType, `[{"created_at":"today","commit":{"timestamp":"today"}}]`), generator.ErrIncomplete},
		"body cut off":       {hangUp, generator.ErrIncomplete},
		"connection reset":   {reset, nil},
		"202":                {status(202), generator.ErrIncomplete},
		"203":                {status(203), generator.ErrIncomplete},
		"204":                {respond(204, jsonType, ""), generator.ErrIncomplete},
		"206":                {status(206), generator.ErrIncomplete},
		"304 unasked":        {respond(304, jsonType, ""), nil},
		"400":                {respond(400, jsonType, `{"message":"no"}`), nil},
		"401":                {respond(401, jsonType, `{"message":"token is required"}`), generator.ErrUnauthorized},
		"403":                {respond(403, jsonType, `{"message":"required scope"}`), generator.ErrUnauthorized},
		"403 in HTML":        {respond(403, "text/html", `<html>`), generator.ErrUnauthorized},
		"404":                {respond(404, jsonType, `{"message":"not found"}`), generator.ErrNotFound},
		"500":                {respond(500, jsonType, `{}`), nil},
		"502 in HTML":        {respond(502, "text/html", "<html>"), nil},
		"other host":         {respond(302, jsonType, ``, "Location", "https://evil.example/"), nil},
		"other query":        {respond(302, jsonType, ``, "Location", "?page=2&limit=3"), nil},
		"no query":           {respond(301, jsonType, ``, "Location", "?"), nil},
		"redirect loop":      {again, nil},
		"redirect to itself": {respond(302, jsonType, ``, "Location", ""), nil},
		"endless":            {endless("[", " "), generator.ErrIncomplete},
		"endless list":       {endless("[{}", ",{}"), generator.ErrIncomplete},
	}
}

// misbehavingPages can come instead of a page.
func misbehavingPages(t *testing.T, s *giteatest.Server) map[string]misbehaviour {
	t.Helper()
	header := func(name, value string) http.HandlerFunc {
		return edited(s, func(a *giteatest.Answer) { a.Header[name] = value })
	}
	next := func(query string) http.HandlerFunc {
		return header("Link", `<http://gitea.acme.dev/api/v1/repos/acme/shop/pulls?`+query+`>; rel="next"`)
	}
	entries := func(change func([]json.RawMessage) []json.RawMessage) http.HandlerFunc {
		return edited(s, func(a *giteatest.Answer) {
			var all []json.RawMessage
			if err := json.Unmarshal([]byte(a.Body), &all); err != nil {
				t.Error(err)
			}
			body, err := json.Marshal(change(all))
			if err != nil {
				t.Error(err)
			}
			a.Body = string(body)
		})
	}
	return map[string]misbehaviour{
		"empty list":      {edited(s, func(a *giteatest.Answer) { a.Body = "[]" }), generator.ErrIncomplete},
		"no count":        {header("X-Total-Count", ""), generator.ErrIncomplete},
		"negative count":  {header("X-Total-Count", "-1"), generator.ErrIncomplete},
		"count is a word": {header("X-Total-Count", "many"), generator.ErrIncomplete},
		"count is higher": {header("X-Total-Count", "10"), generator.ErrIncomplete},
		"count is lower":  {header("X-Total-Count", "1"), generator.ErrIncomplete},
		"itself next":     {next("page=1"), generator.ErrIncomplete},
		"far page next":   {next("page=7"), generator.ErrIncomplete},
		"always one more": {next("page=4"), generator.ErrIncomplete},
		"word for a page": {header("Link", `<http://gitea.acme.dev/?page=x>; rel="next"`), nil},
		"half a page":     {entries(func(all []json.RawMessage) []json.RawMessage { return all[:len(all)/2] }), generator.ErrIncomplete},
		"an entry twice": {entries(func(all []json.RawMessage) []json.RawMessage {
			return append([]json.RawMessage{all[0]}, all[:max(1, len(all)-1)]...)
		}), generator.ErrIncomplete},
	}
}

// TestMisbehaviour: whatever comes instead of a page, it is an error, never a
// shorter list. Each is tried on the first page and on the last.
func TestMisbehaviour(t *testing.T) {
	s := giteatest.New(t)
	all := misbehaviours(s)
	maps.Copy(all, misbehavingPages(t, s))
	for name, test := range all {
		for suffix, query := range map[string]generator.Query{"/pulls": pulls, "/branches": branches} {
			for _, page := range []string{"1", "3"} {
				if name == "word for a page" && page == "3" {
					continue // the last page needs no link
				}
				name := fmt.Sprintf("%s of %s, page %s", name, suffix, page)
				s.Fault(fault(suffix, page, test.answer))
				misbehave(t, s, name, query, test.want)
			}
		}
	}
}

// TestMisbehavingEnding: whatever is said of a closed pull request but that it
// is closed is no evidence. Nor is it of a branch but that it is not there, with
// the default branch.
func TestMisbehavingEnding(t *testing.T) {
	s := giteatest.New(t)
	s.Scene(giteatest.Later)
	gone := branch("change-7")
	for name, test := range misbehaviours(s) {
		for path, k := range map[string]generator.Key{"/pulls/7": pull(7), "/branches/release/1": branch("release/1"), "/branches/main": gone} {
			if name == "404" && k.Kind == generator.Branch {
				continue // what is said of a branch that is not there
			}
			s.Fault(fault(path, "", test.answer))
			unknown(t, s, name+" of "+path, k, test.want)
		}
	}
	s.Fault(nil)
	for k, want := range map[generator.Key]generator.Ending{pull(7): generator.EndingClosed, gone: generator.EndingDeleted} {
		if got, err := open(t, s).Ending(t.Context(), k); got != want || err != nil {
			t.Errorf("without a fault: %s, %v; want %s", got, err, want)
		}
	}
}

func misbehave(t *testing.T, s *giteatest.Server, name string, q generator.Query, want error) {
	t.Helper()
	got, err := open(t, s, bounded).List(t.Context(), q)
	if len(got.Changes) > 0 || (got.Repository != generator.Repository{}) {
		t.Errorf("%s: %+v with an error", name, got)
	}
	wantFailure(t, name, err, want)
}

func unknown(t *testing.T, s *giteatest.Server, name string, k generator.Key, want error) {
	t.Helper()
	got, err := open(t, s, bounded).Ending(t.Context(), k)
	if got != generator.EndingUnknown {
		t.Errorf("%s: %s is %s", name, k, got)
	}
	wantFailure(t, name, err, want)
}

// bounded makes bodies without an end soon too long.
func bounded(o *gitea.Options) { o.MaxBytes = 1 << 20 }

func wantFailure(t *testing.T, name string, err, want error) {
	t.Helper()
	if err == nil || want != nil && !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
	if err != nil && !strings.Contains(err.Error(), "acme/shop") {
		t.Errorf("%s: %v does not name the repository", name, err)
	}
	noCanary(t, fmt.Sprint(err))
}

// TestRefusals are what Gitea itself says.
func TestRefusals(t *testing.T) {
	s := giteatest.New(t)
	for name, test := range map[string]struct {
		change func(*gitea.Options)
		query  generator.Query
		want   error
	}{
		"wrong token":                   {token("canary-wrong"), facts, generator.ErrUnauthorized},
		"token of another scope":        {token(giteatest.NarrowToken), facts, generator.ErrUnauthorized},
		"private repository":            {repo("secret"), facts, generator.ErrNotFound},
		"branches of an empty one":      {repo("empty"), branches, generator.ErrIncomplete},
		"pull requests of an empty one": {repo("empty"), pulls, generator.ErrNotFound},
	} {
		_, err := open(t, s, test.change).List(t.Context(), test.query)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		noCanary(t, fmt.Sprint(err))
	}
}

// TestWrongFacts: an answer that is not of what was asked for.
func TestWrongFacts(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":           `{}`,
		"null":              `null`,
		"no default branch": `{"id":1,"clone_url":"https://gitea.acme.dev/acme/shop.git"}`,
		"no id":             `{"default_branch":"main","clone_url":"https://gitea.acme.dev/acme/shop.git"}`,
		"negative id":       `{"id":-1,"default_branch":"main","clone_url":"https://gitea.acme.dev/acme/shop.git"}`,
		"no clone URL":      `{"id":1,"default_branch":"main"}`,
		"a list":            `[]`,
		"other default":     `{"id":1,"default_branch":"trunk","clone_url":"https://gitea.acme.dev/acme/shop.git"}`,
		"other id":          `{"id":7,"default_branch":"main","clone_url":"https://gitea.acme.dev/acme/shop.git"}`,
	} {
		s := giteatest.New(t)
		s.Fault(fault("/acme/shop", "", respond(200, "application/json", body)))
		if got, err := open(t, s).List(t.Context(), both); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestCloneURLHasNoCredentials(t *testing.T) {
	s := giteatest.New(t)
	s.Fault(fault("/acme/shop", "", respond(200, "application/json",
		`{"id":1,"default_branch":"main","clone_url":"https://x:canary@gitea.acme.dev/acme/shop.git"}`)))
	if got := list(t, open(t, s), facts).Repository.CloneURL; got != "https://gitea.acme.dev/acme/shop.git" {
		t.Errorf("clone URL %q", got)
	}
}

func TestBounds(t *testing.T) {
	s := giteatest.New(t)
	for name, test := range map[string]struct {
		change func(*gitea.Options)
		want   string // "" for all of the list
	}{
		"enough pages":  {func(o *gitea.Options) { o.MaxPages = 3 }, ""},
		"too few pages": {func(o *gitea.Options) { o.MaxPages = 2 }, "more than 2 pages"},
		"too few bytes": {func(o *gitea.Options) { o.MaxBytes = 10_000 }, "exceeds 10000 bytes"},
	} {
		got, err := open(t, s, test.change).List(t.Context(), pulls)
		switch {
		case test.want == "" && (err != nil || len(got.Changes) != 7):
			t.Errorf("%s: %d changes, %v", name, len(got.Changes), err)
		case test.want != "" && (!errors.Is(err, generator.ErrIncomplete) || !strings.Contains(err.Error(), test.want) || len(got.Changes) > 0):
			t.Errorf("%s: %d changes, %v; want %s", name, len(got.Changes), err, test.want)
		}
	}
}

// TestTimeout is a body that does not end.
func TestTimeout(t *testing.T) {
	s := giteatest.New(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	s.Fault(fault("/pulls", "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[")
		w.(http.Flusher).Flush()
		<-release
	}))
	source := open(t, s, func(o *gitea.Options) { o.Timeout = 50 * time.Millisecond })
	if _, err := source.List(t.Context(), pulls); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("time-out: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, s).List(ctx, pulls); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestSlowBody is one that comes a byte at a time, always soon enough for
// whoever waits for a byte only.
func TestSlowBody(t *testing.T) {
	s := giteatest.New(t)
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", jsonType)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			_, _ = io.WriteString(w, "[")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return true
			case <-tick.C:
			}
		}
	})
	source := open(t, s, func(o *gitea.Options) { o.Timeout = 100 * time.Millisecond })
	if _, err := source.List(t.Context(), both); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("list: %v", err)
	}
	for _, k := range []generator.Key{pull(7), branch("gone")} {
		if got, err := source.Ending(t.Context(), k); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %s, %v", k, got, err)
		}
	}
}

// TestCredentialsStay: a redirect to another host is not followed, with
// credentials or without.
func TestCredentialsStay(t *testing.T) {
	s := giteatest.New(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s came to another host", r.URL)
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			respond(status, jsonType, `{}`, "Location", elsewhere.URL+r.URL.RequestURI())(w, r)
			return true
		})
		source := open(t, s)
		if _, err := source.List(t.Context(), both); err == nil {
			t.Errorf("%d: no error", status)
		}
		if got, err := source.Ending(t.Context(), pull(7)); err == nil || got != generator.EndingUnknown {
			t.Errorf("%d: %s, %v", status, got, err)
		}
	}
}

// TestEcho is a server that gives everything back it was sent.
func TestEcho(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, string){
		"message": func(w http.ResponseWriter, seen string) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"message":"you sent `+seen+`\n and more"}`)
		},
		"redirect": func(w http.ResponseWriter, seen string) {
			w.Header().Set("Location", "https://evil.example/"+strings.ReplaceAll(seen, " ", ""))
			w.WriteHeader(http.StatusFound)
		},
		"content type": func(w http.ResponseWriter, seen string) {
			w.Header().Set("Content-Type", seen)
			_, _ = io.WriteString(w, `[]`)
		},
		"status without a redirect": func(w http.ResponseWriter, seen string) {
			w.WriteHeader(http.StatusMultipleChoices)
			_, _ = io.WriteString(w, `{"message":"`+seen+`"}`+strings.Repeat("x", 1000))
		},
	} {
		s := giteatest.New(t)
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			answer(w, r.Header.Get("Authorization"))
			return true
		})
		var log bytes.Buffer
		source := open(t, s, func(o *gitea.Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		_, err := source.List(t.Context(), both)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		noCanary(t, fmt.Sprintf("%s: %v %+v %q %s", name, err, err, err, &log))
		if strings.ContainsAny(fmt.Sprint(err), "\n\r\x00") || len(fmt.Sprint(err)) > 510 {
			t.Errorf("%s: control characters or excess in %q", name, err)
		}
	}
}

// fixed answers every request alike and counts them.
type fixed struct {
	status int
	after  string
	calls  *int
}

func (f fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	*f.calls++
	header := http.Header{"Content-Type": {"application/json"}}
	if f.after != "" {
		header.Set("Retry-After", f.after)
	}
	return &http.Response{StatusCode: f.status, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// TestLimits goes over the forms that a rate limit can have, on a clock that
// can be moved. Gitea has none of its own; a proxy before it may.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		after  string
		want   time.Duration
	}{
		"429":                     {429, "90", 90 * time.Second},
		"429, bare":               {429, "", time.Minute},
		"Retry-After is nonsense": {429, "soon", time.Minute},
		"Retry-After is a year":   {429, "31536000", time.Hour},
		"Retry-After is far":      {429, "Fri, 31 Dec 2100 12:00:00 GMT", time.Hour},
		"Retry-After is past":     {429, "Fri, 31 Dec 1999 12:00:00 GMT", time.Second},
		"403":                     {403, "90", 90 * time.Second},
		"503":                     {503, "90", 90 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			source, err := gitea.New(gitea.Options{
				URL: "https://gitea.acme.dev", Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: fixed{test.status, test.after, &calls}},
			})
			if err != nil {
				t.Fatal(err)
			}
			until := time.Now().Add(test.want)
			for range 3 {
				_, err := source.List(t.Context(), both)
				var limit *forge.RateLimitError
				if !errors.Is(err, generator.ErrRateLimited) || !errors.As(err, &limit) || limit.Until.Sub(until).Abs() > time.Second {
					t.Errorf("%s: %v, want until %s", name, err, until)
				}
			}
			if ending, err := source.Ending(t.Context(), pull(7)); ending != generator.EndingUnknown || !errors.Is(err, generator.ErrRateLimited) {
				t.Errorf("%s: ending %s, %v", name, ending, err)
			}
			if calls != 1 {
				t.Errorf("%s: %d calls while the limit lasts", name, calls)
			}
			time.Sleep(test.want + time.Second)
			if _, err := source.List(t.Context(), both); err == nil || calls != 2 {
				t.Errorf("%s: %d calls after it, %v", name, calls, err)
			}
		})
	}
}

// TestTokenIsReadAtEachUse, so that a rotated one counts at once.
func TestTokenIsReadAtEachUse(t *testing.T) {
	s := giteatest.New(t)
	now := "canary-old"
	source := open(t, s, func(o *gitea.Options) { o.Token = func() (string, error) { return now, nil } })
	if _, err := source.List(t.Context(), facts); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("the old one: %v", err)
	}
	now = giteatest.ReaderToken + "\n"
	list(t, source, facts)
	for name, bad := range map[string]string{"empty": " ", "two lines": "canary\nx", "not ASCII": "canarý"} {
		now = bad
		_, err := source.List(t.Context(), facts)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		noCanary(t, fmt.Sprint(err))
	}
}

// TestSharedByAll: what many sets ask for at once is listed once.
func TestSharedByAll(t *testing.T) {
	s := giteatest.New(t)
	source := cached.New(open(t, s), time.Hour, nil)
	for range 100 {
		if got, err := source.List(t.Context(), both); err != nil || len(got.Changes) != 7+9 {
			t.Errorf("%d changes, %v", len(got.Changes), err)
		}
	}
	if got := s.Requests(); got != 13 {
		t.Errorf("%d requests", got)
	}
}

func TestOptions(t *testing.T) {
	const url = "https://gitea.acme.dev"
	for name, o := range map[string]gitea.Options{
		"no owner":           {URL: url, Repo: "shop"},
		"no repository":      {URL: url, Owner: "acme"},
		"dots":               {URL: url, Owner: "acme", Repo: ".."},
		"a path":             {URL: url, Owner: "acme", Repo: "shop/pulls"},
		"a query":            {URL: url, Owner: "acme", Repo: "shop?x"},
		"negative bound":     {URL: url, Owner: "acme", Repo: "shop", Options: forge.Options{MaxPages: -1}},
		"no URL":             {Owner: "acme", Repo: "shop"},
		"URL of a file":      {URL: "file:///etc/passwd", Owner: "acme", Repo: "shop"},
		"URL without a host": {URL: "https:///git", Owner: "acme", Repo: "shop"},
		"URL with a query":   {URL: url + "/?x=1", Owner: "acme", Repo: "shop"},
		"URL with password":  {URL: "https://u:canary@gitea.acme.dev/", Owner: "acme", Repo: "shop"},
		"broken URL":         {URL: "https://canary\x7f", Owner: "acme", Repo: "shop"},
	} {
		if _, err := gitea.New(o); err == nil {
			t.Errorf("%s: no error", name)
		} else {
			noCanary(t, fmt.Sprintf("%s: %v", name, err))
		}
	}
}
