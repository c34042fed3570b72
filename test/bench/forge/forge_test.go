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

// world is acme/shop with some open pull requests, and the forge before it.
func world(t testing.TB, open int) (*githubtest.Server, *githubtest.Repo, *forge.Forge) {
	t.Helper()
	origin := githubtest.New(t)
	shop := origin.Repo("acme", "shop")
	for range open {
		shop.OpenPull(githubtest.Pull{})
	}
	return origin, shop, forge.New(t, origin)
}

type got struct {
	status int
	header http.Header
	body   []byte
}

func get(t testing.TB, url, tag string) got {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{response.StatusCode, response.Header, body}
}

// What is replayed are the origin's own answers, told of the forge's host.
func TestReplayIsTheOrigins(t *testing.T) {
	origin, _, f := world(t, 250)
	for _, path := range []string{pulls, pulls + "&page=3", "/repos/acme/shop", "/repos/acme/shop/pulls/7", "/repos/acme/shop/pulls/999"} {
		first := get(t, f.URL+path, "")
		asked := origin.Calls()
		again := get(t, f.URL+path, "")
		if origin.Calls() != asked {
			t.Errorf("%s: the origin was asked again", path)
		}
		own := get(t, origin.URL+path, "")
		own.body = bytes.ReplaceAll(own.body, []byte(origin.URL), []byte(f.URL))
		for name, answer := range map[string]got{"first": first, "again": again} {
			if answer.status != own.status || !bytes.Equal(answer.body, own.body) {
				t.Errorf("%s, %s: status %d, want %d, and %d bytes, want %d", path, name, answer.status, own.status, len(answer.body), len(own.body))
			}
		}
		for _, name := range []string{"Content-Type", "Link", "ETag", "Vary", "X-Ratelimit-Limit"} {
			if again.header.Get(name) != first.header.Get(name) || own.header.Get(name) == "" && again.header.Get(name) != "" {
				t.Errorf("%s: %s is %q, at first %q", path, name, again.header.Get(name), first.header.Get(name))
			}
		}
	}
}

func TestNotModified(t *testing.T) {
	_, shop, f := world(t, 3)
	first := get(t, f.URL+pulls, "")
	tag := first.header.Get("ETag")
	if second := get(t, f.URL+pulls, tag); second.status != http.StatusNotModified || len(second.body) > 0 {
		t.Errorf("status %d with %d bytes", second.status, len(second.body))
	}
	if want := (githubtest.Count{Counted: 1, NotModified: 1}); f.Calls() != want {
		t.Errorf("calls %+v, want %+v", f.Calls(), want)
	}
	shop.OpenPull(githubtest.Pull{Title: "Later"})
	f.Forget()
	if third := get(t, f.URL+pulls, tag); third.status != http.StatusOK || !bytes.Contains(third.body, []byte("Later")) {
		t.Errorf("after a change: status %d", third.status)
	}
}

// After Refresh nobody waits for the origin.
func TestRefresh(t *testing.T) {
	origin, shop, f := world(t, 3)
	first := get(t, f.URL+pulls, "")
	shop.ClosePull(2)
	f.Refresh("/repos/acme/shop/pulls/2")
	asked := origin.Calls()
	second, ended := get(t, f.URL+pulls, ""), get(t, f.URL+"/repos/acme/shop/pulls/2", "")
	if bytes.Equal(first.body, second.body) || !bytes.Contains(ended.body, []byte(`"state":"closed"`)) {
		t.Error("the answers are those from before the change")
	}
	if origin.Calls() != asked {
		t.Error("the origin was asked")
	}
}

func TestDelay(t *testing.T) {
	_, _, f := world(t, 1)
	get(t, f.URL+pulls, "")
	const delay = 30 * time.Millisecond
	f.Delay(delay)
	start := time.Now()
	get(t, f.URL+pulls, "")
	if took := time.Since(start); took < delay {
		t.Errorf("took %s", took)
	}
}

// What a replay costs, delay apart, is a copy of its bytes: it must not be what
// is measured.
func BenchmarkReplay(b *testing.B) {
	_, _, f := world(b, 100)
	tag := get(b, f.URL+pulls, "").header.Get("ETag")
	for name, tag := range map[string]string{"whole": "", "not modified": tag} {
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
	b.Log(fmt.Sprint(len(get(b, f.URL+pulls, "").body)/100, " bytes a pull request"))
}
