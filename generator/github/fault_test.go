package github_test

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
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// canary is a credential that must not appear in any error or log.
const canary = "ghp_canaryCANARYcanary0123456789"

func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, canary) {
		t.Errorf("got a credential in %q", strings.ReplaceAll(text, canary, "<canary>"))
	}
}

func respond(status int, contentType, body string, header ...string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// truncatedBody announces a longer body than it sends.
func truncatedBody(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "[]")
	return true
}

func resetConnection(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// endless answers with a body that does not end until the client disconnects.
func endless(start, more string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", jsonType)
		_, err := io.WriteString(w, start)
		for chunk := strings.Repeat(more, 1000); err == nil; {
			_, err = io.WriteString(w, chunk)
		}
		return true
	}
}

// edited answers with the entries of s after change. The answer never has status 304.
func edited(t *testing.T, s *githubtest.Server, change func(entries []json.RawMessage) []json.RawMessage) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		r = r.Clone(r.Context())
		r.Header.Del("If-None-Match")
		answer := s.Answer(r)
		var entries []json.RawMessage
		if err := json.Unmarshal(answer.Body.Bytes(), &entries); err != nil {
			t.Error(err)
		}
		body, err := json.Marshal(change(entries))
		if err != nil {
			t.Error(err)
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("ETag")
		_, _ = w.Write(body)
		return true
	}
}

// halfOfEntries answers with the first half of the entries.
func halfOfEntries(t *testing.T, s *githubtest.Server) func(http.ResponseWriter, *http.Request) bool {
	return edited(t, s, func(entries []json.RawMessage) []json.RawMessage { return entries[:len(entries)/2] })
}

// duplicateEntry answers with the first entry twice and without the last entry.
func duplicateEntry(t *testing.T, s *githubtest.Server) func(http.ResponseWriter, *http.Request) bool {
	return edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		return append([]json.RawMessage{entries[0]}, entries[:max(1, len(entries)-1)]...)
	})
}

// redirectToSelf redirects to the requested URL.
func redirectToSelf(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Location", "?"+r.URL.RawQuery)
	w.WriteHeader(http.StatusFound)
	return true
}

// jsonType is the content type of GitHub's answers.
const jsonType = "application/json; charset=utf-8"

// faultyAnswer replaces an answer. want is the resulting error; nil for any error.
type faultyAnswer struct {
	answer func(http.ResponseWriter, *http.Request) bool
	want   error
}

// faultyAnswers can replace every answer.
func faultyAnswers() map[string]faultyAnswer {
	return map[string]faultyAnswer{
		"HTML":               {respond(200, "text/html", "<html>[]</html>"), generator.ErrIncomplete},
		"JSON as HTML":       {respond(200, "text/html", "[]"), generator.ErrIncomplete},
		"HTML as JSON":       {respond(200, jsonType, "<html>"), generator.ErrIncomplete},
		"no content type":    {respond(200, "", "[]"), generator.ErrIncomplete},
		"empty body":         {respond(200, jsonType, ""), generator.ErrIncomplete},
		"null":               {respond(200, jsonType, "null"), generator.ErrIncomplete},
		"an object":          {respond(200, jsonType, `{"message":"ok"}`), generator.ErrIncomplete},
		"a string":           {respond(200, jsonType, `"[]"`), generator.ErrIncomplete},
		"truncated JSON":     {respond(200, jsonType, `[{"number":1`), generator.ErrIncomplete},
		"two values":         {respond(200, jsonType, `[][]`), generator.ErrIncomplete},
		"null in the list":   {respond(200, jsonType, `[null]`), generator.ErrIncomplete},
		"empty entry":        {respond(200, jsonType, `[{}]`), generator.ErrIncomplete},
		"wrong type":         {respond(200, jsonType, `[{"number":"1","name":7}]`), generator.ErrIncomplete},
		"wrong time":         {respond(200, jsonType, `[{"number":"1","name":7,"created_at":"today"}]`), generator.ErrIncomplete},
		"truncated body":     {truncatedBody, generator.ErrIncomplete},
		"202":                {respond(202, jsonType, "[]"), generator.ErrIncomplete},
		"203":                {respond(203, jsonType, "[]"), generator.ErrIncomplete},
		"204":                {respond(204, jsonType, ""), generator.ErrIncomplete},
		"206":                {respond(206, jsonType, "[]"), generator.ErrIncomplete},
		"304 without ETag":   {respond(304, jsonType, ""), nil},
		"400":                {respond(400, jsonType, `{"message":"no"}`), nil},
		"401":                {respond(401, jsonType, `{"message":"Bad credentials"}`), generator.ErrUnauthorized},
		"401, second factor": {respond(401, jsonType, `{}`, "X-GitHub-OTP", "required; app"), generator.ErrUnauthorized},
		"403":                {respond(403, jsonType, `{"message":"Resource not accessible by integration"}`), generator.ErrUnauthorized},
		"403 in HTML":        {respond(403, "text/html", `<html>`), generator.ErrUnauthorized},
		"404":                {respond(404, jsonType, `{"message":"Not Found"}`), generator.ErrNotFound},
		"410":                {respond(410, jsonType, `{}`), nil},
		"429":                {respond(429, jsonType, `{}`), generator.ErrRateLimited},
		"451":                {respond(451, jsonType, `{}`), nil},
		"500":                {respond(500, jsonType, `{}`), nil},
		"502 in HTML":        {respond(502, "text/html", "<html>"), nil},
		"other host":         {respond(302, jsonType, ``, "Location", "https://evil.example/"), nil},
		"plain HTTP":         {respond(302, jsonType, ``, "Location", "http://api.github.com/"), nil},
		"other page":         {respond(302, jsonType, ``, "Location", "?per_page=100&page=3"), nil},
		"no query":           {respond(301, jsonType, ``, "Location", "?"), nil},
		"redirect loop":      {redirectToSelf, nil},
		"connection reset":   {resetConnection, nil},
		"endless":            {endless("[", " "), generator.ErrIncomplete},
		"endless list":       {endless("[{}", ",{}"), generator.ErrIncomplete},
		"503, Retry-After":   {respond(503, jsonType, `{}`, "Retry-After", "60"), nil},
	}
}

// faultyPages can replace a page of a list.
func faultyPages(t *testing.T, s *githubtest.Server) map[string]faultyAnswer {
	next := func(target string) string {
		return "<https://api.github.com/repositories/1/pulls?" + target + `>; rel="next"`
	}
	return map[string]faultyAnswer{
		"links to itself":       {respond(200, jsonType, `[]`, "Link", next("page=1")), generator.ErrIncomplete},
		"links to far page":     {respond(200, jsonType, `[]`, "Link", next("page=7")), generator.ErrIncomplete},
		"links to cursor":       {respond(200, jsonType, `[]`, "Link", next("after=Y3Vyc29y")), generator.ErrIncomplete},
		"links to other cursor": {respond(200, jsonType, `[]`, "Link", next("cursor=Y3Vyc29y")), generator.ErrIncomplete},
		"link without a page":   {respond(200, jsonType, `[]`, "Link", next("x=1")), generator.ErrIncomplete},
		"page is not a number":  {respond(200, jsonType, `[]`, "Link", next("page=two")), generator.ErrIncomplete},
		"second link line":      {respond(200, jsonType, `[]`, "Link", `<https://x/>; rel="last"`, "Link", next("page=9")), generator.ErrIncomplete},
		"duplicate entry":       {duplicateEntry(t, s), generator.ErrIncomplete},
		"empty with a next page": {func(w http.ResponseWriter, r *http.Request) bool {
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			return respond(200, jsonType, `[]`, "Link", next(fmt.Sprint("page=", max(page, 1)+1)))(w, r)
		}, generator.ErrIncomplete},
	}
}

// newTwoPages returns a server for acme/shop with three open pull requests and four
// branches, on two pages each. Pull request 2 is closed and its branch is deleted.
func newTwoPages(t *testing.T) *githubtest.Server {
	t.Helper()
	s := githubtest.New(t)
	s.Token(canary)
	s.PageLimit(2)
	r := s.Repo("acme", "shop")
	openPulls(r, 4)
	r.ClosePull(2)
	r.DeleteBranch("change-2")
	return s
}

// A faulty page is an error and never a shorter list. The test replaces the first page and
// the last page by each faulty answer.
func TestFaultyPageIsAnError(t *testing.T) {
	s := newTwoPages(t)
	all := faultyAnswers()
	maps.Copy(all, faultyPages(t, s))
	for name, test := range all {
		for suffix, query := range map[string]generator.Query{"/pulls": pulls, "/branches": branches} {
			for _, page := range []string{"1", "2"} {
				name := fmt.Sprintf("%s of %s, page %s", name, suffix, page)
				s.Fault(hook(suffix, func(w http.ResponseWriter, r *http.Request) bool {
					return max(r.URL.Query().Get("page"), "1") == page && test.answer(w, r)
				}))
				checkListFails(t, s, name, query, test.want)
			}
		}
	}
}

// A faulty answer is no evidence that a pull request was closed or a branch was deleted.
func TestFaultyAnswerIsNoEvidenceOfEnding(t *testing.T) {
	s := newTwoPages(t)
	gone := branch("change-2")
	for name, test := range faultyAnswers() {
		for path, k := range map[string]generator.Key{"/pulls/2": pull(2), "/branches/change-1": branch("change-1"), "/branches/main": gone} {
			if name == "404" && k.Kind == generator.Branch {
				continue // the normal answer for a missing branch
			}
			s.Fault(hook(path, test.answer))
			checkEndingUnknown(t, s, name+" of "+path, k, test.want)
		}
	}
	s.Fault(nil)
	for k, want := range map[generator.Key]generator.Ending{pull(2): generator.EndingClosed, gone: generator.EndingDeleted} {
		if got, err := open(t, s).Ending(t.Context(), repositoryID, k.Change()); got != want || err != nil {
			t.Errorf("without a fault: got %s, %v; want %s", got, err, want)
		}
	}
}

func checkListFails(t *testing.T, s *githubtest.Server, name string, q generator.Query, want error) {
	t.Helper()
	got, err := open(t, s, token(canary), bounded).List(t.Context(), q)
	if len(got.Changes) > 0 || (got.Repository != generator.Repository{}) {
		t.Errorf("%s: got %+v with an error, want no listing", name, got)
	}
	checkError(t, name, err, want)
}

func checkEndingUnknown(t *testing.T, s *githubtest.Server, name string, k generator.Key, want error) {
	t.Helper()
	got, err := open(t, s, token(canary), bounded).Ending(t.Context(), repositoryID, k.Change())
	if got != generator.EndingUnknown {
		t.Errorf("%s: %s: got %s, want %s", name, k, got, generator.EndingUnknown)
	}
	checkError(t, name, err, want)
}

// bounded lowers the bound for bodies, so that an endless body reaches it soon.
func bounded(o *github.Options) { o.MaxBytes = 1 << 20 }

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

func TestIncompleteRepositoryIsAnError(t *testing.T) {
	for name, body := range map[string]string{
		"no facts":          `{}`,
		"no default branch": `{"id":1001,"clone_url":"https://github.com/acme/shop.git"}`,
		"no id":             `{"default_branch":"main","clone_url":"https://github.com/acme/shop.git"}`,
		"no clone URL":      `{"id":1001,"default_branch":"main"}`,
		"a list":            `[]`,
		"other default":     `{"id":1001,"default_branch":"trunk","clone_url":"https://github.com/acme/shop.git"}`,
		"other id":          `{"id":7,"default_branch":"main","clone_url":"https://github.com/acme/shop.git"}`,
	} {
		s := githubtest.New(t)
		openPulls(s.Repo("acme", "shop"), 1)
		s.Fault(hook("/acme/shop", respond(200, "application/json", body)))
		if got, err := open(t, s).List(t.Context(), both); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, generator.ErrIncomplete)
		}
	}
}

func TestCloneURLHasNoCredentials(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	s.Fault(hook("/acme/shop", respond(200, "application/json",
		`{"id":1001,"default_branch":"main","clone_url":"https://x:`+canary+`@github.com/acme/shop.git"}`)))
	if got := list(t, open(t, s), pulls).Repository.CloneURL; got != "https://github.com/acme/shop.git" {
		t.Errorf("got clone URL %q, want it without credentials", got)
	}
}

func TestListWithoutDefaultBranchIsIncomplete(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Push("feature", "Ada")
	r.DeleteBranch("main")
	if got, err := open(t, s).List(t.Context(), branches); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
		t.Errorf("got %+v, %v, want %v", got, err, generator.ErrIncomplete)
	}
}

func TestTimeout(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	s.Fault(hook("/pulls", func(_ http.ResponseWriter, r *http.Request) bool {
		<-release
		return false
	}))
	source := open(t, s, func(o *github.Options) { o.Timeout = 50 * time.Millisecond })
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
	s := newTwoPages(t)
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
	source := open(t, s, func(o *github.Options) { o.Timeout = 100 * time.Millisecond })
	if _, err := source.List(t.Context(), both); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("list: got %v, want %v", err, context.DeadlineExceeded)
	}
	for _, k := range []generator.Key{pull(2), branch("change-2")} {
		if got, err := source.Ending(t.Context(), repositoryID, k.Change()); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %s, %v, want %v", k, got, err, context.DeadlineExceeded)
		}
	}
}

// A redirect to another host is not followed, with or without credentials.
func TestRedirectToOtherHostIsRefused(t *testing.T) {
	s := newTwoPages(t)
	otherHost := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the other host got a request for %s", r.URL)
	}))
	defer otherHost.Close()
	source, err := github.New(github.Options{
		Owner: "acme", Repo: "shop", APIURL: s.APIURL(), Token: func() (string, error) { return canary, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	list(t, source, both)
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			return respond(status, jsonType, `{}`, "Location", otherHost.URL+r.URL.RequestURI())(w, r)
		})
		if _, err := source.List(t.Context(), both); err == nil {
			t.Errorf("%d: List returned no error", status)
		}
		if got, err := source.Ending(t.Context(), repositoryID, pull(2).Change()); err == nil || got != generator.EndingUnknown {
			t.Errorf("%d: got %s, %v, want %s and an error", status, got, err, generator.EndingUnknown)
		}
	}
}

// A page of several with too few entries is detected by another reading.
func TestListWithMissingEntriesIsReadAgain(t *testing.T) {
	for _, page := range []string{"1", "2"} {
		s := newTwoPages(t)
		var requests atomic.Int64
		s.Fault(hook("/pulls", func(w http.ResponseWriter, r *http.Request) bool {
			return max(r.URL.Query().Get("page"), "1") == page && requests.Add(1) == 1 && halfOfEntries(t, s)(w, r)
		}))
		if got, err := open(t, s).List(t.Context(), pulls); err != nil || len(got.Changes) != 3 {
			t.Errorf("page %s: got %d changes, %v, want 3", page, len(got.Changes), err)
		}
	}
}

// A JSON name in another case is a different name. If a name occurs twice, the last value
// counts.
func TestJSONNamesMatchExactly(t *testing.T) {
	s := newTwoPages(t)
	want := list(t, open(t, s), pulls).Changes
	s.Fault(hook("/pulls", edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		for i, entry := range entries {
			entries[i] = json.RawMessage(`{"number":7,` + strings.TrimSuffix(string(entry[1:]), "}") + `,"NUMBER":8,"Draft":true,"HEAD":null}`)
		}
		return entries
	})))
	if got := list(t, open(t, s), pulls).Changes; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
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
		"broken redirect": func(w http.ResponseWriter, seen string) {
			w.Header().Set("Location", "https://api.github.com:"+strings.ReplaceAll(seen, " ", "")+"/")
			w.WriteHeader(http.StatusFound)
		},
		"content type": func(w http.ResponseWriter, seen string) {
			w.Header().Set("Content-Type", seen)
			_, _ = io.WriteString(w, `[]`)
		},
	} {
		s := githubtest.New(t)
		s.Repo("acme", "shop")
		s.Token(canary)
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			answer(w, r.Header.Get("Authorization"))
			return true
		})
		var log bytes.Buffer
		source := open(t, s, token(canary), func(o *github.Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		_, err := source.List(t.Context(), both)
		if err == nil {
			t.Errorf("%s: List returned no error", name)
		}
		noCanary(t, fmt.Sprintf("%s: %v %+v %q %s", name, err, err, err, &log))
		if strings.ContainsAny(fmt.Sprint(err), "\n\r\x00") {
			t.Errorf("%s: got control characters in %q", name, err)
		}
	}
}

func TestNoRequestDuringPrimaryLimit(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	source := open(t, s)
	reset := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	s.Quota(0, reset)
	_, err := source.List(t.Context(), pulls)
	checkRateLimit(t, err, reset, 5*time.Second)
	s.Quota(5000, reset) // the source waits until reset nevertheless
	_, err = source.List(t.Context(), pulls)
	checkRateLimit(t, err, reset, 5*time.Second)
	if got := s.Calls(); got.Refused != 1 || got.Counted != 0 {
		t.Errorf("got calls %+v, want one refused", got)
	}
}

// After an answer without a remaining quota, go-github sends no request.
func TestNoRequestAfterLastOfQuota(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	reset := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	s.Quota(1, reset)
	_, err := open(t, s).List(t.Context(), pulls)
	checkRateLimit(t, err, reset, 5*time.Second)
	if got := s.Calls(); got.Refused != 0 || got.Counted != 1 {
		t.Errorf("got calls %+v, want one counted", got)
	}
}

func checkRateLimit(t *testing.T, err error, until time.Time, margin time.Duration) {
	t.Helper()
	var limit *forge.RateLimitError
	if !errors.Is(err, generator.ErrRateLimited) || !errors.As(err, &limit) {
		t.Fatalf("got %v, want a RateLimitError", err)
	}
	if limit.Until.Sub(until).Abs() > margin {
		t.Errorf("got limit until %s, want %s", limit.Until, until)
	}
	if !strings.Contains(err.Error(), limit.Until.UTC().Format(time.RFC3339)) {
		t.Errorf("got %q, want it to contain the time", err)
	}
}

// fixedResponse sends the same response to every request and counts the requests.
type fixedResponse struct {
	status int
	header http.Header
	body   string
	calls  *int
}

func (f fixedResponse) RoundTrip(r *http.Request) (*http.Response, error) {
	*f.calls++
	return &http.Response{
		StatusCode: f.status, Header: f.header.Clone(), Request: r, Body: io.NopCloser(strings.NewReader(f.body)),
	}, nil
}

func TestRateLimits(t *testing.T) {
	const secondary = `{"documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`
	header := func(pairs ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	unixIn := func(d time.Duration) string { return fmt.Sprint(time.Now().Add(d).Unix()) }
	for name, test := range map[string]struct {
		status int
		header func() http.Header
		body   string
		want   time.Duration
	}{
		"403, Retry-After":         {403, func() http.Header { return header("Retry-After", "90") }, `{}`, 90 * time.Second},
		"429, Retry-After":         {429, func() http.Header { return header("Retry-After", "90") }, `{}`, 90 * time.Second},
		"403 with remaining quota": {403, func() http.Header { return header("Retry-After", "90", "X-RateLimit-Remaining", "4000") }, secondary, 90 * time.Second},
		"Retry-After is a date": {429, func() http.Header {
			return header("Retry-After", time.Now().Add(2*time.Minute).UTC().Format(http.TimeFormat))
		}, `{}`, 2 * time.Minute},
		"Retry-After is not valid": {429, func() http.Header { return header("Retry-After", "soon") }, `{}`, time.Minute},
		"Retry-After is a year":    {429, func() http.Header { return header("Retry-After", "31536000") }, `{}`, time.Hour},
		"429 without a time":       {429, func() http.Header { return header() }, ``, time.Minute},
		"403, URL in the body":     {403, func() http.Header { return header() }, secondary, time.Minute},
		"403, message in the body": {403, func() http.Header { return header() }, `{"message":"You have exceeded a secondary rate limit."}`, time.Minute},
		"403, primary": {403, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", unixIn(10*time.Minute))
		}, `{}`, 10 * time.Minute},
		"429, primary": {429, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", unixIn(10*time.Minute))
		}, `{}`, 10 * time.Minute},
		"reset in a year": {403, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", unixIn(365*24*time.Hour))
		}, `{}`, time.Hour},
		"reset in the past": {403, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", unixIn(-time.Hour))
		}, `{}`, time.Second},
		"no reset": {403, func() http.Header { return header("X-RateLimit-Remaining", "0") }, `{}`, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				source, err := github.New(github.Options{
					Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: fixedResponse{test.status, test.header(), test.body, &calls}},
				})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				for range 3 {
					_, err := source.List(t.Context(), both)
					checkRateLimit(t, err, start.Add(test.want), time.Second)
				}
				if _, err := source.Ending(t.Context(), repositoryID, generator.Change{Kind: generator.PullRequest, Number: 1}); !errors.Is(err, generator.ErrRateLimited) {
					t.Errorf("ending: got %v, want %v", err, generator.ErrRateLimited)
				}
				if calls != 1 {
					t.Errorf("got %d requests during the limit, want 1", calls)
				}
				time.Sleep(test.want + time.Second)
				if _, err := source.List(t.Context(), both); err == nil || calls != 2 {
					t.Errorf("got %d requests after the limit, %v, want 2", calls, err)
				}
			})
		})
	}
}
