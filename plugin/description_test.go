package plugin_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/plugin"
	"github.com/previewset/previewset/test/literals"
)

// operations returns the description's operations as "METHOD path status" and, for each,
// the path.
func (d description) operations() map[string]string {
	all := map[string]string{}
	for path, item := range d.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				all[method+" "+path+" "+status] = path
			}
		}
	}
	return all
}

// Each route is described, and each described operation is a route.
func TestEachRouteIsDescribed(t *testing.T) {
	t.Parallel()
	var got []string
	for name := range openDescription(t).operations() {
		got = append(got, name[:strings.LastIndex(name, " ")])
	}
	slices.Sort(got)
	var want []string
	for _, r := range newService(t).Handler.(described).Routes() {
		want = append(want, r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}"))
	}
	if got = slices.Compact(got); !sameElements(got, want) {
		t.Errorf("got operations %q, want %q", got, want)
	}
}

// panicking is a service whose handlers panic or fail.
func panicking(t *testing.T) *service {
	t.Helper()
	s := newService(t)
	s.Handler = describe(t, plugin.New(plugin.Options{
		Board: s.board, Token: func() string { panic("in a test") }, Webhooks: map[string]forge.Verifier{"github": refusing{errors.New("in a test")}},
		Metrics: http.NotFoundHandler(), OnAnswer: func(string, int, time.Duration) {}, Log: slog.New(slog.DiscardHandler),
	}))
	return s
}

// newFull returns a service without memory for a webhook, and without a free slot for a stream.
func newFull(t *testing.T) *service {
	t.Helper()
	s := newService(t, "shop")
	v := &waitingVerifier{entered: make(chan struct{}), release: make(chan struct{})}
	s.Handler = describe(t, plugin.New(plugin.Options{
		Board: s.board, Token: func() string { return token }, Webhooks: map[string]forge.Verifier{"github": v},
		OnEvent: func(forge.Event) int { return 0 }, Metrics: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler),
	}))
	server := httptest.NewServer(s)
	t.Cleanup(func() { close(v.release); server.CloseClientConnections(); server.Close() })
	for size := 8 << 20; size > 0; size /= 16 {
		fill(server.URL, v, size)
	}
	for range 100 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		r, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Body.Close() })
	}
	return s
}

// fill sends webhooks of so many bytes, which v keeps waiting, until one is refused.
func fill(url string, v *waitingVerifier, size int) {
	for refused := make(chan struct{}); ; {
		go func() {
			r, err := http.Post(url+"/webhooks/github", "application/json", strings.NewReader(strings.Repeat(" ", size)))
			if err != nil {
				return
			}
			if _ = r.Body.Close(); r.StatusCode == http.StatusServiceUnavailable {
				close(refused)
			}
		}()
		select {
		case <-v.entered:
		case <-refused:
			return
		}
	}
}

// late is a handler of requests whose bodies do not arrive in time.
type late struct{ http.Handler }

func (l late) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = io.NopCloser(iotest.ErrReader(os.ErrDeadlineExceeded))
	l.Handler.ServeHTTP(w, r)
}

// Each described status is produced by a request here. The handlers of the test compare
// the responses with the description.
func TestEachDescribedStatusIsProduced(t *testing.T) {
	t.Parallel()
	const readToken = "r34d-token"
	s := newStates(t)
	s.readToken = readToken
	large, failing, full, unread := newService(t, "shop"), panicking(t), newFull(t), newService(t, "shop")
	large.publishLarge(t)
	slow := newService(t, "shop")
	slow.Handler = late{slow.Handler}
	push := `{"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`
	signed := []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign(push), "Content-Type", "application/json", "Authorization", ""}
	type request struct {
		to         *service
		path, body string
		header     []string
	}
	wrong, read := []string{"Authorization", "Bearer nope"}, []string{"Authorization", "Bearer " + readToken}
	requests := map[string]request{
		"GET /api/v1/previews 200": {s, "/api/v1/previews", "", read},
		"GET /api/v1/previews 400": {s, "/api/v1/previews?state=x", "", nil},
		"GET /api/v1/previews 401": {s, "/api/v1/previews", "", wrong},
		"GET /api/v1/previews 404": {s, "/api/v1/previews?set=x", "", nil},
		"GET /api/v1/previews 413": {large, "/api/v1/previews", "", nil},
		"GET /api/v1/previews 500": {failing, "/api/v1/previews", "", nil},

		"GET /api/v1/events 200": {s, "/api/v1/events", "", read},
		"GET /api/v1/events 400": {s, "/api/v1/events?set=%zz", "", nil},
		"GET /api/v1/events 401": {s, "/api/v1/events", "", wrong},
		"GET /api/v1/events 404": {s, "/api/v1/events?set=x", "", nil},
		"GET /api/v1/events 413": {large, "/api/v1/events", "", nil},
		"GET /api/v1/events 500": {failing, "/api/v1/events", "", nil},
		"GET /api/v1/events 503": {full, "/api/v1/events", "", nil},

		"GET /api/v1/sets/{set}/previews 200": {s, "/api/v1/sets/web/previews", "", read},
		"GET /api/v1/sets/{set}/previews 401": {s, "/api/v1/sets/web/previews", "", wrong},
		"GET /api/v1/sets/{set}/previews 404": {s, "/api/v1/sets/x/previews", "", nil},
		"GET /api/v1/sets/{set}/previews 500": {failing, "/api/v1/sets/web/previews", "", nil},
		"GET /api/v1/sets/{set}/previews 503": {s, "/api/v1/sets/new/previews", "", nil},

		"POST /api/v1/getparams.execute 200": {s, getParams, `{"input":{"parameters":{"set":"shop"}}}`, nil},
		"POST /api/v1/getparams.execute 400": {s, getParams, "nope", nil},
		"POST /api/v1/getparams.execute 401": {s, getParams, "{}", wrong},
		"POST /api/v1/getparams.execute 403": {s, getParams, "{}", read},
		"POST /api/v1/getparams.execute 404": {s, getParams, `{"input":{"parameters":{"set":"x"}}}`, nil},
		"POST /api/v1/getparams.execute 408": {slow, getParams, "{}", nil},
		"POST /api/v1/getparams.execute 413": {s, getParams, requestOfSize(1<<20 + 1), nil},
		"POST /api/v1/getparams.execute 500": {failing, getParams, "{}", nil},
		"POST /api/v1/getparams.execute 503": {s, getParams, `{"input":{"parameters":{"set":"new"}}}`, nil},

		"POST /webhooks/{forge} 202": {s, "/webhooks/github", push, signed},
		"POST /webhooks/{forge} 400": {s, "/webhooks/github", push, append(slices.Clone(signed), "Content-Type", "text/plain")},
		"POST /webhooks/{forge} 401": {s, "/webhooks/github", push + " ", signed},
		"POST /webhooks/{forge} 404": {s, "/webhooks/x", push, signed},
		"POST /webhooks/{forge} 408": {slow, "/webhooks/github", push, signed},
		"POST /webhooks/{forge} 413": {s, "/webhooks/github", strings.Repeat(" ", 25<<20+1), signed},
		"POST /webhooks/{forge} 500": {failing, "/webhooks/github", push, signed},
		"POST /webhooks/{forge} 503": {full, "/webhooks/github", push, signed},

		"GET /healthz 200": {s, "/healthz", "", nil},
		"GET /readyz 200":  {large, "/readyz", "", nil},
		"GET /readyz 503":  {unread, "/readyz", "", nil},
		"GET /metrics 200": {s, "/metrics", "", nil},
		"GET /metrics 503": {full, "/metrics", "", nil},
	}
	if got := slices.Collect(maps.Keys(openDescription(t).operations())); !sameElements(got, slices.Collect(maps.Keys(requests))) {
		t.Errorf("got described statuses %q, want %q", slices.Sorted(slices.Values(got)), slices.Sorted(maps.Keys(requests)))
	}
	for name, r := range requests {
		method, _, _ := strings.Cut(name, " ")
		if got := r.to.call(method, r.path, r.body, r.header...); !strings.HasSuffix(name, fmt.Sprintf(" %d", got.Code)) {
			t.Errorf("%s: got %d %.200s", name, got.Code, got.Body)
		}
	}
}

// The description has the words and names of the product.
func TestDescriptionHasTheWordsOfTheProduct(t *testing.T) {
	t.Parallel()
	d := openDescription(t)
	var states []string
	for _, state := range generator.States() {
		states = append(states, string(state))
	}
	var described []string
	for _, state := range d.Components.Schemas["State"].Value.Enum {
		described = append(described, state.(string))
	}
	if !slices.Equal(described, states) {
		t.Errorf("got states %q, want %q", described, states)
	}
	names := slices.DeleteFunc(generator.ParameterNames(), func(name string) bool { return name == "input" })
	if got := d.Components.Schemas["Parameters"].Value.Required; !sameElements(got, names) {
		t.Errorf("got parameters %q, want %q", got, names)
	}
	text := literals.Of(t, ".")
	for name := range d.eventSchemas() {
		if !slices.Contains(text, name) {
			t.Errorf("event %s is described, and the product does not have it", name)
		}
	}
}

// docs/api.md has each operation, event, state and field of the description.
func TestDocumentationHasTheDescription(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	d := openDescription(t)
	want := slices.Collect(maps.Keys(d.eventSchemas()))
	for name := range d.operations() {
		want = append(want, name[:strings.LastIndex(name, " ")])
	}
	for _, schema := range []string{"States", "Set", "Warning", "Preview"} {
		want = append(want, slices.Collect(maps.Keys(d.Components.Schemas[schema].Value.Properties))...)
	}
	for _, state := range generator.States() {
		want = append(want, string(state))
	}
	for _, word := range slices.Compact(slices.Sorted(slices.Values(want))) {
		if !strings.Contains(string(text), "`"+word+"`") {
			t.Errorf("docs/api.md lacks `%s`", word)
		}
	}
	for _, match := range regexp.MustCompile(`(/api/v1/[a-z./{}]*)`).FindAllString(string(text), -1) {
		if d.Paths.Value(match) == nil {
			t.Errorf("docs/api.md has the path %s, which is not described", match)
		}
	}
}
