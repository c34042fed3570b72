package gitserver

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// Server is git http-backend behind a connection with latency.
type Server struct {
	*gittest.Server
	received, sent atomic.Int64
}

// Serve serves the repository until the test ends. The answer to each request takes
// delay longer, like a round trip on an open connection.
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

// Traffic returns the total size of the request and response bodies so far, in bytes.
func (s *Server) Traffic() (received, sent int64) { return s.received.Load(), s.sent.Load() }

// Reset clears the requests and the traffic.
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

// Unwrap gives http.ResponseController access to the underlying writer.
func (c *countedAnswer) Unwrap() http.ResponseWriter { return c.ResponseWriter }
