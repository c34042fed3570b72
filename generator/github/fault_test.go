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

// canary is a credential that must turn up nowhere.
const canary = "ghp_canaryCANARYcanary0123456789"

func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, canary) {
		t.Errorf("a credential in %q", strings.ReplaceAll(text, canary, "<canary>"))
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

func hangUp(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Content-Length", "1000")
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "[]")
	return true
}

func reset(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// endless answers with a body that goes on until the client leaves.
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

// edited answers as s would, with another body. Nothing is "not modified".
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

func half(t *testing.T, s *githubtest.Server) func(http.ResponseWriter, *http.Request) bool {
	return edited(t, s, func(entries []json.RawMessage) []json.RawMessage { return entries[:len(entries)/2] })
}

// twice has one entry on a page twice, and another not at all.
func twice(t *testing.T, s *githubtest.Server) func(http.ResponseWriter, *http.Request) bool {
	return edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		return append([]json.RawMessage{entries[0]}, entries[:max(1, len(entries)-1)]...)
	})
}

// again redirects to what was asked for.
func again(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Location", "?"+r.URL.RawQuery)
	w.WriteHeader(http.StatusFound)
	return true
}

// jsonType is what GitHub calls its answers.
const jsonType = "application/json; charset=utf-8"

// misbehaviour is what comes instead of an answer, and the error that makes of
// it; nil is any.
type misbehaviour struct {
	answer func(http.ResponseWriter, *http.Request) bool
	want   error
}

// misbehaviours can come instead of any answer.
func misbehaviours() map[string]misbehaviour {
	return map[string]misbehaviour{
		"HTML":               {respond(200, "text/html", "<html>[]</html>"), generator.ErrIncomplete},
		"JSON called HTML":   {respond(200, "text/html", "[]"), generator.ErrIncomplete},
		"HTML called JSON":   {respond(200, jsonType, "<html>"), generator.ErrIncomplete},
		"no content type":    {respond(200, "", "[]"), generator.ErrIncomplete},
		"nothing":            {respond(200, jsonType, ""), generator.ErrIncomplete},
		"null":               {respond(200, jsonType, "null"), generator.ErrIncomplete},
		"an object":          {respond(200, jsonType, `{"message":"ok"}`), generator.ErrIncomplete},
		"a string":           {respond(200, jsonType, `"[]"`), generator.ErrIncomplete},
		"cut off JSON":       {respond(200, jsonType, `[{"number":1`), generator.ErrIncomplete},
		"two values":         {respond(200, jsonType, `[][]`), generator.ErrIncomplete},
		"null in the list":   {respond(200, jsonType, `[null]`), generator.ErrIncomplete},
		"empty entry":        {respond(200, jsonType, `[{}]`), generator.ErrIncomplete},
		"wrong type":         {respond(200, jsonType, `[{"number":"1","name":7}]`), generator.ErrIncomplete},
		"wrong time":         {respond(200, jsonType, `[{"number":1,"name":7,"created_at":"today"}]`), generator.ErrIncomplete},
		"body cut off":       {hangUp, generator.ErrIncomplete},
		"202":                {respond(202, jsonType, "[]"), generator.ErrIncomplete},
		"203":                {respond(203, jsonType, "[]"), generator.ErrIncomplete},
		"204":                {respond(204, jsonType, ""), generator.ErrIncomplete},
		"206":                {respond(206, jsonType, "[]"), generator.ErrIncomplete},
		"304 unasked":        {respond(304, jsonType, ""), nil},
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
		"redirect loop":      {again, nil},
		"connection reset":   {reset, nil},
		"endless":            {endless("[", " "), generator.ErrIncomplete},
		"endless list":       {endless("[{}", ",{}"), generator.ErrIncomplete},
		"503, Retry-After":   {respond(503, jsonType, `{}`, "Retry-After", "60"), nil},
	}
}

// misbehavingPages can come instead of a page.
func misbehavingPages(t *testing.T, s *githubtest.Server) map[string]misbehaviour {
	next := func(target string) string {
		return "<https://api.github.com/repositories/1/pulls?" + target + `>; rel="next"`
	}
	return map[string]misbehaviour{
		"itself next":         {respond(200, jsonType, `[]`, "Link", next("page=1")), generator.ErrIncomplete},
		"far page next":       {respond(200, jsonType, `[]`, "Link", next("page=7")), generator.ErrIncomplete},
		"cursor next":         {respond(200, jsonType, `[]`, "Link", next("after=Y3Vyc29y")), generator.ErrIncomplete},
		"other cursor next":   {respond(200, jsonType, `[]`, "Link", next("cursor=Y3Vyc29y")), generator.ErrIncomplete},
		"next without a page": {respond(200, jsonType, `[]`, "Link", next("x=1")), generator.ErrIncomplete},
		"word for a page":     {respond(200, jsonType, `[]`, "Link", next("page=two")), generator.ErrIncomplete},
		"second link line":    {respond(200, jsonType, `[]`, "Link", `<https://x/>; rel="last"`, "Link", next("page=9")), generator.ErrIncomplete},
		"an entry twice":      {twice(t, s), generator.ErrIncomplete},
		"empty, and more next": {func(w http.ResponseWriter, r *http.Request) bool {
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			return respond(200, jsonType, `[]`, "Link", next(fmt.Sprint("page=", max(page, 1)+1)))(w, r)
		}, generator.ErrIncomplete},
	}
}

// misbehaving has three pull requests, of which one is closed, and five
// branches, on two pages each.
func misbehaving(t *testing.T) *githubtest.Server {
	t.Helper()
	s := githubtest.New(t)
	s.Token(canary)
	s.PageLimit(2)
	r := s.Repo("acme", "shop")
	many(r, 4)
	r.ClosePull(2)
	r.DeleteBranch("change-2")
	return s
}

// TestMisbehaviour: whatever comes instead of a page, it is an error, never a
// shorter list. Each is tried on the first page and on the last.
func TestMisbehaviour(t *testing.T) {
	s := misbehaving(t)
	all := misbehaviours()
	maps.Copy(all, misbehavingPages(t, s))
	for name, test := range all {
		for suffix, query := range map[string]generator.Query{"/pulls": pulls, "/branches": branches} {
			for _, page := range []string{"1", "2"} {
				name := fmt.Sprintf("%s of %s, page %s", name, suffix, page)
				s.Fault(hook(suffix, func(w http.ResponseWriter, r *http.Request) bool {
					return max(r.URL.Query().Get("page"), "1") == page && test.answer(w, r)
				}))
				misbehave(t, s, name, query, test.want)
			}
		}
	}
}

// TestMisbehavingEnding: whatever is said of a closed pull request but that it
// is closed is no evidence. Nor is it of a branch but that it is not there, with
// the default branch.
func TestMisbehavingEnding(t *testing.T) {
	s := misbehaving(t)
	gone := branch("change-2")
	for name, test := range misbehaviours() {
		for path, k := range map[string]generator.Key{"/pulls/2": pull(2), "/branches/change-1": branch("change-1"), "/branches/main": gone} {
			if name == "404" && k.Kind == generator.Branch {
				continue // what is said of a branch that is not there
			}
			s.Fault(hook(path, test.answer))
			unknown(t, s, name+" of "+path, k, test.want)
		}
	}
	s.Fault(nil)
	for k, want := range map[generator.Key]generator.Ending{pull(2): generator.EndingClosed, gone: generator.EndingDeleted} {
		if got, err := open(t, s).Ending(t.Context(), k); got != want || err != nil {
			t.Errorf("without a fault: %s, %v; want %s", got, err, want)
		}
	}
}

func misbehave(t *testing.T, s *githubtest.Server, name string, q generator.Query, want error) {
	t.Helper()
	got, err := open(t, s, token(canary), bounded).List(t.Context(), q)
	if len(got.Changes) > 0 || (got.Repository != generator.Repository{}) {
		t.Errorf("%s: %+v with an error", name, got)
	}
	wantFailure(t, name, err, want)
}

func unknown(t *testing.T, s *githubtest.Server, name string, k generator.Key, want error) {
	t.Helper()
	got, err := open(t, s, token(canary), bounded).Ending(t.Context(), k)
	if got != generator.EndingUnknown {
		t.Errorf("%s: %s is %s", name, k, got)
	}
	wantFailure(t, name, err, want)
}

// bounded makes bodies without an end soon too long.
func bounded(o *github.Options) { o.MaxBytes = 1 << 20 }

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

// TestWrongFacts: an answer that is not of what was asked for.
func TestWrongFacts(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":           `{}`,
		"no default branch": `{"id":1001,"clone_url":"https://github.com/acme/shop.git"}`,
		"no id":             `{"default_branch":"main","clone_url":"https://github.com/acme/shop.git"}`,
		"no clone URL":      `{"id":1001,"default_branch":"main"}`,
		"a list":            `[]`,
		"other default":     `{"id":1001,"default_branch":"trunk","clone_url":"https://github.com/acme/shop.git"}`,
		"other id":          `{"id":7,"default_branch":"main","clone_url":"https://github.com/acme/shop.git"}`,
	} {
		s := githubtest.New(t)
		many(s.Repo("acme", "shop"), 1)
		s.Fault(hook("/acme/shop", respond(200, "application/json", body)))
		if got, err := open(t, s).List(t.Context(), both); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestCloneURLHasNoCredentials(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	s.Fault(hook("/acme/shop", respond(200, "application/json",
		`{"id":1001,"default_branch":"main","clone_url":"https://x:`+canary+`@github.com/acme/shop.git"}`)))
	if got := list(t, open(t, s), pulls).Repository.CloneURL; got != "https://github.com/acme/shop.git" {
		t.Errorf("clone URL %q", got)
	}
}

func TestNoDefaultBranch(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	r.Push("feature", "Ada")
	r.DeleteBranch("main")
	if got, err := open(t, s).List(t.Context(), branches); !errors.Is(err, generator.ErrIncomplete) || len(got.Changes) > 0 {
		t.Errorf("%+v, %v", got, err)
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
	s := misbehaving(t)
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
		t.Errorf("list: %v", err)
	}
	for _, k := range []generator.Key{pull(2), branch("change-2")} {
		if got, err := source.Ending(t.Context(), k); got != generator.EndingUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %s, %v", k, got, err)
		}
	}
}

// TestCredentialsStay: a redirect to another host is not followed, with
// credentials or without.
func TestCredentialsStay(t *testing.T) {
	s := misbehaving(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s came to another host", r.URL)
	}))
	defer elsewhere.Close()
	source, err := github.New(github.Options{
		Owner: "acme", Repo: "shop", APIURL: s.APIURL(), Token: func() (string, error) { return canary, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	list(t, source, both)
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
			return respond(status, jsonType, `{}`, "Location", elsewhere.URL+r.URL.RequestURI())(w, r)
		})
		if _, err := source.List(t.Context(), both); err == nil {
			t.Errorf("%d: no error", status)
		}
		if got, err := source.Ending(t.Context(), pull(2)); err == nil || got != generator.EndingUnknown {
			t.Errorf("%d: %s, %v", status, got, err)
		}
	}
}

// TestHalfAPage: a page with fewer entries than are there is told from a short
// list by a second reading, unless it is the only page.
func TestHalfAPage(t *testing.T) {
	for _, page := range []string{"1", "2"} {
		s := misbehaving(t)
		var asked atomic.Int64
		s.Fault(hook("/pulls", func(w http.ResponseWriter, r *http.Request) bool {
			return max(r.URL.Query().Get("page"), "1") == page && asked.Add(1) == 1 && half(t, s)(w, r)
		}))
		if got, err := open(t, s).List(t.Context(), pulls); err != nil || len(got.Changes) != 3 {
			t.Errorf("page %s: %d changes, %v", page, len(got.Changes), err)
		}
	}
}

// TestNamesMatchExactly: a name in another case is another name, and of one that
// comes twice the last counts.
func TestNamesMatchExactly(t *testing.T) {
	s := misbehaving(t)
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
			t.Errorf("%s: no error", name)
		}
		noCanary(t, fmt.Sprintf("%s: %v %+v %q %s", name, err, err, err, &log))
		if strings.ContainsAny(fmt.Sprint(err), "\n\r\x00") {
			t.Errorf("%s: control characters in %q", name, err)
		}
	}
}

func TestPrimaryLimit(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	source := open(t, s)
	reset := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	s.Quota(0, reset)
	_, err := source.List(t.Context(), pulls)
	wantLimit(t, err, reset, 5*time.Second)
	s.Quota(5000, reset) // too late: it was said when to come back
	_, err = source.List(t.Context(), pulls)
	wantLimit(t, err, reset, 5*time.Second)
	if got := s.Calls(); got.Refused != 1 || got.Counted != 0 {
		t.Errorf("calls %+v", got)
	}
}

// TestLastOfQuota: after an answer that says that nothing is left, go-github
// asks no more.
func TestLastOfQuota(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	reset := time.Now().Add(20 * time.Minute).Truncate(time.Second)
	s.Quota(1, reset)
	_, err := open(t, s).List(t.Context(), pulls)
	wantLimit(t, err, reset, 5*time.Second)
	if got := s.Calls(); got.Refused != 0 || got.Counted != 1 {
		t.Errorf("calls %+v", got)
	}
}

func wantLimit(t *testing.T, err error, until time.Time, margin time.Duration) {
	t.Helper()
	var limit *forge.RateLimitError
	if !errors.Is(err, generator.ErrRateLimited) || !errors.As(err, &limit) {
		t.Fatalf("error %v", err)
	}
	if limit.Until.Sub(until).Abs() > margin {
		t.Errorf("until %s, want %s", limit.Until, until)
	}
	if !strings.Contains(err.Error(), limit.Until.UTC().Format(time.RFC3339)) {
		t.Errorf("%q does not say until when", err)
	}
}

// fixed answers every request alike and counts them.
type fixed struct {
	status int
	header http.Header
	body   string
	calls  *int
}

func (f fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	*f.calls++
	return &http.Response{
		StatusCode: f.status, Header: f.header.Clone(), Request: r, Body: io.NopCloser(strings.NewReader(f.body)),
	}, nil
}

// TestLimits goes over the forms that a rate limit can have, on a clock that
// can be moved.
func TestLimits(t *testing.T) {
	const secondary = `{"documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`
	header := func(pairs ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	in := func(d time.Duration) string { return fmt.Sprint(time.Now().Add(d).Unix()) }
	for name, test := range map[string]struct {
		status int
		header func() http.Header
		body   string
		want   time.Duration
	}{
		"403, Retry-After":  {403, func() http.Header { return header("Retry-After", "90") }, `{}`, 90 * time.Second},
		"429, Retry-After":  {429, func() http.Header { return header("Retry-After", "90") }, `{}`, 90 * time.Second},
		"with a full quota": {403, func() http.Header { return header("Retry-After", "90", "X-RateLimit-Remaining", "4000") }, secondary, 90 * time.Second},
		"Retry-After is a date": {429, func() http.Header {
			return header("Retry-After", time.Now().Add(2*time.Minute).UTC().Format(http.TimeFormat))
		}, `{}`, 2 * time.Minute},
		"Retry-After is nonsense": {429, func() http.Header { return header("Retry-After", "soon") }, `{}`, time.Minute},
		"Retry-After is a year":   {429, func() http.Header { return header("Retry-After", "31536000") }, `{}`, time.Hour},
		"429, bare":               {429, func() http.Header { return header() }, ``, time.Minute},
		"403, named in the body":  {403, func() http.Header { return header() }, secondary, time.Minute},
		"403, told in the body":   {403, func() http.Header { return header() }, `{"message":"You have exceeded a secondary rate limit."}`, time.Minute},
		"403, primary": {403, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", in(10*time.Minute))
		}, `{}`, 10 * time.Minute},
		"429, primary": {429, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", in(10*time.Minute))
		}, `{}`, 10 * time.Minute},
		"reset in a year": {403, func() http.Header {
			return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", in(365*24*time.Hour))
		}, `{}`, time.Hour},
		"reset is past": {403, func() http.Header { return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", in(-time.Hour)) }, `{}`, time.Second},
		"no reset":      {403, func() http.Header { return header("X-RateLimit-Remaining", "0") }, `{}`, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				source, err := github.New(github.Options{
					Owner: "acme", Repo: "shop", Options: forge.Options{HTTP: fixed{test.status, test.header(), test.body, &calls}},
				})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				for range 3 {
					_, err := source.List(t.Context(), both)
					wantLimit(t, err, start.Add(test.want), time.Second)
				}
				if _, err := source.Ending(t.Context(), generator.Key{Kind: generator.PullRequest, Number: 1}); !errors.Is(err, generator.ErrRateLimited) {
					t.Errorf("ending: %v", err)
				}
				if calls != 1 {
					t.Errorf("%d calls while the limit lasts", calls)
				}
				time.Sleep(test.want + time.Second)
				if _, err := source.List(t.Context(), both); err == nil || calls != 2 {
					t.Errorf("%d calls after it, %v", calls, err)
				}
			})
		})
	}
}
