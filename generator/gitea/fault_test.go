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

// noCanary fails the test if text contains a credential.
func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "canary") {
		t.Errorf("got a credential in %q", strings.ReplaceAll(text, "canary", "<canary>"))
	}
}

// truncatedBody announces a longer body than it sends.
func truncatedBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Total-Count", "0")
	_, _ = io.WriteString(w, "[]")
}

func resetConnection(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// endless answers with a body that does not end until the client disconnects.
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

// redirectToSelf redirects to the requested URL.
func redirectToSelf(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Location", "?"+r.URL.RawQuery)
	w.WriteHeader(http.StatusFound)
}

// jsonType is the content type of Gitea's answers.
const jsonType = "application/json;charset=utf-8"

// faultyAnswer replaces an answer. want is the resulting error; nil for any error.
type faultyAnswer struct {
	answer http.HandlerFunc
	want   error
}

// faultyAnswers can replace every answer.
func faultyAnswers(s *giteatest.Server) map[string]faultyAnswer {
	status := func(code int) http.HandlerFunc {
		return edited(s, func(a *giteatest.Answer) { a.Status = code })
	}
	return map[string]faultyAnswer{
		"HTML":               {respond(200, "text/html", "<html>[]</html>"), generator.ErrIncomplete},
		"JSON as HTML":       {respond(200, "text/html", "[]", "X-Total-Count", "0"), generator.ErrIncomplete},
		"HTML as JSON":       {respond(200, jsonType, "<html>"), generator.ErrIncomplete},
		"no content type":    {edited(s, func(a *giteatest.Answer) { a.Header["Content-Type"] = "" }), generator.ErrIncomplete},
		"empty body":         {respond(200, jsonType, "", "X-Total-Count", "0"), generator.ErrIncomplete},
		"null":               {respond(200, jsonType, "null", "X-Total-Count", "0"), generator.ErrIncomplete},
		"an object":          {respond(200, jsonType, `{}`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"a string":           {respond(200, jsonType, `"[]"`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"truncated JSON":     {edited(s, func(a *giteatest.Answer) { a.Body = a.Body[:len(a.Body)/2] }), generator.ErrIncomplete},
		"two values":         {respond(200, jsonType, `[][]`, "X-Total-Count", "0"), generator.ErrIncomplete},
		"null in the list":   {respond(200, jsonType, `[null]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"empty entry":        {respond(200, jsonType, `[{}]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"wrong type":         {respond(200, jsonType, `[{"number":"1","name":7}]`, "X-Total-Count", "1"), generator.ErrIncomplete},
		"wrong time":         {respond(200, jsonType, `[{"created_at":"today","commit":{"timestamp":"today"}}]`), generator.ErrIncomplete},
		"truncated body":     {truncatedBody, generator.ErrIncomplete},
		"connection reset":   {resetConnection, nil},
		"202":                {status(202), generator.ErrIncomplete},
		"203":                {status(203), generator.ErrIncomplete},
		"204":                {respond(204, jsonType, ""), generator.ErrIncomplete},
		"206":                {status(206), generator.ErrIncomplete},
		"304 without ETag":   {respond(304, jsonType, ""), nil},
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
		"redirect loop":      {redirectToSelf, nil},
		"redirect to itself": {respond(302, jsonType, ``, "Location", ""), nil},
		"endless":            {endless("[", " "), generator.ErrIncomplete},
		"endless list":       {endless("[{}", ",{}"), generator.ErrIncomplete},
	}
}

// faultyPages can replace a page of a list.
func faultyPages(t *testing.T, s *giteatest.Server) map[string]faultyAnswer {
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
	return map[string]faultyAnswer{
		"empty list":           {edited(s, func(a *giteatest.Answer) { a.Body = "[]" }), generator.ErrIncomplete},
		"no count":             {header("X-Total-Count", ""), generator.ErrIncomplete},
		"negative count":       {header("X-Total-Count", "-1"), generator.ErrIncomplete},
		"count is a word":      {header("X-Total-Count", "many"), generator.ErrIncomplete},
		"count is higher":      {header("X-Total-Count", "10"), generator.ErrIncomplete},
		"count is lower":       {header("X-Total-Count", "1"), generator.ErrIncomplete},
		"links to itself":      {next("page=1"), generator.ErrIncomplete},
		"links to far page":    {next("page=7"), generator.ErrIncomplete},
		"links to page 4":      {next("page=4"), generator.ErrIncomplete},
		"page is not a number": {header("Link", `<http://gitea.acme.dev/?page=x>; rel="next"`), nil},
		"half a page":          {entries(func(all []json.RawMessage) []json.RawMessage { return all[:len(all)/2] }), generator.ErrIncomplete},
		"duplicate entry": {entries(func(all []json.RawMessage) []json.RawMessage {
			return append([]json.RawMessage{all[0]}, all[:max(1, len(all)-1)]...)
		}), generator.ErrIncomplete},
	}
}

// A faulty page is an error and never a shorter list. The test replaces the first page and
// the last page by each faulty answer.
func TestFaultyPageIsAnError(t *testing.T) {
	s := giteatest.New(t)
	all := faultyAnswers(s)
	maps.Copy(all, faultyPages(t, s))
	for name, test := range all {
		for suffix, query := range map[string]generator.Query{"/pulls": pulls, "/branches": branches} {
			for _, page := range []string{"1", "3"} {
				if name == "page is not a number" && page == "3" {
					continue // the last page needs no link
				}
				name := fmt.Sprintf("%s of %s, page %s", name, suffix, page)
				s.Fault(fault(suffix, page, test.answer))
				checkListFails(t, s, name, query, test.want)
			}
		}
	}
}

// A faulty answer is no evidence that a pull request was closed or a branch was deleted.
func TestFaultyAnswerIsNoEvidenceOfEnding(t *testing.T) {
	s := giteatest.New(t)
	s.SetState(giteatest.Later)
	gone := branch("change-7")
	for name, test := range faultyAnswers(s) {
		for path, k := range map[string]generator.Key{"/pulls/7": pull(7), "/branches/release/1": branch("release/1"), "/branches/main": gone} {
			if name == "404" && k.Kind == generator.Branch {
				continue // the normal answer for a missing branch
			}
			s.Fault(fault(path, "", test.answer))
			checkEndingUnknown(t, s, name+" of "+path, k, test.want)
		}
	}
	s.Fault(nil)
	for k, want := range map[generator.Key]generator.Ending{pull(7): generator.EndingClosed, gone: generator.EndingDeleted} {
		if got, err := open(t, s).Ending(t.Context(), repositoryID, k.Change()); got != want || err != nil {
			t.Errorf("without a fault: got %s, %v; want %s", got, err, want)
		}
	}
}

func checkListFails(t *testing.T, s *giteatest.Server, name string, q generator.Query, want error) {
	t.Helper()
	got, err := open(t, s, bounded).List(t.Context(), q)
	if len(got.Changes) > 0 || (got.Repository != generator.Repository{}) {
		t.Errorf("%s: got %+v with an error, want no listing", name, got)
	}
	checkError(t, name, err, want)
}

func checkEndingUnknown(t *testing.T, s *giteatest.Server, name string, k generator.Key, want error) {
	t.Helper()
	got, err := open(t, s, bounded).Ending(t.Context(), repositoryID, k.Change())
	if got != generator.EndingUnknown {
		t.Errorf("%s: %s: got %s, want %s", name, k, got, generator.EndingUnknown)
	}
	checkError(t, name, err, want)
}

// bounded lowers the bound for bodies, so that an endless body reaches it soon.
func bounded(o *gitea.Options) { o.MaxBytes = 1 << 20 }

func checkError(t *testing.T, name string, err, want error) {
	t.Helper()
	if err == nil || want != nil && !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", name, err, want)
	}
	if err != nil && !strings.Contains(err.Error(), "acme/shop") {
		t.Errorf("%s: got %v, want it to name the repository", name, err)
	}
	noCanary(t, fmt.Sprint(err))
}

// The answers were recorded from Gitea.
func TestRecordedRefusals(t *testing.T) {
	s := giteatest.New(t)
	for name, test := range map[string]struct {
		change func(*gitea.Options)
		query  generator.Query
		want   error
	}{
		"wrong token":                          {token("canary-wrong"), facts, generator.ErrUnauthorized},
		"token of another scope":               {token(giteatest.NarrowToken), facts, generator.ErrUnauthorized},
		"private repository":                   {repo("secret"), facts, generator.ErrNotFound},
		"branches of an empty repository":      {repo("empty"), branches, generator.ErrIncomplete},
		"pull requests of an empty repository": {repo("empty"), pulls, generator.ErrNotFound},
	} {
		_, err := open(t, s, test.change).List(t.Context(), test.query)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
		noCanary(t, fmt.Sprint(err))
	}
}

func TestIncompleteRepositoryIsAnError(t *testing.T) {
	for name, body := range map[string]string{
		"no facts":          `{}`,
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
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, generator.ErrIncomplete)
		}
	}
}

func TestCloneURLHasNoCredentials(t *testing.T) {
	s := giteatest.New(t)
	s.Fault(fault("/acme/shop", "", respond(200, "application/json",
		`{"id":1,"default_branch":"main","clone_url":"https://x:canary@gitea.acme.dev/acme/shop.git"}`)))
	if got := list(t, open(t, s), facts).Repository.CloneURL; got != "https://gitea.acme.dev/acme/shop.git" {
		t.Errorf("got clone URL %q, want it without credentials", got)
	}
}

func TestBounds(t *testing.T) {
	s := giteatest.New(t)
	for name, test := range map[string]struct {
		change func(*gitea.Options)
		want   string // "" for a complete list
	}{
		"enough pages":  {func(o *gitea.Options) { o.MaxPages = 3 }, ""},
		"too few pages": {func(o *gitea.Options) { o.MaxPages = 2 }, "more than 2 pages"},
		"too few bytes": {func(o *gitea.Options) { o.MaxBytes = 10_000 }, "exceeds 10000 bytes"},
	} {
		got, err := open(t, s, test.change).List(t.Context(), pulls)
		switch {
		case test.want == "" && (err != nil || len(got.Changes) != 7):
			t.Errorf("%s: got %d changes, %v, want 7", name, len(got.Changes), err)
		case test.want != "" && (!errors.Is(err, generator.ErrIncomplete) || !strings.Contains(err.Error(), test.want) || len(got.Changes) > 0):
			t.Errorf("%s: got %d changes, %v; want %s", name, len(got.Changes), err, test.want)
		}
	}
}

// The server sends the start of a body and then nothing.
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
		t.Errorf("timeout: got %v, want %v", err, context.DeadlineExceeded)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, s).List(ctx, pulls); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
}

// The server sends a body slowly, one byte at a time, so that only a timeout for the
// complete call ends it.
func TestTimeoutEndsSlowBody(t *testing.T) {
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
		t.Errorf("list: got %v, want %v", err, context.DeadlineExceeded)
	}
	for _, k := range []generator.Key{pull(7), branch("gone")} {
		if got, err := source.Ending(t.Context(), repositoryID, k.Change()); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %s, %v, want %v", k, got, err, context.DeadlineExceeded)
		}
	}
}

// A redirect to another host is not followed, with or without credentials.
func TestRedirectToOtherHostIsRefused(t *testing.T) {
	s := giteatest.New(t)
	otherHost := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the other host got a request for %s", r.URL)
	}))
	defer otherHost.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			respond(status, jsonType, `{}`, "Location", otherHost.URL+r.URL.RequestURI())(w, r)
			return true
		})
		source := open(t, s)
		if _, err := source.List(t.Context(), both); err == nil {
			t.Errorf("%d: List returned no error", status)
		}
		if got, err := source.Ending(t.Context(), repositoryID, pull(7).Change()); err == nil || got != generator.EndingUnknown {
			t.Errorf("%d: got %s, %v, want %s and an error", status, got, err, generator.EndingUnknown)
		}
	}
}

// The server echoes the Authorization header in several parts of its answers.
func TestErrorsRedactEchoedCredentials(t *testing.T) {
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
			t.Errorf("%s: List returned no error", name)
		}
		noCanary(t, fmt.Sprintf("%s: %v %+v %q %s", name, err, err, err, &log))
		if strings.ContainsAny(fmt.Sprint(err), "\n\r\x00") || len(fmt.Sprint(err)) > 510 {
			t.Errorf("%s: got %q, want at most 510 bytes without control characters", name, err)
		}
	}
}

// fixedResponse sends the same response to every request and counts the requests.
type fixedResponse struct {
	status int
	after  string // the value of Retry-After, or ""
	calls  *int
}

func (f fixedResponse) RoundTrip(r *http.Request) (*http.Response, error) {
	*f.calls++
	header := http.Header{"Content-Type": {"application/json"}}
	if f.after != "" {
		header.Set("Retry-After", f.after)
	}
	return &http.Response{StatusCode: f.status, Header: header, Request: r, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// Gitea has no rate limit, but a proxy in front of it may have one.
func TestRateLimits(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		after  string
		want   time.Duration
	}{
		"429":                           {429, "90", 90 * time.Second},
		"429 without a time":            {429, "", time.Minute},
		"Retry-After is not valid":      {429, "soon", time.Minute},
		"Retry-After is a year":         {429, "31536000", time.Hour},
		"Retry-After in the far future": {429, "Fri, 31 Dec 2100 12:00:00 GMT", time.Hour},
		"Retry-After in the past":       {429, "Fri, 31 Dec 1999 12:00:00 GMT", time.Second},
		"403":                           {403, "90", 90 * time.Second},
		"503":                           {503, "90", 90 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			source, err := gitea.New(gitea.Options{
				URL: "https://gitea.acme.dev", Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: fixedResponse{test.status, test.after, &calls}},
			})
			if err != nil {
				t.Fatal(err)
			}
			until := time.Now().Add(test.want)
			for range 3 {
				_, err := source.List(t.Context(), both)
				var limit *forge.RateLimitError
				if !errors.Is(err, generator.ErrRateLimited) || !errors.As(err, &limit) || limit.Until.Sub(until).Abs() > time.Second {
					t.Errorf("%s: got %v, want a limit until %s", name, err, until)
				}
			}
			if ending, err := source.Ending(t.Context(), repositoryID, pull(7).Change()); ending != generator.EndingUnknown || !errors.Is(err, generator.ErrRateLimited) {
				t.Errorf("%s: got ending %s, %v, want %v", name, ending, err, generator.ErrRateLimited)
			}
			if calls != 1 {
				t.Errorf("%s: got %d requests during the limit, want 1", name, calls)
			}
			time.Sleep(test.want + time.Second)
			if _, err := source.List(t.Context(), both); err == nil || calls != 2 {
				t.Errorf("%s: got %d requests after the limit, %v, want 2", name, calls, err)
			}
		})
	}
}

// The token is read for each request, so that a rotated token takes effect immediately.
func TestRotatedTokenIsUsed(t *testing.T) {
	s := giteatest.New(t)
	current := "canary-old"
	source := open(t, s, func(o *gitea.Options) { o.Token = func() (string, error) { return current, nil } })
	if _, err := source.List(t.Context(), facts); !errors.Is(err, generator.ErrUnauthorized) {
		t.Errorf("wrong token: got %v, want %v", err, generator.ErrUnauthorized)
	}
	current = giteatest.ReaderToken + "\n"
	list(t, source, facts)
	for name, bad := range map[string]string{"empty": " ", "two lines": "canary\nx", "not ASCII": "canarý"} {
		current = bad
		_, err := source.List(t.Context(), facts)
		if err == nil {
			t.Errorf("%s: List returned no error", name)
		}
		noCanary(t, fmt.Sprint(err))
	}
}

func TestCachedListIsReadOnce(t *testing.T) {
	s := giteatest.New(t)
	source := cached.New(open(t, s), time.Hour, nil)
	for range 100 {
		if got, err := source.List(t.Context(), both); err != nil || len(got.Changes) != 7+9 {
			t.Errorf("got %d changes, %v, want %d", len(got.Changes), err, 7+9)
		}
	}
	if got := s.Requests(); got != 14 {
		t.Errorf("got %d requests, want 14", got)
	}
}

func TestNewRefusesInvalidOptions(t *testing.T) {
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
			t.Errorf("%s: New returned no error", name)
		} else {
			noCanary(t, fmt.Sprintf("%s: %v", name, err))
		}
	}
}
