package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// world is a source whose changes have previews, and that can misbehave.
type world struct {
	*bed
	ids []string
	// end ends one change, or some, after which left have previews; back opens
	// them again.
	end, back func()
	left      []string
	// poke has the service sync at once.
	poke func(*running)
}

// outage is one way to misbehave, until it is over.
type outage struct {
	begin func()
	// lookups goes on with it where it is asked what became of one change, while
	// lists are sound again; nil where it is about lists alone.
	lookups func()
	over    func()
	// lasts is true of a refusal that the service keeps to for a minute: only
	// one that is started anew asks again.
	lasts bool
}

// survivesAll goes through every outage, one after the other, with the same
// previews.
func (w *world) survivesAll(outages map[string]outage) {
	w.t.Helper()
	s := w.serve("--prune")
	for _, name := range slices.Sorted(maps.Keys(outages)) {
		s = w.survives(s, outages[name])
		if w.t.Failed() {
			w.t.Fatalf("%s; the log:\n%s", name, s.logText())
		}
	}
}

// survives goes through one outage: no preview goes but for what ended, once
// that is told.
func (w *world) survives(s *running, o outage) *running {
	w.t.Helper()
	truth, tip := w.truth(s), w.gitops.Tip(w.t, "main")
	o.begin()
	w.settle(s)
	w.unharmed(s, "in it", truth, tip)

	s.stop()
	s = w.serve("--prune")
	w.await("the first sync", func() bool { return s.syncs() > 0 })
	_, said, _ := w.run("prune")
	w.unharmed(s, "after a start in it, and a prune that says "+said, truth, tip)
	if o.lookups != nil {
		o.lookups()
		w.end()
		w.settle(s)
		w.kept(s)
		o.over()
	} else {
		o.over()
		w.end()
	}
	if o.lasts {
		s.stop()
		s = w.serve("--prune")
	}
	w.goes(s)
	w.back()
	w.poke(s)
	s.awaitIDs("shop", w.ids...)
	return s
}

// truth returns the answer while all is well.
func (w *world) truth(s *running) string {
	w.t.Helper()
	s.awaitIDs("shop", w.ids...)
	status, body := s.answer("shop")
	if status != http.StatusOK {
		w.t.Fatalf("all is well: %d %s", status, body)
	}
	return body
}

// goes waits until what ended has gone, and sees that it is all that went.
func (w *world) goes(s *running) {
	w.t.Helper()
	w.poke(s)
	s.awaitSet("shop", func(p params) bool { return len(p) <= len(w.left) })
	w.await("the prune", func() bool { return len(w.entries()) <= len(w.left) })
	s.awaitIDs("shop", w.left...)
	if entries := w.entries(); !slices.Equal(entries, w.left) {
		w.t.Errorf("entries %v, want %v", entries, w.left)
	}
}

// kept fails the test if a preview or an entry has gone.
func (w *world) kept(s *running) {
	w.t.Helper()
	status, p := s.ask("shop")
	if got := slices.Sorted(maps.Keys(p)); status != http.StatusServiceUnavailable && !slices.Equal(got, w.ids) {
		w.t.Errorf("without a word on what ended: %d %v", status, got)
	}
	_, said, _ := w.run("prune")
	if entries := w.entries(); !slices.Equal(entries, w.ids) {
		w.t.Errorf("without a word on what ended: entries %v; prune says %s", entries, said)
	}
}

// entries returns the ids that have an entry, in order.
func (w *world) entries() []string {
	w.t.Helper()
	return strings.Fields(w.gitops.Git(w.t, "ls-tree", "--name-only", "main:previews/shop"))
}

// unharmed fails the test if the answer is neither what it was nor a 503, or if
// anything was committed.
func (w *world) unharmed(s *running, when, truth, tip string) {
	w.t.Helper()
	if status, body := s.answer("shop"); status != http.StatusServiceUnavailable && (status != http.StatusOK || body != truth) {
		w.t.Errorf("%s: %d %s\nbefore: %s", when, status, body, truth)
	}
	if w.gitops.Tip(w.t, "main") != tip {
		w.t.Errorf("%s: committed %q", when, w.subjects(1))
	}
}

// answer asks for a set as Argo CD does, and returns what came.
func (s *running) answer(set string) (status int, body string) {
	s.bed.t.Helper()
	return s.send(http.MethodPost, "/api/v1/getparams.execute",
		fmt.Sprintf(`{"applicationSetName":"previews","input":{"parameters":{"set":%q}}}`, set),
		http.Header{"Authorization": {"Bearer " + s.bed.token}, "Content-Type": {"application/json"}})
}

// settle waits until a sync has ended that began after the call.
func (w *world) settle(s *running) {
	w.t.Helper()
	for range 2 { // one may be under way
		before := s.syncs()
		w.poke(s)
		w.await("a sync", func() bool { return s.syncs() > before })
	}
}

var syncCount = regexp.MustCompile(`previewset_sync_duration_seconds_count\{set="shop"\} (\d+)`)

// syncs returns how many syncs have ended.
func (s *running) syncs() int {
	s.bed.t.Helper()
	_, metrics := s.get("/metrics")
	found := syncCount.FindStringSubmatch(metrics)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		s.bed.t.Fatal(err)
	}
	return n
}

// misbehave are answers that a forge may give instead of any.
func misbehave(t *testing.T) map[string]http.HandlerFunc {
	t.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s came to another host", r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	return map[string]http.HandlerFunc{
		"500":                 answers(500, "application/json", `{"message":"oops"}`),
		"502":                 answers(502, "text/html", `<html>down</html>`),
		"503, Retry-After":    answers(503, "application/json", `{}`, "Retry-After", "1"),
		"429, Retry-After":    answers(429, "application/json", `{}`, "Retry-After", "1"),
		"403":                 answers(403, "application/json", `{"message":"Resource not accessible"}`),
		"403, Retry-After":    answers(403, "application/json", `{}`, "Retry-After", "1"),
		"401":                 answers(401, "application/json", `{"message":"Bad credentials"}`),
		"404":                 answers(404, "application/json", `{"message":"Not Found"}`),
		"HTML":                answers(200, "text/html", `<html>[]</html>`),
		"HTML called JSON":    answers(200, "application/json", `<html>[]</html>`),
		"nothing":             answers(200, "application/json", ``),
		"null":                answers(200, "application/json", `null`),
		"an empty object":     answers(200, "application/json", `{}`),
		"an empty list":       answers(200, "application/json", `[]`, "X-Total-Count", "0"),
		"wrong types":         answers(200, "application/json", `[{"number":"1","state":[]}]`, "X-Total-Count", "1"),
		"JSON that is cut":    answers(200, "application/json", `[{"number":1,"state":"open"`, "X-Total-Count", "1"),
		"a body that is cut":  answers(200, "application/json", `[]`, "Content-Length", "1000", "X-Total-Count", "0"),
		"a body without end":  endless,
		"reset":               func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"another host":        answers(302, "application/json", ``, "Location", elsewhere.URL),
		"a redirect for ever": answers(302, "application/json", ``, "Location", ""),
	}
}

func answers(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// endless answers until the client leaves.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, err := io.WriteString(w, "[{}")
	for chunk := strings.Repeat(",{}", 10_000); err == nil; {
		_, err = io.WriteString(w, chunk)
	}
}
