package github_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

type answer struct {
	status int
	header http.Header
	body   []byte
}

func get(t *testing.T, url string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, body}
}

// TestResponsesConform requests every operation once. The server itself fails the test
// if an exchange violates GitHub's OpenAPI description.
func TestResponsesConform(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	sha := r.Push("feature/x", "Ada")
	r.Push("old", "Ada")
	r.RenameBranch("old", "new/50%")
	r.OpenPull(githubtest.Pull{Labels: []string{"preview"}, Draft: true})
	r.OpenPull(githubtest.Pull{Fork: "mallory"})
	r.OpenPull(githubtest.Pull{ForkGone: true})
	r.Merge(r.OpenPull(githubtest.Pull{}))
	r.ClosePull(r.OpenPull(githubtest.Pull{}))
	for path, status := range map[string]int{
		"":                                     200,
		"/pulls":                               200,
		"/pulls?state=all&direction=asc":       200,
		"/pulls?state=closed&sort=created":     200,
		"/pulls/1":                             200,
		"/pulls/2":                             200,
		"/pulls/3":                             200,
		"/pulls/4":                             200,
		"/pulls/5":                             200,
		"/pulls/6":                             404,
		"/branches":                            200,
		"/branches/main":                       200,
		"/branches/feature%2Fx":                200,
		"/branches/new%2F50%25":                200,
		"/branches/old":                        301,
		"/branches/none":                       404,
		"/git/commits/" + sha:                  200,
		"/git/commits/" + strings.ToUpper(sha): 404,
	} {
		if got := get(t, s.APIURL()+"/repos/acme/shop"+path); got.status != status {
			t.Errorf("%s: status %d, want %d", path, got.status, status)
		}
	}
	if got := get(t, s.URL+"/repos/acme/other"); got.status != 404 {
		t.Errorf("unknown repository: status %d, want 404", got.status)
	}
}

func TestPagination(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	for range 5 {
		r.OpenPull(githubtest.Pull{})
	}
	for page, want := range map[int]struct {
		items int
		rels  string
	}{
		1: {2, "next last"}, 2: {2, "prev next last first"}, 3: {1, "prev first"}, 4: {0, "prev first"},
	} {
		got := get(t, fmt.Sprintf("%s/repos/acme/shop/pulls?per_page=2&page=%d", s.URL, page))
		var items []any
		if err := json.Unmarshal(got.body, &items); err != nil || len(items) != want.items {
			t.Errorf("page %d: %d items, %v; want %d", page, len(items), err, want.items)
		}
		var rels []string
		for _, link := range strings.Split(got.header.Get("Link"), ", ") {
			target, rel, _ := strings.Cut(link, ">; rel=")
			rels = append(rels, strings.Trim(rel, `"`))
			if followed := get(t, strings.TrimPrefix(target, "<")); followed.status != 200 {
				t.Errorf("page %d: link %s: status %d, want 200", page, link, followed.status)
			}
		}
		if strings.Join(rels, " ") != want.rels {
			t.Errorf("page %d: links %q, want %q", page, rels, want.rels)
		}
	}
}

func TestNotModifiedDoesNotUseTheQuota(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	url := s.URL + "/repos/acme/shop/branches"
	first := get(t, url)
	again := get(t, url, "If-None-Match", first.header.Get("ETag"))
	if again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("unchanged: status %d with %d bytes, want 304 without a body", again.status, len(again.body))
	}
	if a, b := first.header.Get("X-RateLimit-Remaining"), again.header.Get("X-RateLimit-Remaining"); a != "4999" || b != "4999" {
		t.Errorf("remaining calls %s, then %s; want 4999 both times", a, b)
	}
	r.Push("main", "Ada")
	if changed := get(t, url, "If-None-Match", first.header.Get("ETag")); changed.status != http.StatusOK {
		t.Errorf("changed: status %d, want 200", changed.status)
	}
	if got, want := s.Calls(githubtest.KindBranches), (githubtest.Count{Counted: 2, NotModified: 1}); got != want {
		t.Errorf("calls %+v, want %+v", got, want)
	}
}

func TestRefusals(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Private()
	s.Token("good")
	url := s.URL + "/repos/acme/shop"
	check := func(name string, want int, header ...string) answer {
		t.Helper()
		got := get(t, url, header...)
		if got.status != want {
			t.Errorf("%s: status %d, want %d", name, got.status, want)
		}
		return got
	}
	check("anonymous", 404)
	check("wrong token", 401, "Authorization", "Bearer bad")
	check("token", 200, "Authorization", "Bearer good")
	s.Revoke("good")
	check("revoked", 401, "Authorization", "Bearer good")
	s.Quota(0, time.Now().Add(time.Hour))
	if got := check("no quota", 403); got.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("no quota: got header %q, want X-RateLimit-Remaining 0", got.header)
	}
	s.Throttle(429, time.Minute)
	if got := check("throttled", 429); got.header.Get("Retry-After") != "60" {
		t.Errorf("throttled: got header %q, want Retry-After 60", got.header)
	}
	if got := s.Calls(); got.Refused != 4 {
		t.Errorf("calls %+v, want 4 refused", got)
	}
}

func TestFormerRepositoryNameRedirects(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop").Rename("store")
	got := get(t, s.URL+"/repos/acme/shop/pulls?state=open")
	if got.status != http.StatusMovedPermanently {
		t.Fatalf("former name: status %d, want 301", got.status)
	}
	if moved := get(t, got.header.Get("Location")); moved.status != http.StatusOK {
		t.Errorf("%s: status %d, want 200", got.header.Get("Location"), moved.status)
	}
}

func TestFaultHookAnswersFirst(t *testing.T) {
	s := githubtest.New(t)
	s.Repo("acme", "shop")
	s.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	if got := get(t, s.URL+"/repos/acme/shop"); got.status != http.StatusBadGateway {
		t.Errorf("with the hook: status %d, want 502", got.status)
	}
	s.Fault(nil)
	if got := get(t, s.URL+"/repos/acme/shop"); got.status != http.StatusOK {
		t.Errorf("without the hook: status %d, want 200", got.status)
	}
}
