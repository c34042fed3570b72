package gitea

import (
	"embed"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

//go:embed testdata/answers.json testdata/timelines.json
var testdata embed.FS

// The tokens of the recorded requests. Gitea rejects any other token.
const (
	ReaderToken = "giteatest-canary-reader" // may read the repository
	NarrowToken = "giteatest-canary-narrow" // its scope does not include the repository
)

// The recorded states of the repository acme/shop. Each page lists three entries.
const (
	// Open has seven open pull requests, 1 to 8 without 4, and nine branches.
	Open = "open"
	// Later is the state after these changes: 6 was merged; 7 was closed and its branch
	// deleted; 8 got another title and target; the branch late was pushed.
	Later = "later"
	// Renamed is Later, with the repository renamed to acme/store.
	Renamed = "renamed"
)

// Answer is a recorded response of Gitea.
type Answer struct {
	Request string            `json:"request"` // path below /api/v1, and query
	Token   string            `json:"token"`
	Status  int               `json:"status"`
	Header  map[string]string `json:"header"`
	Body    string            `json:"body"`
}

// Write writes the response to w.
func (a Answer) Write(w http.ResponseWriter) {
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body)
}

// Server replays recorded responses.
type Server struct {
	*httptest.Server
	t       testing.TB
	answers map[string][]Answer

	mu       sync.Mutex
	state    string
	fault    func(http.ResponseWriter, *http.Request) bool
	requests int
}

// New starts a server in the state Open, and stops it when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	return replayFile(t, "testdata/answers.json")
}

// NewTimelines starts a server with the repository acme/forks, whose ID is 6. All its pull
// requests are from forks, and testdata/record/timelines.go records them.
func NewTimelines(t testing.TB) *Server {
	t.Helper()
	return replayFile(t, "testdata/timelines.json")
}

func replayFile(t testing.TB, name string) *Server {
	t.Helper()
	recorded, err := testdata.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return Replay(t, recorded)
}

// Replay starts a server with another recording, in the format of testdata/answers.json.
func Replay(t testing.TB, recorded []byte) *Server {
	t.Helper()
	s := &Server{t: t, state: Open}
	if err := json.Unmarshal(recorded, &s.answers); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// SetState switches to another recorded state.
func (s *Server) SetState(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = name
}

// Fault installs a hook that gets each request first and returns whether it has
// answered. The hook may be called concurrently. nil removes it.
func (s *Server) Fault(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Requests returns the number of requests so far.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	fault := s.fault
	s.mu.Unlock()
	if fault == nil || !fault(w, r) {
		s.Answer(r).Write(w)
	}
}

// Answer returns the recorded response to r in the current state. It fails the test if
// there is no recording.
func (s *Server) Answer(r *http.Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/api/v1")
	request := path
	if query := r.URL.Query().Encode(); query != "" {
		request += "?" + query
	}
	for _, a := range s.answers[s.state] {
		if a.Request == request && a.Token == tokenOf(r) && r.Method == http.MethodGet {
			return a
		}
	}
	s.t.Errorf("gitea: no recording of %s %s with token %s in state %s", r.Method, request, tokenOf(r), s.state)
	return Answer{Status: http.StatusNotImplemented}
}

// tokenOf returns the name of the request's token in the recording.
func tokenOf(r *http.Request) string {
	switch r.Header.Get("Authorization") {
	case "":
		return "none"
	case "token " + ReaderToken:
		return "reader"
	case "token " + NarrowToken:
		return "narrow"
	}
	return "wrong"
}
