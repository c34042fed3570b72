package forge_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/forge"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

const pulls = "/repos/acme/shop/pulls?per_page=100"

// newForge returns the repository acme/shop with open pull requests, its server, and a
// forge that replays it.
func newForge(t testing.TB, open int) (*githubtest.Server, *githubtest.Repo, *forge.Forge) {
	t.Helper()
	origin := githubtest.New(t)
	shop := origin.Repo("acme", "shop")
	for range open {
		shop.OpenPull(githubtest.Pull{})
	}
	return origin, shop, forge.New(t, origin)
}

type response struct {
	status int
	header http.Header
	body   []byte
}

func get(t testing.TB, url, tag string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{got.StatusCode, got.Header, body}
}

// The forge replays the responses of the origin, with the forge's host in links.
func TestReplayEqualsOrigin(t *testing.T) {
	origin, _, f := newForge(t, 250)
	for _, path := range []string{pulls, pulls + "&page=3", "/repos/acme/shop", "/repos/acme/shop/pulls/7", "/repos/acme/shop/pulls/999"} {
		first := get(t, f.URL+path, "")
		calls := origin.Calls()
		second := get(t, f.URL+path, "")
		if origin.Calls() != calls {
			t.Errorf("%s: the second call reached the origin", path)
		}
		want := get(t, origin.URL+path, "")
		want.body = bytes.ReplaceAll(want.body, []byte(origin.URL), []byte(f.URL))
		for name, got := range map[string]response{"first": first, "second": second} {
			if got.status != want.status || !bytes.Equal(got.body, want.body) {
				t.Errorf("%s, %s call: got status %d and %d bytes, want %d and %d", path, name, got.status, len(got.body), want.status, len(want.body))
			}
		}
		for _, name := range []string{"Content-Type", "Link", "ETag", "Vary", "X-Ratelimit-Limit"} {
			if second.header.Get(name) != first.header.Get(name) || want.header.Get(name) == "" && second.header.Get(name) != "" {
				t.Errorf("%s: header %s: first %q, second %q, origin %q", path, name, first.header.Get(name), second.header.Get(name), want.header.Get(name))
			}
		}
	}
}

func TestNotModified(t *testing.T) {
	_, shop, f := newForge(t, 3)
	first := get(t, f.URL+pulls, "")
	tag := first.header.Get("ETag")
	if second := get(t, f.URL+pulls, tag); second.status != http.StatusNotModified || len(second.body) > 0 {
		t.Errorf("conditional request: status %d with %d bytes, want 304 without a body", second.status, len(second.body))
	}
	if want := (githubtest.Count{Counted: 1, NotModified: 1}); f.Calls() != want {
		t.Errorf("calls %+v, want %+v", f.Calls(), want)
	}
	shop.OpenPull(githubtest.Pull{Title: "Later"})
	f.Forget()
	if third := get(t, f.URL+pulls, tag); third.status != http.StatusOK || !bytes.Contains(third.body, []byte("Later")) {
		t.Errorf("after a change: got status %d, want 200 and the new pull request", third.status)
	}
}

// After Refresh, calls do not reach the origin.
func TestRefreshRecordsChanges(t *testing.T) {
	origin, shop, f := newForge(t, 3)
	first := get(t, f.URL+pulls, "")
	shop.ClosePull(2)
	f.Refresh("/repos/acme/shop/pulls/2")
	calls := origin.Calls()
	second, ended := get(t, f.URL+pulls, ""), get(t, f.URL+"/repos/acme/shop/pulls/2", "")
	if bytes.Equal(first.body, second.body) || !bytes.Contains(ended.body, []byte(`"state":"closed"`)) {
		t.Error("Refresh did not record the change")
	}
	if origin.Calls() != calls {
		t.Error("a call reached the origin")
	}
}

func TestDelay(t *testing.T) {
	_, _, f := newForge(t, 1)
	get(t, f.URL+pulls, "")
	const delay = 30 * time.Millisecond
	f.Delay(delay)
	start := time.Now()
	get(t, f.URL+pulls, "")
	if took := time.Since(start); took < delay {
		t.Errorf("the call took %s, want at least %s", took, delay)
	}
}

// BenchmarkReplay measures the cost of a replay. It must be small compared with the work
// that other benchmarks measure.
func BenchmarkReplay(b *testing.B) {
	_, _, f := newForge(b, 100)
	tag := get(b, f.URL+pulls, "").header.Get("ETag")
	for name, tag := range map[string]string{"complete": "", "not modified": tag} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				get(b, f.URL+pulls, tag)
				took = append(took, time.Since(start))
			}
			b.ReportMetric(float64(slices.Max(took).Microseconds()), "µs-max")
		})
	}
	b.Log(fmt.Sprint(len(get(b, f.URL+pulls, "").body)/100, " bytes per pull request"))
}
