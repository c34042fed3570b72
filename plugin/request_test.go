package plugin_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A cached request gets an answer from the current state of the board.
func TestCachedRequestGetsCurrentAnswer(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	for range 2 {
		if sets := parameters(t, s.ask(`{}`)); len(sets) != 1 || sets[0]["id"] != "pr-1" {
			t.Fatalf("got %v, want pr-1", sets)
		}
	}
	s.board.Configure([]string{"web"}, time.Hour)
	s.publish(t, "web", "pr-7", "pr-8")
	if sets := parameters(t, s.ask(`{}`)); len(sets) != 2 || sets[0]["id"] != "pr-7" {
		t.Errorf("after web replaced shop: got %v, want pr-7 and pr-8", sets)
	}
	s.board.Configure([]string{"web", "shop"}, time.Hour)
	if r := s.ask(`{}`); r.Code != http.StatusBadRequest {
		t.Errorf("with two sets: got %d %s, want %d", r.Code, r.Body, http.StatusBadRequest)
	}
}

// A caller with the token can send a different request each time.
func TestRequestsDoNotAccumulateInMemory(t *testing.T) {
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	const requests, size = 2000, 1500
	before := heapInUse()
	for i := range requests {
		number := fmt.Sprint(i)
		body := `{"input":{"parameters":{"n":"` + number + `","x":"` + strings.Repeat("x", size) + `"}}}`
		if sets := parameters(t, s.ask(body)); len(sets) != 1 || sets[0]["input"].(map[string]any)["n"] != number {
			t.Fatalf("request %d: got %v, want n = %s", i, sets, number)
		}
	}
	if growth := heapInUse() - before; growth > requests*size {
		t.Errorf("memory grew by %d bytes after %d requests, want at most %d", growth, requests, requests*size)
	}
	runtime.KeepAlive(s)
}

// heapInUse returns the bytes of allocated heap objects.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // frees objects that were in pools during the first GC
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
