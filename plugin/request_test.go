package plugin_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A question that was read before is answered from what there is now.
func TestRememberedQuestionsGetNewAnswers(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	for range 2 {
		if sets := parameters(t, s.ask(`{}`)); len(sets) != 1 || sets[0]["id"] != "pr-1" {
			t.Fatalf("got %v", sets)
		}
	}
	s.board.Configure([]string{"web"}, time.Hour)
	s.publish(t, "web", "pr-7", "pr-8")
	if sets := parameters(t, s.ask(`{}`)); len(sets) != 2 || sets[0]["id"] != "pr-7" {
		t.Errorf("after another set took its place: %v", sets)
	}
	s.board.Configure([]string{"web", "shop"}, time.Hour)
	if r := s.ask(`{}`); r.Code != http.StatusBadRequest {
		t.Errorf("with a second set: %d %s", r.Code, r.Body)
	}
}

// TestQuestionsDoNotPileUp: whoever has the token can ask in ever new words.
func TestQuestionsDoNotPileUp(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	const questions, size = 2000, 1500
	before := heap()
	for i := range questions {
		number := fmt.Sprint(i)
		body := `{"input":{"parameters":{"n":"` + number + `","x":"` + strings.Repeat("x", size) + `"}}}`
		if sets := parameters(t, s.ask(body)); len(sets) != 1 || sets[0]["input"].(map[string]any)["n"] != number {
			t.Fatalf("question %d: %v", i, sets)
		}
	}
	if grown := heap() - before; grown > questions*size {
		t.Errorf("%d bytes are kept of %d questions", grown, questions)
	}
	runtime.KeepAlive(s)
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools held before the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
