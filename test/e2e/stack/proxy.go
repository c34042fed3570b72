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

// Fault is the behavior of a proxy.
type Fault int32

// The faults of a proxy.
const (
	// None forwards all requests. The response is 502 if the forge does not run.
	None Fault = iota
	// NoAPI responds to API requests with 502, and forwards Git requests.
	NoAPI
	// Cut closes the connection of each request without a response.
	Cut
)

// Proxy is a reverse proxy in front of a forge, like an Ingress. It can inject faults.
type Proxy struct {
	// URL is the public URL of the forge.
	URL string

	fault  atomic.Int32
	server *http.Server
}

// startProxy starts a proxy for the forge at address. The caller must close it.
func startProxy(address string) (*Proxy, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Proxy{URL: "http://" + listener.Addr().String()}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the forge uses it in links
		},
		ModifyResponse: finishPush,
		ErrorLog:       log.New(io.Discard, "", 0), // the response has the error
	}
	f.server = &http.Server{Handler: f.injectFault(proxy), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.server.Serve(listener) }()
	return f, nil
}

// Set sets the fault of later requests.
func (f *Proxy) Set(fault Fault) { f.fault.Store(int32(fault)) }

// Close stops the proxy and closes all connections.
func (f *Proxy) Close() error { return f.server.Close() }

func (f *Proxy) injectFault(next http.Handler) http.Handler {
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

// maxPush bounds a push whose client has ended.
const maxPush = time.Minute

func isPush(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/git-receive-pack") }

// finishPush reads the complete response to a push, so that the push finishes even if its
// client is killed. Otherwise Gitea would kill git. If git is updating the branch at that
// time, it leaves a HEAD.lock, and all later pushes fail.
func finishPush(response *http.Response) error {
	if !isPush(response.Request) {
		return nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return err
}
