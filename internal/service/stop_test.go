package service_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// A request that never ends delays the end of the service by a few seconds only, and is no
// error. stop fails the test on an error.
func TestStopClosesSlowRequests(t *testing.T) {
	t.Parallel()
	signature := strings.Repeat("0", 64)
	for name, test := range map[string]struct{ request, wait string }{
		"webhook of GitHub without its body": {"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=" + signature + "\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 100 Continue"},
		"webhook of Gitea without its body":  {"POST /webhooks/gitea HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Gitea-Signature: " + signature + "\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 100 Continue"},
		"refused request without its body":   {"POST /api/v1/getparams.execute HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", ""},
		"request without its last header":    {"GET /healthz HTTP/1.1\r\nHost: x\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, app := newHarness(t), newApp(t, "cart")
			h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
			stop := h.start()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := io.WriteString(conn, test.request); err != nil {
				t.Fatal(err)
			}
			reader := bufio.NewReader(conn)
			if test.wait != "" {
				if line, err := reader.ReadString('\n'); err != nil || strings.TrimSpace(line) != test.wait {
					t.Fatalf("got %q, %v, want %q", line, err, test.wait)
				}
			}
			start := time.Now()
			stop()
			if took := time.Since(start); took > 8*time.Second {
				t.Errorf("the service took %s to end, want at most 8s", took)
			}
			if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, reader); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection is open after the end of the service, want it closed")
			}
		})
	}
}
