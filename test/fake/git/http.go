package git

import (
	"bytes"
	"crypto/subtle"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
)

// ServeOptions configures a Server.
type ServeOptions struct {
	// User and Password are required with HTTP basic authentication if either is set.
	User, Password string
	// Middleware, unless nil, gets each request first, for example to inject faults.
	Middleware func(http.Handler) http.Handler
}

// Server is git http-backend on a loopback port.
type Server struct {
	// URL is the URL of the repository, without credentials.
	URL string

	mu       sync.Mutex
	requests []string
}

// Serve serves one repository over smart HTTP until the test ends.
func Serve(t testing.TB, r *Repo, o ServeOptions) *Server {
	t.Helper()
	s := &Server{}
	handler := s.count(backend(t, r))
	if o.User != "" || o.Password != "" {
		handler = basicAuth(o.User, o.Password, handler)
	}
	if o.Middleware != nil {
		handler = o.Middleware(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.URL = server.URL + "/" + filepath.Base(r.Dir)
	return s
}

// Requests returns the requests that reached git so far, in order: "GET git-upload-pack"
// for an advertisement, "POST git-upload-pack" for a fetch, and likewise for
// git-receive-pack.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Reset clears the list of requests.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

func (s *Server) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, req.Method+" "+service(req))
		s.mu.Unlock()
		next.ServeHTTP(w, req)
	})
}

func backend(t testing.TB, r *Repo) http.Handler {
	t.Helper()
	program := filepath.Join(Git(t, ".", "--exec-path"), "git-http-backend")
	env := Env("GIT_PROJECT_ROOT="+filepath.Dir(r.Dir), "GIT_HTTP_EXPORT_ALL=1")
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		// Read the complete body first. CGI does not support chunked bodies, which
		// git sends when they are large. And when a killed client leaves its body
		// unfinished, git http-backend would wait for the rest forever.
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, "incomplete body", http.StatusBadRequest)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		req.TransferEncoding, req.ContentLength = nil, int64(len(body))
		handler := &cgi.Handler{Path: program, Dir: r.Dir, Env: env, Stderr: io.Discard}
		if limit := r.diskLimit(); limit != "" {
			handler.Path, handler.Args = "/bin/sh", []string{"-c", limit + "exec " + program}
		}
		handler.ServeHTTP(w, req)
	})
}

// OtherAgent is a middleware that advertises another agent than git, so that clients
// do not recognize the server as git.
func OtherAgent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet {
			next.ServeHTTP(w, req)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, req)
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte("agent=git/"), []byte("agent=got/")))
	})
}

func basicAuth(user, password string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		u, p, _ := req.BasicAuth()
		same := subtle.ConstantTimeCompare([]byte(u+"\x00"+p), []byte(user+"\x00"+password)) == 1
		if !same {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			// Some servers echo the credentials in the error. Clients must not log them.
			http.Error(w, "bad credentials "+u+":"+p+" "+req.Header.Get("Authorization"), http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, req)
	})
}
