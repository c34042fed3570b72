package network_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/network"
)

// get requests a URL, and returns the error.
func get(ctx context.Context, t *testing.T, url string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	return err
}

func TestExplain(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	closing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(closing.Close)
	short, cancel := network.WithTimeout(t.Context(), time.Second)
	t.Cleanup(cancel)
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 443}, Err: err}
	}
	for name, test := range map[string]struct {
		err  error
		want string
		is   error
	}{
		"refused":         {get(t.Context(), t, "http://127.0.0.1:1"), "127.0.0.1:1 refuses the connection", syscall.ECONNREFUSED},
		"no TLS":          {get(t.Context(), t, "https://"+plain.Listener.Addr().String()), "the server does not use TLS: write http:// instead of https://, or the port with TLS", nil},
		"no TLS (client)": {&url.Error{Op: "Get", URL: "https://git.acme.example", Err: http.ErrSchemeMismatch}, "the server does not use TLS: write http:// instead of https://, or the port with TLS", http.ErrSchemeMismatch},
		"certificate":     {get(t.Context(), t, secure.URL), "the certificate of the server is not valid here: no authority that this machine trusts has signed it", nil},
		"silent":          {get(short, t, silent.URL), "the server did not answer within 1s", context.DeadlineExceeded},
		"closed":          {get(t.Context(), t, closing.URL), "the server closed the connection before its answer was complete", io.EOF},
		"unknown host":    {dial(&net.DNSError{Name: "git.acme.example", IsNotFound: true}), "the host git.acme.example does not exist", nil},
		"no DNS server":   {dial(&net.DNSError{Name: "git.acme.example", IsTimeout: true}), "the address of the host git.acme.example can't be looked up", nil},
		"silent host":     {dial(context.DeadlineExceeded), "10.0.0.1:443 does not answer", context.DeadlineExceeded},
		"no route":        {dial(syscall.EHOSTUNREACH), "the network has no route to 10.0.0.1:443", syscall.EHOSTUNREACH},
		"deadline":        {context.DeadlineExceeded, "the server did not answer in time", context.DeadlineExceeded},
		"other":           {errors.New("canary"), "canary", nil},
		"cancelled":       {context.Canceled, "context canceled", context.Canceled},
		"explained":       {fmt.Errorf("outer: %w", network.Explain(context.DeadlineExceeded)), "outer: the server did not answer in time", context.DeadlineExceeded},
	} {
		got := network.Explain(test.err)
		if got.Error() != test.want || !errors.Is(got, test.err) || test.is != nil && !errors.Is(got, test.is) {
			t.Errorf("%s: got %q for %v, want %q", name, got, test.err, test.want)
		}
	}
	if network.Explain(nil) != nil {
		t.Error("nil: got an error")
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	if err := network.Status(502); !errors.Is(err, network.ErrStatus) || !strings.HasSuffix(err.Error(), "status 502") {
		t.Errorf("got %v", err)
	}
}
