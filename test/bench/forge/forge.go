package forge

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// quota is the remaining rate limit when a response is recorded.
const quota = 5000

// Forge replays the responses of a githubtest.Server. It is safe for concurrent use.
type Forge struct {
	// URL is the root of the server, http://127.0.0.1:<port>.
	URL string

	origin               *githubtest.Server
	host                 string
	delay                atomic.Int64 // nanoseconds
	counted, notModified atomic.Int64

	mu      sync.RWMutex
	answers map[string]recorded // by URI
}

// recorded is a complete response to a GET request. It is read-only.
type recorded struct {
	status int
	header http.Header
	body   []byte
}

// New starts a forge with the repositories of origin, and stops it when the test ends.
func New(t testing.TB, origin *githubtest.Server) *Forge {
	t.Helper()
	f := &Forge{origin: origin, answers: map[string]recorded{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.URL, f.host = server.URL, server.Listener.Addr().String()
	return f
}

// APIURL returns the base URL of the API, as on GitHub Enterprise Server.
func (f *Forge) APIURL() string { return f.URL + githubtest.Enterprise }

// Delay sets the delay of each later call.
func (f *Forge) Delay(d time.Duration) { f.delay.Store(int64(d)) }

// Calls returns the number of calls so far: Counted use the quota, NotModified do not.
// The calls that record responses are not included.
func (f *Forge) Calls() githubtest.Count {
	return githubtest.Count{Counted: int(f.counted.Load()), NotModified: int(f.notModified.Load())}
}

// Forget removes all recorded responses, for use after a change of the origin. The next
// call of each URI records the response again and is slow.
func (f *Forge) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.answers)
}

// Refresh records all recorded responses again, and also the given URIs, for use after a
// change of the origin. Later calls of these URIs are fast.
func (f *Forge) Refresh(uris ...string) {
	f.mu.RLock()
	for uri := range f.answers {
		uris = append(uris, uri)
	}
	f.mu.RUnlock()
	for _, uri := range uris {
		request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, uri, nil)
		request.Host = f.host
		f.record(request)
	}
}

// ServeHTTP responds as the origin does.
func (f *Forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if wait := time.Duration(f.delay.Load()); wait > 0 {
		time.Sleep(wait)
	}
	if r.Method != http.MethodGet {
		f.origin.ServeHTTP(w, r)
		return
	}
	f.mu.RLock()
	answer, known := f.answers[r.URL.RequestURI()]
	f.mu.RUnlock()
	if !known {
		answer = f.record(r)
	}
	maps.Copy(w.Header(), answer.header)
	if tag := answer.header.Get("ETag"); tag != "" && r.Header.Get("If-None-Match") == tag {
		f.notModified.Add(1)
		w.Header().Del("Content-Type") // as githubtest does
		w.Header().Del("Link")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	f.counted.Add(1)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// record stores the unconditional, anonymous response to r.
func (f *Forge) record(r *http.Request) recorded {
	r = r.Clone(r.Context())
	r.Header.Del("If-None-Match")
	r.Header.Del("Authorization")
	f.origin.Quota(quota, time.Now().Add(time.Hour))
	got := f.origin.Answer(r) //nolint:contextcheck // the request has it
	answer := recorded{status: got.Code, header: got.Header(), body: got.Body.Bytes()}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[r.URL.RequestURI()] = answer
	return answer
}
