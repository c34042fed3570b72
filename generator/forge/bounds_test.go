package forge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// roundTrips is a transport that calls a function.
type roundTrips func(*http.Request) (*http.Response, error)

func (f roundTrips) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer returns a JSON response.
func answer(r *http.Request, status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Request: r, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// dial returns a connection to https://git.acme.dev through a transport.
func dial(t *testing.T, transport roundTrips, o forge.Options, server ...func(*forge.Server)) *forge.Connection {
	t.Helper()
	o.HTTP = transport
	s := forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}
	for _, set := range server {
		set(&s)
	}
	c, err := forge.Connect(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const root = "https://git.acme.dev/"

func TestBodyIsBounded(t *testing.T) {
	t.Parallel()
	for _, bound := range []int64{100, 16 << 20} {
		o := forge.Options{MaxBytes: bound}
		if bound == 16<<20 {
			o.MaxBytes = 0 // the default
		}
		for size, want := range map[int64]error{bound: nil, bound + 1: generator.ErrIncomplete} {
			body := "[" + strings.Repeat(" ", int(size)-2) + "]"
			c := dial(t, func(r *http.Request) (*http.Response, error) { return answer(r, 200, body), nil }, o)
			if err := get(t, c, root); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("%d bytes, at most %d: got %v, want %v", size, bound, err, want)
			}
		}
	}
}

// Five redirects on the same host are followed.
func TestRedirectsAreBounded(t *testing.T) {
	t.Parallel()
	for redirects, want := range map[int]bool{0: true, 1: true, 5: true, 6: false, 100: false} {
		requests := 0
		c := dial(t, func(r *http.Request) (*http.Response, error) {
			if requests++; requests <= redirects {
				return answer(r, 301, "{}", "Location", fmt.Sprintf("/%d?page=2", requests)), nil
			}
			return answer(r, 200, "{}"), nil
		}, forge.Options{})
		if err := get(t, c, root+"?page=2"); (err == nil) != want || requests > 6 {
			t.Errorf("%d redirects: got %v after %d requests, want success: %t", redirects, err, requests, want)
		}
	}
}

// A redirect to another host, scheme, port or query is refused, and gets no request.
func TestRedirectElsewhereIsRefused(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]bool{
		"/other?page=2":                             true,
		"https://git.acme.dev/other?page=2":         true,
		"/other":                                    false,
		"/other?page=3":                             false,
		"/other?page=2&x=1":                         false,
		"http://git.acme.dev/other?page=2":          false,
		"https://git.acme.dev:8443/other?page=2":    false,
		"https://evil.example/other?page=2":         false,
		"https://git.acme.dev.evil.example/?page=2": false,
		"https://u:p@evil.example/?page=2":          false,
		"//evil.example/?page=2":                    false,
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			requests := 0
			c := dial(t, func(r *http.Request) (*http.Response, error) {
				if requests++; requests == 1 {
					return answer(r, status, "{}", "Location", target), nil
				}
				return answer(r, 200, "{}"), nil
			}, forge.Options{}, func(s *forge.Server) {
				s.Credentials = forge.Token("Bearer", func() (string, error) { return "canary", nil })
			})
			err := get(t, c, root+"?page=2")
			if (err == nil) != want || !want && requests != 1 {
				t.Errorf("%d to %s: got %v after %d requests, want success: %t", status, target, err, requests, want)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "60": time.Minute, "3599": time.Hour - time.Second, "3600": time.Hour, "3601": time.Hour, "9223372036854775807": time.Hour,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 11:59:00 GMT": -time.Minute,
		"": time.Minute, "-1": time.Minute, "soon": time.Minute, "1.5": time.Minute, "99999999999999999999": time.Minute,
	} {
		if got := forge.RetryAfter(value, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

// No request is sent while a rate limit lasts: from one second to one hour.
func TestRateLimitLasts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header []string
		wait   time.Duration // 0: no rate limit
	}{
		"429":                      {429, nil, time.Minute},
		"429 for 0 seconds":        {429, []string{"Retry-After", "0"}, time.Second},
		"429 for 30 seconds":       {429, []string{"Retry-After", "30"}, 30 * time.Second},
		"429 for a day":            {429, []string{"Retry-After", "86400"}, time.Hour},
		"429 until a past date":    {429, []string{"Retry-After", "Sun, 01 Mar 1970 12:00:30 GMT"}, time.Second},
		"429 until a distant date": {429, []string{"Retry-After", "Sun, 01 Mar 2170 12:00:30 GMT"}, time.Hour},
		"403":                      {403, nil, 0},
		"403 for 30 seconds":       {403, []string{"Retry-After", "30"}, 30 * time.Second},
		"503":                      {503, nil, 0},
		"503 for 30 seconds":       {503, []string{"Retry-After", "30"}, 30 * time.Second},
		"500 for 30 seconds":       {500, []string{"Retry-After", "30"}, 0},
		"200 for 30 seconds":       {200, []string{"Retry-After", "30"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests, limited := 0, true
				c := dial(t, func(r *http.Request) (*http.Response, error) {
					requests++
					if limited {
						return answer(r, test.status, "{}", test.header...), nil
					}
					return answer(r, 200, "{}"), nil
				}, forge.Options{})
				err := get(t, c, root)
				var limit *forge.RateLimitError
				if errors.As(err, &limit) != (test.wait > 0) || errors.Is(err, generator.ErrRateLimited) != (test.wait > 0) {
					t.Fatalf("got %v, want a rate limit: %t", err, test.wait > 0)
				}
				if test.wait == 0 {
					return
				}
				if got := time.Until(limit.Until); got != test.wait {
					t.Errorf("got a limit for %s, want %s", got, test.wait)
				}
				limited = false
				time.Sleep(test.wait - time.Nanosecond)
				if err := get(t, c, root); !errors.Is(err, generator.ErrRateLimited) || requests != 1 {
					t.Errorf("before its end: got %v and %d requests, want %v and 1", err, requests, generator.ErrRateLimited)
				}
				time.Sleep(time.Nanosecond)
				if err := get(t, c, root); err != nil || requests != 2 {
					t.Errorf("after its end: got %v and %d requests, want none and 2", err, requests)
				}
			})
		})
	}
}

// An error contains none of the last eight credentials.
func TestLastEightCredentialsAreRedacted(t *testing.T) {
	t.Parallel()
	token := ""
	_, connection := connect(t, &token)
	var all []string
	for i := range 10 {
		token = fmt.Sprintf("canary-%d-%s", i, strings.Repeat("x", 5))
		all = append(all, token)
		if err := get(t, connection, root); err != nil {
			t.Fatal(err)
		}
	}
	for i, secret := range all {
		text := connection.Failure("list", errors.New(secret)).Error()
		if leaks := strings.Contains(text, secret); leaks != (i < 2) {
			t.Errorf("credential %d of %d: got %q, want it redacted: %t", i+1, len(all), text, i >= 2)
		}
	}
}

// pagedAPI is a forge whose list has total pages, each with one entry.
type pagedAPI struct {
	scriptedAPI
	total    int
	requests int
}

func (p *pagedAPI) Page(_ context.Context, kind generator.Kind, number int) (forge.Page, error) {
	p.requests++
	page := forge.Page{Total: forge.Uncounted, Items: []forge.Item{p.item(kind, int64(number))}}
	if number < p.total {
		page.Next = number + 1
	}
	return page, nil
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	for _, bound := range []int{0, 1, 3} {
		most := bound
		if bound == 0 {
			most = 200 // the default
		}
		for pages, want := range map[int]error{most: nil, most + 1: generator.ErrIncomplete} {
			api := &pagedAPI{total: pages}
			connection, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{MaxPages: bound})
			if err != nil {
				t.Fatal(err)
			}
			source := forge.New(forge.Place{Forge: "paged", Owner: "acme", Name: "shop"}, api, connection, 1)
			listing, err := source.List(t.Context(), generator.Query{PullRequests: true})
			if !errors.Is(err, want) || (err == nil) != (want == nil) || err == nil && len(listing.Changes) != pages || err != nil && len(listing.Changes) != 0 {
				t.Errorf("%d pages, at most %d: got %d changes, %v, want %v", pages, most, len(listing.Changes), err, want)
			}
			if api.requests > 3*most {
				t.Errorf("%d pages, at most %d: got %d requests, want at most %d", pages, most, api.requests, 3*most)
			}
		}
	}
}

// commitAPI counts the commits that are looked up.
type commitAPI struct {
	scriptedAPI
	mu      sync.Mutex
	commits int
}

func (c *commitAPI) Commit(_ context.Context, hash string) (forge.Commit, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.commits++
	return forge.Commit{Hash: hash, Author: "ada", CommittedAt: time.Unix(1e9, 0)}, nil
}

// Describe looks up 200 commits at most, each once.
func TestLookupsOfCommitsAreBounded(t *testing.T) {
	t.Parallel()
	for branches, want := range map[int]int{0: 0, 1: 1, 199: 199, 200: 200, 201: 200, 500: 200} {
		api := &commitAPI{}
		connection, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		source := forge.New(forge.Place{Forge: "f", Owner: "acme", Name: "shop"}, api, connection, 1)
		var changes []generator.Change
		for i := range branches {
			changes = append(changes, generator.Change{Kind: generator.Branch, Branch: fmt.Sprint(i), HeadSHA: fmt.Sprintf("%040d", i)})
		}
		described, err := source.Describe(t.Context(), append(changes, changes...))
		known := 0
		for _, c := range described {
			if c.Author == "ada" {
				known++
			}
		}
		if err != nil || api.commits != want || known != 2*want || len(described) != 2*branches {
			t.Errorf("%d branches: got %d commits, %d of %d described, %v; want %d commits", branches, api.commits, known, len(described), err, want)
		}
	}
}

// A bound that is not given has its documented default.
func TestBoundsOfConnection(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]forge.Options{"timeout": {Timeout: -1}, "pages": {MaxPages: -1}, "bytes": {MaxBytes: -1}} {
		if _, err := forge.Connect(forge.Server{Base: &url.URL{}}, o); err == nil {
			t.Errorf("negative %s: got no error", name)
		}
	}
	c, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o := c.Options; o.Timeout != time.Minute || o.MaxPages != 200 || o.MaxBytes != 16<<20 || o.HTTP == nil || o.Log == nil {
		t.Errorf("got defaults %+v, want those of the documentation", o)
	}
}

// Each call has its own timeout, and ends with its context.
func TestCallsHaveDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection, err := forge.Connect(forge.Server{Base: &url.URL{}}, forge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		source := forge.New(forge.Place{Forge: "f", Owner: "acme", Name: "shop"}, hangingAPI{}, connection, 1)
		for name, call := range map[string]func(context.Context) error{
			"list": func(ctx context.Context) error {
				_, err := source.List(ctx, generator.Query{Branches: true})
				return err
			},
			"ending": func(ctx context.Context) error {
				_, err := source.Ending(ctx, "", generator.Change{Kind: generator.PullRequest, Number: 1})
				return err
			},
			"description": func(ctx context.Context) error {
				_, err := source.Describe(ctx, []generator.Change{{Kind: generator.Branch, Branch: "b", HeadSHA: strings.Repeat("a", 40)}})
				return err
			},
		} {
			start := time.Now()
			if err := call(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
				t.Errorf("%s: got %v after %s, want %v after 1m", name, err, time.Since(start), context.DeadlineExceeded)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			start = time.Now()
			if err := call(ctx); err == nil || time.Since(start) != time.Second {
				t.Errorf("%s: got %v after %s, want an error after 1s", name, err, time.Since(start))
			}
			cancel()
		}
	})
}

// hangingAPI answers no call before its context ends.
type hangingAPI struct{ forge.API }

func (hangingAPI) Repository(ctx context.Context) (forge.Repository, error) {
	<-ctx.Done()
	return forge.Repository{}, ctx.Err()
}

func (hangingAPI) PullRequest(ctx context.Context, _ int64) (forge.Item, error) {
	<-ctx.Done()
	return forge.Item{}, ctx.Err()
}

func (hangingAPI) Commit(ctx context.Context, _ string) (forge.Commit, error) {
	<-ctx.Done()
	return forge.Commit{}, ctx.Err()
}
