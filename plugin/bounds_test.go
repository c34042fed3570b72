package plugin_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/gitea"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/plugin"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// waitingVerifier accepts each webhook after release is closed.
type waitingVerifier struct{ entered, release chan struct{} }

func (v *waitingVerifier) MaxBody(http.Header) (int64, error) { return 25 << 20, nil }

func (v *waitingVerifier) Verify(http.Header, []byte) (forge.Event, bool, error) {
	v.entered <- struct{}{}
	<-v.release
	return forge.Event{}, true, nil
}

// A webhook that is refused does not occupy memory: 8 would occupy more than there is.
func TestRefusedWebhooksOccupyNoMemory(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	body := strings.Repeat(" ", 24<<20)
	for range 8 {
		if got := s.sendWebhook(body, "other"); got != http.StatusUnauthorized {
			t.Fatalf("got %d, want %d", got, http.StatusUnauthorized)
		}
	}
}

// secrets are the secrets of the webhooks in TestSignaturesOfWebhooks.
func secrets() [][]byte { return [][]byte{[]byte("old-secret"), nil, []byte("new-secret")} }

// Each forge verifies its own signature with each of its secrets.
func TestSignaturesOfWebhooks(t *testing.T) {
	t.Parallel()
	const body = `{"repository":{"full_name":"acme/shop","html_url":"https://git.acme.dev/acme/shop"}}`
	hexOf := func(secret string) string {
		return strings.TrimPrefix(githubtest.Webhook(secret, "", []byte(body)).Get("X-Hub-Signature-256"), "sha256=")
	}
	valid := hexOf("old-secret")
	type test struct {
		name, signature string
		want            int
	}
	tests := []test{
		{"old secret", valid, 202},
		{"new secret", hexOf("new-secret"), 202},
		{"upper case", strings.ToUpper(valid), 202},
		{"unknown secret", hexOf("other-secret"), 401},
		{"empty secret", hexOf(""), 401},
		{"prefix of a secret", hexOf("old-secre"), 401},
		{"both secrets", hexOf("old-secretnew-secret"), 401},
		{"missing", "", 401},
		{"twice", valid + valid, 401},
		{"one digit more", valid + "0", 401},
		{"one byte more", valid + "00", 401},
		{"space at the end", valid + " ", 401},
		{"zeros", strings.Repeat("0", 64), 401},
	}
	for i := range len(valid) {
		digit := "0"
		if valid[i] == '0' {
			digit = "1"
		}
		tests = append(tests,
			test{"the first digits of it: " + valid[:i], valid[:i], 401},
			test{"another digit: " + valid[:i] + "*", valid[:i] + digit + valid[i+1:], 401})
	}
	for name, f := range map[string]struct {
		verifier               forge.Verifier
		header, prefix         string
		foreign, foreignPrefix string
		event                  string
	}{
		"github": {github.Webhooks(secrets), "X-Hub-Signature-256", "sha256=", "X-Gitea-Signature", "", "X-GitHub-Event"},
		"gitea":  {gitea.Webhooks(secrets), "X-Gitea-Signature", "", "X-Hub-Signature-256", "sha256=", "X-Gitea-Event"},
	} {
		var events []forge.Event
		handler := describe(t, plugin.New(plugin.Options{
			Board: plugin.NewBoard(time.Now), Webhooks: map[string]forge.Verifier{name: f.verifier}, Metrics: http.NotFoundHandler(),
			OnEvent: func(e forge.Event) int { events = append(events, e); return 3 }, Log: slog.New(slog.DiscardHandler),
		}))
		send := func(headers map[string]string) *httptest.ResponseRecorder {
			request := httptest.NewRequest(http.MethodPost, "/webhooks/"+name, strings.NewReader(body))
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set(f.event, "push")
			for key, value := range headers {
				request.Header.Set(key, value)
			}
			r := httptest.NewRecorder()
			handler.ServeHTTP(r, request)
			return r
		}
		for _, test := range tests {
			events = nil
			signature := f.prefix + test.signature
			if test.name == "missing" {
				signature = ""
			}
			r := send(map[string]string{f.header: signature})
			if r.Code != test.want || (len(events) == 1) != (test.want == http.StatusAccepted) {
				t.Errorf("%s, %s: got %d and events %v, want %d", name, test.name, r.Code, events, test.want)
			}
			if test.want == http.StatusAccepted && strings.TrimSpace(r.Body.String()) != `{"sets":3}` {
				t.Errorf("%s, %s: got %s, want the number of sets", name, test.name, r.Body)
			}
		}
		for _, other := range []map[string]string{
			{f.foreign: f.foreignPrefix + valid},
			{f.header: "sha1=" + valid},
			{f.header: "sha512=" + valid},
			{"X-Hub-Signature": "sha1=" + valid},
			{"X-Forgejo-Signature": valid + "x"},
			{"Authorization": "Bearer " + token},
		} {
			events = nil
			if r := send(other); r.Code != http.StatusUnauthorized || len(events) > 0 {
				t.Errorf("%s with %v: got %d and events %v, want %d", name, other, r.Code, events, http.StatusUnauthorized)
			}
		}
	}
}

// A forge without a secret refuses each webhook.
func TestWebhooksWithoutSecretAreRefused(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][][]byte{nil, {}, {nil}, {[]byte("")}} {
		for name, verifier := range map[string]forge.Verifier{
			"github": github.Webhooks(func() [][]byte { return secrets }), "gitea": gitea.Webhooks(func() [][]byte { return secrets }),
		} {
			header := githubtest.Webhook("", "push", []byte("{}"))
			header.Set("X-Gitea-Signature", strings.TrimPrefix(header.Get("X-Hub-Signature-256"), "sha256="))
			header.Set("X-Gitea-Event", "push")
			if _, relevant, err := verifier.Verify(header, []byte("{}")); err == nil || relevant {
				t.Errorf("%s with %d secrets: got %v, want an error", name, len(secrets), err)
			}
		}
	}
}

// serve starts a server with the service's own timeouts and bounds, and returns its URL.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	return start(t, plugin.NewServer(handler, slog.New(slog.DiscardHandler)))
}

// start starts a server, and returns its URL.
func start(t *testing.T, config *http.Server) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config = config
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	url := serve(t, s)
	const bound = 16 << 10
	for _, test := range []struct{ size, want int }{
		{1 << 10, 200}, {bound - 1<<10, 200}, {bound, 431}, {1 << 20, 431},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-A", strings.Repeat("x", test.size))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			if test.want == http.StatusOK {
				t.Errorf("%d bytes: got %v, want %d", test.size, err, test.want)
			}
			continue // the server closed the connection while the client was sending
		}
		_ = response.Body.Close()
		if response.StatusCode != test.want {
			t.Errorf("%d bytes: got %d, want %d", test.size, response.StatusCode, test.want)
		}
	}
}

// docs/operation.md documents these timeouts.
func TestServerHasDocumentedBounds(t *testing.T) {
	t.Parallel()
	server := plugin.NewServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, test := range map[string]struct{ got, want time.Duration }{
		"headers": {server.ReadHeaderTimeout, 10 * time.Second}, "request": {server.ReadTimeout, 30 * time.Second},
		"response": {server.WriteTimeout, time.Minute}, "idle connection": {server.IdleTimeout, 2 * time.Minute},
	} {
		if test.got != test.want {
			t.Errorf("timeout of the %s: got %s, want %s", name, test.got, test.want)
		}
	}
	if server.MaxHeaderBytes != 12<<10 { // net/http reads 4 KiB more before it refuses a request
		t.Errorf("got %d bytes of headers, want %d", server.MaxHeaderBytes, 12<<10)
	}
}

// A response body has at most 256 MiB. The test has a body of exactly this size, and a body
// that is one byte larger.
func TestAnswerIsBounded(t *testing.T) {
	const bound = 256 << 20
	const head, tail = `{"input":{"parameters":{"set":"shop","x":"`, `"}}}`
	s := newService(t, "shop")
	snapshot := func(previews, title int) {
		next := generator.Snapshot{Set: "shop", TakenAt: s.now}
		for i := range previews {
			p := generator.Placed{}
			if i == 0 {
				p.Title = strings.Repeat("t", title)
			}
			next.Previews = append(next.Previews, p)
		}
		publish(t, s, &next)
	}
	ask := func(input int) (int, int) {
		w := &countingWriter{header: http.Header{}}
		request := httptest.NewRequest(http.MethodPost, getParams, strings.NewReader(head+strings.Repeat("x", input)+tail))
		request.Header.Set("Authorization", "Bearer "+token)
		s.ServeHTTP(w, request)
		return w.status, w.size
	}
	const input = 1<<20 - 100
	snapshot(1, 0)
	_, one := ask(input)
	snapshot(2, 0)
	_, two := ask(input)
	previews := (bound-one)/(two-one) + 1
	rest := bound - one - (previews-1)*(two-one)
	snapshot(previews, rest)
	if status, size := ask(input); status != http.StatusOK || size != bound {
		t.Errorf("at the bound: got %d and %d bytes, want %d and %d bytes", status, size, http.StatusOK, bound)
	}
	snapshot(previews, rest+1)
	if status, _ := ask(input); status != http.StatusRequestEntityTooLarge {
		t.Errorf("one byte more: got %d, want %d", status, http.StatusRequestEntityTooLarge)
	}
	if status, _ := ask(0); status != http.StatusOK {
		t.Errorf("small input after a large one: got %d, want %d", status, http.StatusOK)
	}
}

// countingWriter counts the bytes of a response without keeping them.
type countingWriter struct {
	header       http.Header
	status, size int
}

func (w *countingWriter) Header() http.Header    { return w.header }
func (w *countingWriter) WriteHeader(status int) { w.status = status }
func (w *countingWriter) Write(p []byte) (int, error) {
	w.size += len(p)
	return len(p), nil
}

// A panic in one request does not end the process, and the next request gets an answer.
func TestServiceContinuesAfterPanic(t *testing.T) {
	t.Parallel()
	panics := true
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop"}, time.Hour)
	if _, err := board.Publish(&generator.Snapshot{Set: "shop", TakenAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	var statuses []int
	url := serve(t, describe(t, plugin.New(plugin.Options{
		Board: board, Token: func() string {
			if panics {
				panic("a secret")
			}
			return token
		},
		OnAnswer: func(_ string, status int, _ time.Duration) { statuses = append(statuses, status) },
		Metrics:  http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler),
	})))
	for _, want := range []int{500, 500, 200} {
		panics = want == http.StatusInternalServerError
		request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, url+getParams, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != want || strings.Contains(string(body), "secret") {
			t.Errorf("got %d %s, want %d", response.StatusCode, body, want)
		}
	}
	if len(statuses) != 1 {
		t.Errorf("got answers %v, want one", statuses)
	}
}

// OnAnswer gets the time that the answer took.
func TestOnAnswerGetsDuration(t *testing.T) {
	t.Parallel()
	var took time.Duration
	board := plugin.NewBoard(time.Now)
	board.Configure([]string{"shop"}, time.Hour)
	handler := describe(t, plugin.New(plugin.Options{
		Board: board, Token: func() string { return token }, Metrics: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler),
		OnAnswer: func(_ string, _ int, d time.Duration) { took = d },
	}))
	const least = 5 * time.Millisecond
	request := httptest.NewRequest(http.MethodPost, getParams, &slowReader{delay: least, rest: "{}"})
	request.Header.Set("Authorization", "Bearer "+token)
	start := time.Now()
	handler.ServeHTTP(httptest.NewRecorder(), request)
	if most := time.Since(start); took < least || took > most {
		t.Errorf("got %s, want %s to %s", took, least, most)
	}
}

// slowReader returns the rest after a delay.
type slowReader struct {
	delay time.Duration
	rest  string
}

func (r *slowReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		return 0, io.EOF
	}
	time.Sleep(r.delay)
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// The log has the message and the cause of a refused request.
func TestRefusedRequestIsLoggedWithCause(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"nope": "plugin generator sends: invalid character", `{"input":{"parameters":[]}}`: "cannot unmarshal array",
		`{"input":{"parameters":{"set":7}}}`: "its set a string", `{"input":{"parameters":{"set":"nope"}}}`: `no such set: \"nope\"`,
	} {
		s := newService(t, "shop")
		s.ask(body)
		if got := s.log.String(); !strings.Contains(got, want) || strings.Contains(got, "PANIC") || !strings.Contains(got, "request was refused") {
			t.Errorf("%s: got log %s, want %q", body, got, want)
		}
	}
}
