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

//go:embed testdata/answers.json
var testdata embed.FS

// The tokens that requests were recorded with. Any other is wrong.
const (
	ReaderToken = "giteatest-canary-reader" // may read the repository
	NarrowToken = "giteatest-canary-narrow" // may not: its scope is another
)

// The moments that were recorded of acme/shop, which lists three entries a
// page.
const (
	// Open has seven open pull requests, 1 to 8 without 4, and nine branches.
	Open = "open"
	// Later is after 6 was merged, 7 closed and its branch deleted, 8 renamed
	// and given another target, and the branch late pushed.
	Later = "later"
	// Renamed is Later, with the repository renamed to acme/store.
	Renamed = "renamed"
)

// Answer is what Gitea answered.
type Answer struct {
	Request string            `json:"request"` // path below /api/v1, and query
	Token   string            `json:"token"`
	Status  int               `json:"status"`
	Header  map[string]string `json:"header"`
	Body    string            `json:"body"`
}

// Write gives the answer to w.
func (a Answer) Write(w http.ResponseWriter) {
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body)
}

// Server is a Gitea of the past.
type Server struct {
	*httptest.Server
	t       testing.TB
	answers map[string][]Answer

	mu       sync.Mutex
	scene    string
	fault    func(http.ResponseWriter, *http.Request) bool
	requests int
}

// New starts a server at the moment Open. It ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	recorded, err := testdata.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	return Replay(t, recorded)
}

// Replay starts a server of another recording, in the form of testdata/answers.json.
func Replay(t testing.TB, recorded []byte) *Server {
	t.Helper()
	s := &Server{t: t, scene: Open}
	if err := json.Unmarshal(recorded, &s.answers); err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// Scene goes to another moment.
func (s *Server) Scene(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scene = name
}

// Fault puts f before the recorded answers; it returns whether it has answered.
// It may be called from several goroutines. nil takes it off.
func (s *Server) Fault(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Requests returns how many there were.
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

// Answer returns what was answered to r at the moment that is played.
func (s *Server) Answer(r *http.Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/api/v1")
	asked := path
	if query := r.URL.Query().Encode(); query != "" {
		asked += "?" + query
	}
	for _, a := range s.answers[s.scene] {
		if a.Request == asked && a.Token == tokenOf(r) && r.Method == http.MethodGet {
			return a
		}
	}
	s.t.Errorf("gitea: nothing was recorded for %s %s with token %s", r.Method, asked, tokenOf(r))
	return Answer{Status: http.StatusNotImplemented}
}

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
