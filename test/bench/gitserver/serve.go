package gitserver

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// Server is git http-backend behind a line with latency.
type Server struct {
	*gittest.Server
	received, sent atomic.Int64
}

// Serve serves the repository until the test ends. Each request is answered
// after delay and the time that git takes: one round trip of a connection that
// is open already.
func Serve(t testing.TB, r *gittest.Repo, delay time.Duration) *Server {
	t.Helper()
	s := &Server{}
	s.Server = gittest.Serve(t, r, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			time.Sleep(delay)
			req.Body = &countedBody{req.Body, &s.received}
			next.ServeHTTP(&countedAnswer{w, &s.sent}, req)
		})
	}})
	return s
}

// Traffic returns the bytes of all bodies so far, as the server received and
// sent them.
func (s *Server) Traffic() (received, sent int64) { return s.received.Load(), s.sent.Load() }

// Reset forgets the requests and the bytes so far.
func (s *Server) Reset() {
	s.Server.Reset()
	s.received.Store(0)
	s.sent.Store(0)
}

type countedBody struct {
	io.ReadCloser
	sum *atomic.Int64
}

func (c *countedBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.sum.Add(int64(n))
	return n, err
}

type countedAnswer struct {
	http.ResponseWriter
	sum *atomic.Int64
}

func (c *countedAnswer) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.sum.Add(int64(n))
	return n, err
}

// Unwrap lets http.ResponseController find what the answer can.
func (c *countedAnswer) Unwrap() http.ResponseWriter { return c.ResponseWriter }
