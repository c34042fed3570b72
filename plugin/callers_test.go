package plugin_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/plugin"
)

const push = `{"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`

// dial opens a connection to a server, and sends text.
func dial(t *testing.T, server, text string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(server, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Minute))
	_, _ = io.WriteString(conn, text) // the server may have closed the connection
	return conn
}

// answer is a response without its body.
type answer struct {
	proto  string
	status int
	header http.Header
	closed bool // the server closes the connection
}

// answerOf reads a response from a connection.
func answerOf(t *testing.T, conn net.Conn) answer {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return answer{response.Proto, response.StatusCode, response.Header, response.Close}
}

// unfinished is a webhook of a stranger, without the end of its body.
func unfinished(sent, declared int) string {
	return fmt.Sprintf("POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"+
		"X-Hub-Signature-256: sha256=%064d\r\nContent-Length: %d\r\n\r\n%s", 0, declared, strings.Repeat("x", sent))
}

// send sends a request with its own connection, and returns the status.
func send(t *testing.T, method, to, body string, header ...string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// The largest webhooks of GitHub are accepted while 1,000 strangers keep webhooks unfinished,
// which together would take more memory than there is.
func TestUnfinishedWebhooksDoNotLockOutOthers(t *testing.T) {
	s := newService(t, "shop")
	server := serve(t, s.Handler.(described).Handler)
	conns := make([]net.Conn, 1000)
	for i := range conns {
		conns[i] = dial(t, server, unfinished(256<<10, 25<<20))
	}
	if refused := answerOf(t, conns[0]); refused.status != http.StatusServiceUnavailable || refused.header.Get("Retry-After") == "" || !refused.closed {
		t.Errorf("the oldest unfinished webhook: got %d and %v, want %d, Retry-After and a closed connection", refused.status, refused.header, http.StatusServiceUnavailable)
	}
	payload := func(size int) string {
		return push[:len(push)-1] + `,"x":"` + strings.Repeat("é", (size-len(push)-7)/2) + `"}`
	}
	form := url.Values{"payload": {payload(10_000_000)}}.Encode() // three times as large
	for media, body := range map[string]string{"application/json": payload(25_000_000), "application/x-www-form-urlencoded": form} {
		if got := send(t, http.MethodPost, server+"/webhooks/github", body, "Content-Type", media, "X-GitHub-Event", "push", "X-Hub-Signature-256", sign(body)); got != http.StatusAccepted {
			t.Errorf("%d bytes of %s: got %d, want %d", len(body), media, got, http.StatusAccepted)
		}
	}
}

// Argo CD gets answers, and streams stay open, while strangers open more connections than
// there is memory for, without sending a complete request.
func TestUnfinishedRequestsDoNotLockOutOthers(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	server := serve(t, s.Handler.(described).Handler)
	request := dial(t, server, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+token+"\r\n\r\n")
	stream, err := http.ReadResponse(bufio.NewReader(request), nil)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatalf("stream: got %v and %v, want %d", stream, err, http.StatusOK)
	}
	defer func() { _ = request.Close(); _ = stream.Body.Close() }() // Close of the body reads it to its end
	for name, sent := range map[string]string{
		"unfinished headers":   "GET /healthz HTTP/1.1\r\nX: " + strings.Repeat("x", 8<<10),
		"unfinished webhooks":  unfinished(1, 25<<20),
		"unfinished refusals":  "POST " + getParams + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
		"requests for metrics": strings.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 3),
	} {
		conns := make([]net.Conn, 2000)
		for i := range conns {
			conns[i] = dial(t, server, sent)
		}
		if got := send(t, http.MethodPost, server+getParams, "{}", "Authorization", "Bearer "+token); got != http.StatusOK {
			t.Errorf("%s: got %d, want %d", name, got, http.StatusOK)
		}
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
			if got := send(t, http.MethodGet, server+path, ""); got != http.StatusOK {
				t.Errorf("%s, %s: got %d, want %d", name, path, got, http.StatusOK)
			}
		}
		for _, conn := range conns {
			_ = conn.Close()
		}
	}
	s.publish(t, "shop", "pr-2")
	for lines := bufio.NewScanner(stream.Body); ; {
		if !lines.Scan() {
			t.Fatalf("the stream has ended: %v", lines.Err())
		}
		if strings.Contains(lines.Text(), "pr-2") {
			return
		}
	}
}

// A client that has not sent its first request yet is not ended for the connections of clients
// that have got their answers.
func TestAnsweredConnectionsDoNotLockOutOthers(t *testing.T) {
	t.Parallel()
	server := serve(t, newService(t, "shop"))
	slow := dial(t, server, "GET /healthz HTTP/1.1\r\n")
	for range 300 { // more than there is memory for
		if got := answerOf(t, dial(t, server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")); got.status != http.StatusOK {
			t.Fatalf("got %d, want %d", got.status, http.StatusOK)
		}
	}
	_, _ = io.WriteString(slow, "Host: x\r\n\r\n") // a closed connection has no answer
	if got := answerOf(t, slow); got.status != http.StatusOK {
		t.Errorf("the slow client: got %d, want %d", got.status, http.StatusOK)
	}
}

// A request without a well-formed signature is refused before its body is sent.
func TestUnsignedWebhooksAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	server := serve(t, newService(t, "shop"))
	head := unfinished(0, 1<<20)
	for name, test := range map[string]struct {
		head string
		want int
	}{
		"no signature":          {strings.Replace(head, "X-Hub-Signature-256", "X-Other", 1), 401},
		"another hash":          {strings.Replace(head, "sha256=", "sha1=", 1), 401},
		"a short signature":     {strings.Replace(head, "sha256=0", "sha256=", 1), 401},
		"no digits":             {strings.Replace(head, "sha256=0", "sha256=g", 1), 401},
		"another type":          {strings.Replace(head, "application/json", "text/plain", 1), 400},
		"too large":             {unfinished(0, 25<<20+1), 413},
		"no forge":              {strings.Replace(head, "/github", "/gitlab", 1), 404},
		"too large a parameter": {"POST " + getParams + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 2000000\r\n\r\n", 413},
	} {
		if got := answerOf(t, dial(t, server, test.head)); got.status != test.want {
			t.Errorf("%s: got %d, want %d", name, got.status, test.want)
		}
	}
}

// Each fault of a body is a fault of the client.
func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	late := plugin.NewServer(newService(t, "shop"), slog.New(slog.DiscardHandler))
	late.ReadTimeout = 2 * time.Second
	server, slow := serve(t, newService(t, "shop")), start(t, late)
	heads := []string{
		strings.Split(unfinished(0, 0), "Content-Length")[0],
		"POST " + getParams + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n",
	}
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	for name, test := range map[string]struct {
		server, body string
		closed       bool // the client closes its side after the body
		want         int
	}{
		"a size that is no number":       {server, chunked + "xyz\r\n", false, 400},
		"an empty size":                  {server, chunked + "\r\n", false, 400},
		"a negative size":                {server, chunked + "-1\r\n", false, 400},
		"a size that is too large":       {server, chunked + "fffffffffffffffff\r\n", false, 400},
		"a chunk that is too long":       {server, chunked + "1\r\nab\r\n0\r\n\r\n", false, 400},
		"a bare LF after the size":       {server, chunked + "1\na\r\n0\r\n\r\n", false, 400},
		"a bare CR in an extension":      {server, chunked + "1;a=\rb\r\na\r\n0\r\n\r\n", false, 400},
		"a bare LF in an extension":      {server, chunked + "1;a=\nb\r\na\r\n0\r\n\r\n", false, 400},
		"a long extension":               {server, chunked + "1;a=" + strings.Repeat("b", 5000) + "\r\na\r\n0\r\n\r\n", false, 400},
		"many extensions":                {server, chunked + strings.Repeat("1;a="+strings.Repeat("b", 3000)+"\r\na\r\n", 30) + "0\r\n\r\n", false, 400},
		"a malformed trailer":            {server, chunked + "1\r\na\r\n0\r\nno trailer\r\n\r\n", false, 400},
		"a long trailer":                 {server, chunked + "1\r\na\r\n0\r\nX: " + strings.Repeat("x", 8000) + "\r\n\r\n", false, 400},
		"the end in a chunk":             {server, chunked + "ff\r\na", true, 400},
		"the end in a size":              {server, chunked + "f", true, 400},
		"the end before the last chunk":  {server, chunked + "1\r\na\r\n", true, 400},
		"the end in the trailer":         {server, chunked + "1\r\na\r\n0\r\nX: ", true, 400},
		"the end before Content-Length":  {server, "Content-Length: 9\r\n\r\na", true, 400},
		"no end of a chunk":              {slow, chunked + "ff\r\na", false, 408},
		"no end before Content-Length":   {slow, "Content-Length: 9\r\n\r\na", false, 408},
		"chunks beyond the bound":        {server, chunked + "1ffffff\r\n" + strings.Repeat("x", 0x1ffffff) + "\r\n0\r\n\r\n", false, 413},
		"a Content-Length above a bound": {server, "Content-Length: 99999999999\r\n\r\n", false, 413},
	} {
		for _, head := range heads {
			conn := dial(t, test.server, head)
			go func() {
				_, _ = io.WriteString(conn, test.body) // the server may have closed the connection
				if test.closed {
					_ = conn.(*net.TCPConn).CloseWrite()
				}
			}()
			if got := answerOf(t, conn); got.status != test.want || !got.closed {
				t.Errorf("%s, %.40q: got %d, closed: %t, want %d and a closed connection", name, head, got.status, got.closed, test.want)
			}
		}
	}
}

// HTTP/2 has bounds of its own. The server does not support it, with or without an upgrade.
func TestServerSpeaksOnlyHTTP1(t *testing.T) {
	t.Parallel()
	server := serve(t, newService(t, "shop"))
	upgrade := dial(t, server, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n")
	if got := answerOf(t, upgrade); got.status != http.StatusOK || got.proto != "HTTP/1.1" {
		t.Errorf("upgrade: got %s %d, want HTTP/1.1 200", got.proto, got.status)
	}
	preface := dial(t, server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	if got := answerOf(t, preface); got.proto != "HTTP/1.1" || got.status/100 != 4 && got.status/100 != 5 {
		t.Errorf("preface: got %s %d, want an error of HTTP/1.1", got.proto, got.status)
	}
}
