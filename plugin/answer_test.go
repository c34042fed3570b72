package plugin_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// A service that has answered before gives the same answers as a new service with the same
// snapshot, and Publish reports whether the answer has changed.
func TestAnswersMatchThoseOfNewService(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	reused := newService(t, "shop")
	var previews []generator.Placed
	before := ""
	for step := range 200 {
		previews = mutate(random, previews, step)
		snapshot := generator.Snapshot{Set: "shop", TakenAt: reused.now, Previews: append([]generator.Placed(nil), previews...)}
		changed := publish(t, reused, &snapshot)
		fresh := newService(t, "shop")
		publish(t, fresh, &snapshot)
		for _, team := range []string{"a", "a", "bc"} {
			request := `{"input":{"parameters":{"set":"shop","team":"` + team + `"}}}`
			got, want := reused.ask(request), fresh.ask(request)
			if got.Code != http.StatusOK || got.Body.String() != want.Body.String() {
				t.Fatalf("step %d: got %s\nwant %s", step, got.Body, want.Body)
			}
		}
		after := fresh.ask(`{}`).Body.String()
		if changed != (after != before) {
			t.Errorf("step %d: got changed = %t, want %t, from %s\nto %s", step, changed, after != before, before, after)
		}
		before = after
	}
}

func publish(t *testing.T, s *service, snapshot *generator.Snapshot) (changed bool) {
	t.Helper()
	changed, err := s.board.Publish(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestPublishReportsChangedAnswer(t *testing.T) {
	s := newService(t, "shop")
	snapshot := func(set, held string, ids ...string) *generator.Snapshot {
		s.now = s.now.Add(time.Second)
		next := generator.Snapshot{Set: set, TakenAt: s.now}
		for _, id := range ids {
			next.Previews = append(next.Previews, generator.Placed{Preview: generator.Preview{Set: set, Names: generator.Names{ID: id}, Held: generator.Verdict{Detail: held}}})
		}
		return &next
	}
	for i, test := range []struct {
		next *generator.Snapshot
		want bool
	}{
		{snapshot("shop", ""), true}, // the first snapshot, although it is empty
		{snapshot("shop", ""), false},
		{snapshot("shop", "", "pr-1", "pr-2"), true},
		{snapshot("shop", "", "pr-1", "pr-2"), false},
		{snapshot("shop", "held by the guard", "pr-1", "pr-2"), false}, // the reason is not a parameter
		{snapshot("shop", "", "pr-2", "pr-1"), true},
		{snapshot("shop", "", "pr-2"), true},
		{snapshot("shop", ""), true},
		{snapshot("web", "", "pr-1"), false}, // a set that is not configured
	} {
		if got := publish(t, s, test.next); got != test.want {
			t.Errorf("snapshot %d: got changed = %t, want %t", i, got, test.want)
		}
	}
}

// mutate adds, removes or changes a random preview, or changes nothing.
func mutate(random *rand.Rand, previews []generator.Placed, step int) []generator.Placed {
	i := random.IntN(len(previews) + 1)
	switch kind := random.IntN(6); {
	case kind < 2 || i == len(previews):
		p := generator.Placed{Preview: generator.Preview{Set: "shop", Names: generator.Names{ID: fmt.Sprintf("pr-%d", step)}}}
		return append(previews[:i:i], append([]generator.Placed{p}, previews[i:]...)...)
	case kind == 2:
		return append(previews[:i:i], previews[i+1:]...)
	case kind == 3:
		previews[i].Title = fmt.Sprintf("title %d", step)
		previews[i].Labels = []string{"preview", fmt.Sprint(step)}
	case kind == 4:
		previews[i].Revision = fmt.Sprint(step)
	}
	return previews
}

// A body that repeats a large input is not kept: each of many sets would keep one.
func TestLargeAnswersAreNotKept(t *testing.T) {
	const sets, previews, input, bound = 20, 100, 100 << 10, 8 << 20
	names := make([]string, sets)
	for i := range names {
		names[i] = fmt.Sprintf("set-%d", i)
	}
	s := newService(t, names...)
	ids := make([]string, previews)
	for i := range ids {
		ids[i] = fmt.Sprintf("pr-%d", i)
	}
	for _, name := range names {
		s.publish(t, name, ids...)
	}
	before := heapInUse()
	for _, name := range names {
		for _, size := range []int{0, input, 1, input} { // a kept body is in use when a large one is written
			w := &countingWriter{header: http.Header{}}
			body := fmt.Sprintf(`{"input":{"parameters":{"set":%q,"x":"%s"}}}`, name, strings.Repeat("x", size))
			request := httptest.NewRequest(http.MethodPost, getParams, strings.NewReader(body))
			request.Header.Set("Authorization", "Bearer "+token)
			s.Handler.(described).Handler.ServeHTTP(w, request)
			if length := w.header.Get("Content-Length"); w.status != http.StatusOK || w.size < previews*size || length != fmt.Sprint(w.size) {
				t.Fatalf("%s, %d bytes: got %d with %d bytes and length %s", name, size, w.status, w.size, length)
			}
		}
	}
	if growth := heapInUse() - before; growth > bound {
		t.Errorf("memory grew by %d bytes after %d answers of %d bytes, want at most %d", growth, sets, previews*input, bound)
	}
	runtime.KeepAlive(s)
}

// A body has the same text whether it is kept or not.
func TestAnswersThatAreNotKeptAreComplete(t *testing.T) {
	t.Parallel()
	for _, ids := range [][]string{nil, {"pr-1"}, {"pr-1", "pr-2", "pr-3"}} {
		s := newService(t, "shop")
		s.publish(t, "shop", ids...)
		for _, size := range []int{1 << 10, 100 << 10, 1<<20 - 100} {
			x := strings.Repeat("x", size)
			for range 2 {
				r := s.ask(`{"input":{"parameters":{"set":"shop","x":"` + x + `"}}}`)
				got := parameters(t, r)
				if r.Code != http.StatusOK || len(got) != len(ids) || r.Header().Get("Content-Length") != fmt.Sprint(r.Body.Len()) || r.Header().Get("Content-Type") != "application/json" {
					t.Fatalf("%d previews, %d bytes: got %d, %v and %d previews", len(ids), size, r.Code, r.Header(), len(got))
				}
				for i, set := range got {
					if set["id"] != ids[i] || set["input"].(map[string]any)["x"] != x {
						t.Errorf("%d previews, %d bytes: got %.100v, want %s with the input", len(ids), size, set, ids[i])
					}
				}
			}
		}
	}
}
