package stack

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Fault is what a front does with requests.
type Fault int32

// The faults of a front.
const (
	// None hands requests on, and answers 502 where nothing is behind it.
	None Fault = iota
	// NoAPI answers 502 to requests for the API, and hands on those of Git.
	NoAPI
	// Cut ends the connection of each request without an answer.
	Cut
)

// Front stands before a forge, as an Ingress does, and can be made to fail.
type Front struct {
	// URL is the forge's, for all who don't know what is behind.
	URL string

	fault  atomic.Int32
	server *http.Server
}

// startFront starts a front on an address of its own. It is to be closed.
func startFront(behind string) (*Front, error) {
	target, err := url.Parse(behind)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Front{URL: "http://" + listener.Addr().String()}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // in the links that the forge makes
		},
		ModifyResponse: finishPush,
		ErrorLog:       log.New(io.Discard, "", 0), // the answer says it
	}
	f.server = &http.Server{Handler: f.failing(proxy), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.server.Serve(listener) }()
	return f, nil
}

// Set makes the front fail with fault from now on, or work again.
func (f *Front) Set(fault Fault) { f.fault.Store(int32(fault)) }

// Close cuts what is open.
func (f *Front) Close() error { return f.server.Close() }

func (f *Front) failing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch fault := Fault(f.fault.Load()); {
		case fault == Cut:
			panic(http.ErrAbortHandler)
		case fault == NoAPI && strings.HasPrefix(r.URL.Path, "/api/"):
			http.Error(w, "bad gateway", http.StatusBadGateway)
		case isPush(r):
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), maxPush)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// maxPush is how long a push may take that nobody waits for any more.
const maxPush = time.Minute

func isPush(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/git-receive-pack") }

// finishPush reads the complete answer to a push, so that the push ends also where
// its client is killed meanwhile: Gitea would kill git, and when that is just
// moving the branch, it leaves a HEAD.lock by which all later pushes fail.
func finishPush(answer *http.Response) error {
	if !isPush(answer.Request) {
		return nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return err
}
