package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/plugin"
	githubtest "github.com/previewset/previewset/test/fake/github"
	"github.com/previewset/previewset/test/fuzzing"
)

const token = "s3cret-token"

// service is a plugin whose clock, board and token the test controls.
type service struct {
	http.Handler
	board     *plugin.Board
	mu        sync.Mutex // for answers, and for changes of now, token and readToken while a stream is open
	now       time.Time
	token     string
	readToken string
	answers   []string // "set status"
	events    []forge.Event
	log       bytes.Buffer
}

func newService(t testing.TB, sets ...string) *service {
	t.Helper()
	s := &service{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), token: token}
	s.board = plugin.NewBoard(func() time.Time { return get(s, &s.now) })
	s.board.Configure(sets, time.Hour)
	s.Handler = describe(t, plugin.New(plugin.Options{
		Board: s.board,
		Token: func() string { return get(s, &s.token) }, ReadToken: func() string { return get(s, &s.readToken) },
		Webhooks: map[string]forge.Verifier{
			"github": github.Webhooks(func() [][]byte { return [][]byte{[]byte("hook-secret")} }),
		},
		OnEvent: func(e forge.Event) int { s.events = append(s.events, e); return 1 },
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; version=0.0.4")
			_, _ = io.WriteString(w, "up 1\n")
		}),
		OnAnswer: func(set string, status int, _ time.Duration) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.answers = append(s.answers, fmt.Sprintf("%s %d", set, status))
		},
		Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}))
	return s
}

func get[T any](s *service, value *T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *value
}

func set[T any](s *service, value *T, next T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*value = next
}

func (s *service) publish(t *testing.T, set string, ids ...string) {
	t.Helper()
	snapshot := &generator.Snapshot{Set: set, TakenAt: s.now}
	for i, id := range ids {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: generator.Preview{
			Set: set, Names: generator.Names{ID: id},
			Change: generator.Change{Kind: generator.PullRequest, Number: int64(i + 1), Title: `<b>"quoted"</b>`},
		}})
	}
	if _, err := s.board.Publish(snapshot); err != nil {
		t.Fatal(err)
	}
}

func (s *service) call(method, path, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	ctx, end := context.WithCancel(request.Context())
	defer end()
	recorder := httptest.NewRecorder()
	s.ServeHTTP(oneEvent{recorder, end}, request.WithContext(ctx))
	return recorder
}

// oneEvent is a recorder that accepts deadlines, and ends a stream after its first event.
type oneEvent struct {
	*httptest.ResponseRecorder
	end func()
}

func (oneEvent) SetWriteDeadline(time.Time) error { return nil }

func (o oneEvent) FlushError() error {
	o.Flush()
	o.end()
	return nil
}

func (s *service) ask(body string) *httptest.ResponseRecorder {
	return s.call(http.MethodPost, "/api/v1/getparams.execute", body)
}

func parameters(t *testing.T, r *httptest.ResponseRecorder) []map[string]any {
	t.Helper()
	var answer struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return answer.Output.Parameters
}

func message(t *testing.T, r *httptest.ResponseRecorder) string {
	t.Helper()
	var body map[string]string
	if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil || len(body) != 1 {
		t.Fatalf("got %s, want an object with a message", r.Body)
	}
	return body["message"]
}

func TestAnswerRepeatsInputInEachParameterSet(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1", "pr-2", "pr-3")
	for _, input := range []string{`{}`, `{"set":"shop"}`, `{ "set" : "shop", "deep": {"list": [1, "two", null]}, "html": "<&>" }`} {
		r := s.ask(`{"applicationSetName":"x","input":{"parameters":` + input + `}}`)
		if r.Code != http.StatusOK || !strings.HasPrefix(r.Header().Get("Content-Type"), "application/json") {
			t.Fatalf("got %d %s %s, want JSON with status 200", r.Code, r.Header(), r.Body)
		}
		if length := r.Header().Get("Content-Length"); length != strconv.Itoa(r.Body.Len()) {
			t.Errorf("got Content-Length %s, want %d", length, r.Body.Len())
		}
		var want any
		if err := json.Unmarshal([]byte(input), &want); err != nil {
			t.Fatal(err)
		}
		sets := parameters(t, r)
		if len(sets) != 3 || sets[2]["id"] != "pr-3" || sets[0]["title"] != `<b>"quoted"</b>` {
			t.Fatalf("got %v, want pr-1 to pr-3", sets)
		}
		for _, p := range sets {
			if fmt.Sprint(p["input"]) != fmt.Sprint(want) {
				t.Errorf("got input %v, want %v", p["input"], want)
			}
		}
	}
	for _, body := range []string{`{}`, `{"input":{}}`, `{"input":{"parameters":null}}`} {
		if sets := parameters(t, s.ask(body)); len(sets) != 3 || fmt.Sprint(sets[0]["input"]) != "map[]" {
			t.Errorf("%s: got %v, want three sets with an empty input", body, sets)
		}
	}
}

func TestEmptySetIsEmptyList(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop")
	if r := s.ask(`{}`); r.Code != http.StatusOK || strings.TrimSpace(r.Body.String()) != `{"output":{"parameters":[]}}` {
		t.Errorf("got %d %s, want an empty list", r.Code, r.Body)
	}
}

func TestErrorsHaveStatusAndStableMessage(t *testing.T) {
	s := newService(t, "shop", "web")
	s.publish(t, "shop", "pr-1")
	ask := func(body string) func() *httptest.ResponseRecorder {
		return func() *httptest.ResponseRecorder { return s.ask(body) }
	}
	with := func(header ...string) func() *httptest.ResponseRecorder {
		return func() *httptest.ResponseRecorder {
			return s.call(http.MethodPost, "/api/v1/getparams.execute", `{"input":{"parameters":{"set":"shop"}}}`, header...)
		}
	}
	tests := []struct {
		name string
		call func() *httptest.ResponseRecorder
		want int
	}{
		{"not JSON", ask("nope"), 400},
		{"empty body", ask(""), 400},
		{"trailing data", ask(`{} {}`), 400},
		{"a list", ask(`[]`), 400},
		{"parameters are a list", ask(`{"input":{"parameters":[]}}`), 400},
		{"parameters are a string", ask(`{"input":{"parameters":"shop"}}`), 400},
		{"set is a number", ask(`{"input":{"parameters":{"set":1}}}`), 400},
		{"no set given but two configured", ask(`{"input":{"parameters":{}}}`), 400},
		{"unknown set", ask(`{"input":{"parameters":{"set":"nope"}}}`), 404},
		{"empty set name", ask(`{"input":{"parameters":{"set":""}}}`), 404},
		{"not known yet", ask(`{"input":{"parameters":{"set":"web"}}}`), 503},
		{"over 1 MiB", ask(`{"applicationSetName":"` + strings.Repeat("x", 1<<20) + `"}`), 413},
		{"no token", with("Authorization", ""), 401},
		{"wrong token", with("Authorization", "Bearer nope"), 401},
		{"wrong method", func() *httptest.ResponseRecorder { return s.call(http.MethodGet, "/api/v1/getparams.execute", "") }, 405},
		{"unknown path", func() *httptest.ResponseRecorder { return s.call(http.MethodGet, "/nope", "") }, 404},
		{"unknown forge", func() *httptest.ResponseRecorder { return s.call(http.MethodPost, "/webhooks/nope", "") }, 404},
		{"previews of an unknown set", func() *httptest.ResponseRecorder { return s.call(http.MethodGet, "/api/v1/sets/nope/previews", "") }, 404},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := test.call()
			if r.Code != test.want {
				t.Fatalf("got %d: %s, want %d", r.Code, r.Body, test.want)
			}
			// Argo CD copies the message into a condition. A message that changes would
			// cause a reconcile loop.
			text := message(t, r)
			if second := message(t, test.call()); text == "" || len(text) > 160 || text != second || strings.Contains(text, token) {
				t.Errorf("got message %q and then %q, want the same short message without the token", text, second)
			}
		})
	}
}

func TestViewOfStaleSnapshot(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	s.now = s.now.Add(maxAge + 1)
	var view plugin.View
	r := s.call(http.MethodGet, "/api/v1/sets/shop/previews", "")
	if err := json.Unmarshal(r.Body.Bytes(), &view); err != nil || r.Code != http.StatusOK || !view.Stale || len(view.Previews) != 1 {
		t.Errorf("got %d %s, want a stale view with one preview", r.Code, r.Body)
	}
	s.board.Failed("shop", "its source can't be used")
	s.publish(t, "shop", "pr-1", "pr-2")
	if sets := parameters(t, s.ask(`{}`)); len(sets) != 2 {
		t.Errorf("new snapshot: got %v, want two previews", sets)
	}
}

func TestPreviewsEndpointReturnsReasons(t *testing.T) {
	s := newService(t, "shop")
	_, err := s.board.Publish(&generator.Snapshot{
		Set: "shop", TakenAt: s.now,
		Previews: []generator.Placed{{Preview: generator.Preview{Names: generator.Names{ID: "pr-1"}, Held: generator.Verdict{Reason: generator.ReasonLabel, Detail: "held by the guard"}}}},
		Dropped: []generator.Dropped{{
			Change: generator.Change{Kind: generator.PullRequest, Number: 2}, ID: "pr-2",
			Verdict: generator.Verdict{Reason: generator.ReasonDraft, Detail: "it is a draft"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := s.call(http.MethodGet, "/api/v1/sets/shop/previews", "")
	for _, want := range []string{`"held":"held by the guard"`, `"reason":"draft"`, `"detail":"it is a draft"`, `"id":"pr-2"`} {
		if !strings.Contains(r.Body.String(), want) {
			t.Errorf("got %s, want it to contain %s", r.Body, want)
		}
	}
	if r := s.call(http.MethodGet, "/api/v1/sets/shop/previews", "", "Authorization", ""); r.Code != http.StatusUnauthorized {
		t.Errorf("without a token: got %d, want %d", r.Code, http.StatusUnauthorized)
	}
}

func TestOnAnswerIsCalledForEachRequest(t *testing.T) {
	s := newService(t, "shop", "web")
	s.publish(t, "shop")
	for _, set := range []string{"shop", "web", "nope"} {
		s.ask(`{"input":{"parameters":{"set":"` + set + `"}}}`)
	}
	if got := fmt.Sprint(s.answers); got != "[shop 200 web 503  404]" {
		t.Errorf("got %s, want [shop 200 web 503  404]", got)
	}
}

// sign returns GitHub's signature of a webhook.
func sign(body string) string {
	return githubtest.Webhook("hook-secret", "", []byte(body)).Get("X-Hub-Signature-256")
}

func TestWebhooksRequireSignature(t *testing.T) {
	s := newService(t, "shop")
	body := `{"action":"opened","number":1,"repository":{"full_name":"acme/shop","html_url":"https://github.com/acme/shop"}}`
	signature := sign(body)
	send := func(body, signature string) int {
		return s.call(http.MethodPost, "/webhooks/github", body, "X-GitHub-Event", "pull_request",
			"X-Hub-Signature-256", signature, "Content-Type", "application/json", "Authorization", "").Code
	}
	if code := send(body+" ", signature); code != http.StatusUnauthorized || len(s.events) != 0 {
		t.Errorf("modified body: got %d and events %v, want %d and none", code, s.events, http.StatusUnauthorized)
	}
	if code := send(body, ""); code != http.StatusUnauthorized || len(s.events) != 0 {
		t.Errorf("no signature: got %d and events %v, want %d and none", code, s.events, http.StatusUnauthorized)
	}
	if code := send(strings.Repeat("x", 26<<20), signature); code != http.StatusRequestEntityTooLarge {
		t.Errorf("26 MiB: got %d, want %d", code, http.StatusRequestEntityTooLarge)
	}
	if code := send(body, signature); code != http.StatusAccepted || len(s.events) != 1 || s.events[0].FullName != "acme/shop" {
		t.Errorf("signed: got %d and events %v, want %d and one for acme/shop", code, s.events, http.StatusAccepted)
	}
}

func TestTokensAreNotLogged(t *testing.T) {
	s := newService(t, "shop")
	s.call(http.MethodPost, "/api/v1/getparams.execute", token, "Authorization", "Bearer other-"+token)
	s.ask(`{"input":{"parameters":{"set":"` + token + `"}}}`)
	if s.log.Len() == 0 {
		t.Fatal("the log is empty")
	}
	if strings.Contains(s.log.String(), "other-"+token) {
		t.Errorf("the log contains a token: %s", s.log.String())
	}
}

func FuzzRequestBody(f *testing.F) {
	for _, seed := range []string{`{}`, `{"input":{"parameters":{"set":"shop"}}}`, `{"input":{"parameters":{"set":"shop","a":"}],["}}}`, "\x00", `{"input":{"parameters":{"set":"shop","SET":1}}}`} {
		f.Add(seed)
	}
	judged := fuzzing.Judged(f, 3)
	f.Fuzz(func(t *testing.T, body string) {
		s := newService(t, "shop", "web")
		s.publish(t, "shop", "pr-1", "pr-2")
		r := s.ask(body)
		if r.Code != http.StatusOK {
			message(t, r)
			return
		}
		judged()
		if sets := parameters(t, r); len(sets) != 2 {
			t.Errorf("%q: got %d parameter sets, want 2", body, len(sets))
		}
	})
}
