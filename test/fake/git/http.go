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

// ServeOptions say how a Server behaves.
type ServeOptions struct {
	// User and Password, when either is set, are asked for by HTTP basic
	// authentication.
	User, Password string
	// Middleware, when set, stands before everything else: a place for faults.
	Middleware func(http.Handler) http.Handler
}

// Server is git http-backend on a loopback port.
type Server struct {
	// URL of the repository, without credentials.
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

// Requests returns what reached git so far, in order: "GET git-upload-pack"
// for an advertisement, "POST git-upload-pack" for a fetch, and the same of
// git-receive-pack.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Reset forgets the requests so far.
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
		// CGI has no chunked bodies; the git command sends large ones so. Of a
		// body that a killed client left unfinished, git http-backend would wait
		// for the rest for ever.
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, "body", http.StatusBadRequest)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		req.TransferEncoding, req.ContentLength = nil, int64(len(body))
		(&cgi.Handler{
			Path: "/bin/sh", Args: []string{"-c", r.room() + "exec " + program},
			Dir: r.Dir, Env: env, Stderr: io.Discard,
		}).ServeHTTP(w, req)
	})
}

// Foreign is a middleware that makes the server call itself something else than
// git, so that clients don't take it for one.
func Foreign(next http.Handler) http.Handler {
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
			// Real servers echo more than they should; so does this one.
			http.Error(w, "bad credentials "+u+":"+p+" "+req.Header.Get("Authorization"), http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, req)
	})
}
