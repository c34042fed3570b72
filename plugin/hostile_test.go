package plugin_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/plugin"
)

// requestOfSize returns a valid request of so many bytes.
func requestOfSize(size int) string {
	const head, tail = `{"input":{"parameters":{"set":"shop","x":"`, `"}}}`
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

// The response to any request is either a complete answer in valid JSON or an error.
func TestRequestBodiesGetCompleteAnswerOrError(t *testing.T) {
	with := func(parameters string) string { return `{"input":{"parameters":` + parameters + `}}` }
	for name, test := range map[string]struct {
		body string
		want int
	}{
		"1 MiB":                     {requestOfSize(1 << 20), 200},
		"1 MiB and a byte":          {requestOfSize(1<<20 + 1), 413},
		"deep lists":                {with(`{"set":"shop","x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}"), 200},
		"too deep lists":            {with(`{"set":"shop","x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}"), 400},
		"too deep maps":             {strings.Repeat(`{"input":`, 100_000), 400},
		"huge number":               {with(`{"set":"shop","x":1e999999}`), 400},
		"long number":               {with(`{"set":"shop","x":` + strings.Repeat("9", 300) + `}`), 200},
		"number of a megabyte":      {with(`{"set":"shop","x":` + strings.Repeat("9", 1<<19) + `}`), 400},
		"invalid UTF-8":             {with("{\"set\":\"shop\",\"x\":\"\xff\xfe\"}"), 400},
		"invalid UTF-8 in the set":  {with("{\"set\":\"sh\xffop\"}"), 400},
		"invalid UTF-8 in the name": {"{\"applicationSetName\":\"\xff\",\"input\":{\"parameters\":{\"set\":\"shop\"}}}", 400},
		"half a surrogate":          {with(`{"set":"shop","x":"\ud800"}`), 200},
		"byte order mark":           {"\ufeff" + with(`{"set":"shop"}`), 400},
		"NUL in the set":            {with(`{"set":"shop\u0000"}`), 404},
		"NUL at the end":            {with(`{"set":"shop"}`) + "\x00", 400},
		"UTF-16":                    {"{\x00\"\x00", 400},
		"set twice":                 {with(`{"set":"web","set":"shop"}`), 200},
		"set in another case":       {with(`{"SET":"shop"}`), 400},
		"set in both cases":         {with(`{"set":"shop","SET":7,"sEt":"web"}`), 200},
		"set is a map":              {with(`{"set":{"shop":1}}`), 400},
		"set is a list":             {with(`{"set":["shop"]}`), 400},
		"set is true":               {with(`{"set":true}`), 400},
		"set is null":               {with(`{"set":null}`), 400},
		"set is a path":             {with(`{"set":"../shop"}`), 404},
		"set is long":               {with(`{"set":"` + strings.Repeat("a", 1<<19) + `"}`), 404},
		"input is a list":           {`{"input":[{"parameters":{"set":"shop"}}]}`, 400},
		"input twice":               {`{"input":{"parameters":{"set":"web"}},"input":{"parameters":{"set":"shop"}}}`, 200},
		"value with brackets":       {with(`{"set":"shop","x":"}],\"set\":\"web\"}]}}"}`), 200},
		"script as value":           {with(`{"set":"shop","x":"</script>{{.x}}"}`), 200},
		"gzip":                      {gzipped(with(`{"set":"shop"}`)), 400},
		"a form":                    {"set=shop", 400},
		"YAML":                      {"input: {parameters: {set: shop}}", 400},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, "shop", "web")
			s.publish(t, "shop", "pr-1", "pr-2")
			r := s.ask(test.body)
			if r.Code != test.want {
				t.Fatalf("got %d: %.300s, want %d", r.Code, r.Body, test.want)
			}
			if r.Code != http.StatusOK {
				if text := message(t, r); len(text) > 160 {
					t.Errorf("got message %q, want at most 160 bytes", text)
				}
				return
			}
			if sets := parameters(t, r); len(sets) != 2 || sets[0]["set"] != "shop" || sets[1]["id"] != "pr-2" {
				t.Errorf("got %.300s, want pr-1 and pr-2 of shop", r.Body)
			}
		})
	}
}

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text) // a write to memory can't fail
	_ = w.Close()
	return out.String()
}

// sendWebhook sends a GitHub webhook with a signature of signed, and returns the status.
func (s *service) sendWebhook(body, signed string, header ...string) int {
	return s.call(http.MethodPost, "/webhooks/github", body, append([]string{
		"X-GitHub-Event", "push", "X-Hub-Signature-256", sign(signed),
		"Content-Type", "application/json", "Authorization", "",
	}, header...)...).Code
}

func TestHostileWebhooksAreRefused(t *testing.T) {
	const good = `{"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`
	bomb := gzipped(good + strings.Repeat(" ", 64<<20))
	padded := func(size int) string { return good + strings.Repeat(" ", size-len(good)) }
	for name, test := range map[string]struct {
		body, signed string
		header       []string
		want         int
	}{
		"25 MiB":                             {padded(25 << 20), padded(25 << 20), nil, 202},
		"25 MiB and a byte":                  {padded(25<<20 + 1), padded(25<<20 + 1), nil, 413},
		"gzip bomb":                          {bomb, bomb, []string{"Content-Encoding", "gzip"}, 400},
		"signature of the uncompressed body": {bomb, good, []string{"Content-Encoding", "gzip"}, 401},
		"text":                               {good, good, []string{"Content-Type", "text/plain"}, 400},
		"no type":                            {good, good, []string{"Content-Type", ""}, 400},
		"multipart":                          {good, good, []string{"Content-Type", "multipart/form-data; boundary=x"}, 400},
		"long content type":                  {good, good, []string{"Content-Type", strings.Repeat("a/b;", 10_000)}, 400},
		"unsigned":                           {good, good, []string{"X-Hub-Signature-256", ""}, 401},
		"signed by SHA-1":                    {good, good, []string{"X-Hub-Signature-256", "", "X-Hub-Signature", "sha1=" + strings.Repeat("0", 40)}, 401},
		"signed for Gitea":                   {good, good, []string{"X-Hub-Signature-256", "", "X-Gitea-Signature", strings.Repeat("0", 64)}, 401},
		"control characters in event":        {good, good, []string{"X-GitHub-Event", "push\x1b[31m"}, 202},
		"form with many fields":              {strings.Repeat("payload=%7B%7D&", 1<<17), strings.Repeat("payload=%7B%7D&", 1<<17), []string{"Content-Type", "application/x-www-form-urlencoded"}, 400},
		"deep nesting":                       {strings.Repeat("[", 5<<20), strings.Repeat("[", 5<<20), nil, 400},
		"many path segments":                 {`{"repository":{"full_name":"` + strings.Repeat("a/", 1<<20) + `"}}`, `{"repository":{"full_name":"` + strings.Repeat("a/", 1<<20) + `"}}`, nil, 400},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, "shop")
			if got := s.sendWebhook(test.body, test.signed, test.header...); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
			for _, e := range s.events {
				e.Signer = ""
				if e != (forge.Event{ForgeHost: "github.com", FullName: "acme/shop", Announcement: forge.Announcement{Vague: true}}) {
					t.Errorf("got event %+v, want acme/shop on github.com", e)
				}
			}
			if strings.ContainsRune(s.log.String(), '\x1b') {
				t.Errorf("the log contains control characters: %q", s.log.String())
			}
		})
	}
}

// The test shortens the timeouts of the server.
func TestServerTimesOutSlowRequests(t *testing.T) {
	server := plugin.NewServer(newService(t, "shop"), slog.New(slog.DiscardHandler))
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Fatalf("got %+v, want every timeout and bound to be set", server)
	}
	if server.ReadTimeout > time.Minute || server.MaxHeaderBytes > 1<<20 {
		t.Errorf("got timeout %s and header bound %d, want at most 1m and 1 MiB", server.ReadTimeout, server.MaxHeaderBytes)
	}
	server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout = 50*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Shutdown(context.WithoutCancel(t.Context())) })
	const line, host = "POST /webhooks/github HTTP/1.1\r\n", "Host: x\r\n"
	for name, sent := range map[string]string{
		"nothing":      "",
		"half a line":  "POST /web",
		"half headers": line + host + "X-A: b\r\n",
		"half a body":  line + host + "Content-Length: 1000\r\n\r\nhalf",
		"half a chunk": line + host + "Transfer-Encoding: chunked\r\n\r\nff\r\nhalf",
		"kept open":    "GET /healthz HTTP/1.1\r\n" + host + "\r\n",
		"long headers": line + host + "X-A: " + strings.Repeat("b", 1<<20) + "\r\n\r\n",
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		_, _ = io.WriteString(conn, sent) // the server may have closed the connection
		answer, err := io.ReadAll(conn)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() || strings.HasPrefix(string(answer), "HTTP/1.1 202") {
			t.Errorf("%s: the server did not time out: %v, %s", name, err, answer)
		}
		_ = conn.Close()
	}
}

// The value of a panic can contain credentials.
func TestPanicValueIsNotRevealed(t *testing.T) {
	var log bytes.Buffer
	var value any
	handler := describe(t, plugin.New(plugin.Options{
		Board: plugin.NewBoard(time.Now), Token: func() string { panic(value) }, Metrics: http.NotFoundHandler(),
		Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}))
	for _, value = range []any{"canary", fmt.Errorf("with %s", "canary"), struct{ Token string }{"canary"}, []byte("canary"), http.ErrAbortHandler} {
		r := httptest.NewRecorder()
		handler.ServeHTTP(r, httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", nil).WithContext(t.Context()))
		if r.Code == http.StatusUnauthorized {
			request := httptest.NewRequest(http.MethodPost, "/api/v1/getparams.execute", nil)
			request.Header.Set("Authorization", "Bearer canary")
			r = httptest.NewRecorder()
			handler.ServeHTTP(r, request)
		}
		if text := message(t, r); r.Code != http.StatusInternalServerError || strings.Contains(text, "canary") {
			t.Errorf("%T: got %d %s, want %d without the value", value, r.Code, r.Body, http.StatusInternalServerError)
		}
	}
	if strings.Contains(log.String(), "canary") || !strings.Contains(log.String(), "*fmt.wrapError") && !strings.Contains(log.String(), "*errors.errorString") || !strings.Contains(log.String(), "hostile_test.go") {
		t.Errorf("got log %s, want the type and the stack without the value", log.String())
	}
	var entry map[string]any
	if err := json.Unmarshal(bytes.SplitN(log.Bytes(), []byte("\n"), 2)[0], &entry); err != nil {
		t.Error(err)
	}
}
