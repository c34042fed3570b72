package github

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Enterprise is the path of the API on GitHub Enterprise Server. The fake serves the
// API both there and at the root, like api.github.com.
const Enterprise = "/api/v3"

// Server is a fake GitHub. Its methods are safe for concurrent use, including calls
// from a fault hook.
type Server struct {
	// URL is the root of the server, http://127.0.0.1:<port>.
	URL string

	t        testing.TB
	conform  *conformance
	upstream *http.Transport

	mu        sync.Mutex
	clock     time.Time
	nextID    int64
	repos     []*Repo
	renamed   map[string]int64 // former full name → repository
	tokens    map[string]time.Time
	actors    map[string]actor // token → who uses it
	writes    int
	denied    int // status for requests that write; 0 for none
	apps      map[int64]*app
	lifetime  time.Duration
	pageLimit int
	rate      rate
	calls     map[Kind]Count
	fault     func(http.ResponseWriter, *http.Request) bool
}

// New starts a server and stops it when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		t:        t,
		conform:  loadConformance(t),
		upstream: &http.Transport{},
		clock:    time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
		renamed:  map[string]int64{},
		tokens:   map[string]time.Time{},
		actors:   map[string]actor{},
		apps:     map[int64]*app{},
		lifetime: time.Hour, pageLimit: 100,
		rate:  rate{limit: 5000, remaining: 5000, reset: time.Now().Add(time.Hour)},
		calls: map[Kind]Count{},
	}
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(server.Close)
	t.Cleanup(s.upstream.CloseIdleConnections)
	return s
}

// APIURL returns the base URL of the API, as on GitHub Enterprise Server.
func (s *Server) APIURL() string {
	return s.URL + Enterprise
}

// Transport redirects requests for https://api.github.com to this server, and fails
// the test on requests to any other host.
func (s *Server) Transport() http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Scheme != "https" || r.URL.Host != "api.github.com" {
			s.t.Errorf("got a request for %s, want https://api.github.com", r.URL.Redacted())
		}
		inner := r.Clone(r.Context())
		inner.Host = r.URL.Host
		inner.URL.Scheme = "http"
		inner.URL.Host = strings.TrimPrefix(s.URL, "http://")
		return s.upstream.RoundTrip(inner)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Fault installs a hook that gets each request first and returns whether it has
// answered. nil removes the hook.
func (s *Server) Fault(hook func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// ServeHTTP responds as GitHub does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault := s.fault
	s.mu.Unlock()
	if fault != nil && fault(w, r) {
		s.count(newExchange(r).kind, func(c *Count) { c.Faulted++ })
		return
	}
	answer := s.Answer(r)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// Answer returns the response to r without a fault, for hooks that modify it.
func (s *Server) Answer(r *http.Request) *httptest.ResponseRecorder {
	e := newExchange(r)
	recorder := httptest.NewRecorder()
	body := s.answer(recorder, e)
	if violation := s.conform.check(e, body, recorder.Result(), recorder.Body.Bytes()); violation != nil {
		s.t.Errorf("%s %s does not conform to GitHub's description: %v", r.Method, r.URL.RequestURI(), violation)
	}
	return recorder
}

// answer writes the response and returns the body of the request.
func (s *Server) answer(w http.ResponseWriter, e *exchange) []byte {
	var body bytes.Buffer
	if _, err := body.ReadFrom(e.request.Body); err != nil {
		s.t.Errorf("read request: %v", err)
	}
	e.body = body.Bytes()
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("X-GitHub-Request-Id", "CAFE:"+e.request.RemoteAddr)
	w.Header().Set("X-GitHub-Media-Type", "github.v3; format=json")
	switch refusal := s.refuse(w, e); {
	case refusal != nil:
		s.calls[e.kind] = s.calls[e.kind].plus(Count{Refused: 1})
		e.write(w, *refusal)
	default:
		s.serve(w, e)
	}
	return body.Bytes()
}

// serve routes a request that refuse has accepted, and counts it against the quota
// unless the response is 304.
func (s *Server) serve(w http.ResponseWriter, e *exchange) {
	result := s.route(w, e)
	notModified := result.notModified(w, e.request)
	if !notModified {
		s.rate.remaining--
	}
	s.rate.writeHeader(w)
	if notModified {
		s.calls[e.kind] = s.calls[e.kind].plus(Count{NotModified: 1})
		w.Header().Del("Content-Type")
		w.Header().Del("Link")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.calls[e.kind] = s.calls[e.kind].plus(Count{Counted: 1})
	e.write(w, result)
}
