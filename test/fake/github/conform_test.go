package github_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// failureRecorder records failures instead of failing the test.
type failureRecorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
}

func (f *failureRecorder) Errorf(format string, values ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, fmt.Sprintf(format, values...))
}

func TestUndescribedRequestsFailTheTest(t *testing.T) {
	inner := &failureRecorder{TB: t}
	s := githubtest.New(inner)
	s.Repo("acme", "shop")
	for path, want := range map[string]string{
		"/repos/acme/shop/pulls?stat=open":   `no query parameter "stat"`,
		"/repos/acme/shop/pulls?state=opend": "state",
		"/repos/acme/shop/pulls/one":         "pull_number",
		"/repos/acme/shop/issues":            "no such operation",
		"/orgs/acme/repos":                   "no such operation",
		"/repos/acme/shop/branches/a/b":      "no such operation",
	} {
		inner.failures = nil
		get(t, s.URL+path)
		if len(inner.failures) != 1 || !strings.Contains(inner.failures[0], want) {
			t.Errorf("%s: failures %q, want one that contains %q", path, inner.failures, want)
		}
	}
	inner.failures = nil
	req, _ := http.NewRequest(http.MethodGet, "https://evil.example/repos/acme/shop", nil)
	if resp, err := s.Transport().RoundTrip(req); err == nil {
		_ = resp.Body.Close()
	}
	if len(inner.failures) == 0 {
		t.Error("a request to another host did not fail the test")
	}
}
