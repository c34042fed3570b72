package main

import (
	"testing"
	"time"
)

func TestWatchFailures(t *testing.T) {
	t.Parallel()
	w := new(watchFailures)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	logged := func(text string, after time.Duration, want bool) {
		t.Helper()
		now = now.Add(after)
		if got := w.add(text, now); got != want {
			t.Errorf("%s after %s: got %v, want %v", text, after, got, want)
		}
	}
	logged("read tcp 127.0.0.1:4711: reset", 0, true)
	logged("read tcp 127.0.0.1:4712: reset", 5*time.Second, false)
	logged("refused", 5*time.Second, true)
	logged("read tcp 127.0.0.1:4713: reset", 5*time.Second, false) // no line for each change between two texts
	logged("read tcp 127.0.0.1:4714: reset", failureInterval, true)
	if first, failures := w.clear(); !first || failures != 5 {
		t.Errorf("got %v, %d, want the first success after 5 failures", first, failures)
	}
	if first, failures := w.clear(); first || failures != 0 {
		t.Errorf("got %v, %d, want a further success", first, failures)
	}
	logged("refused", 0, true) // a new outage
	if first, failures := w.clear(); first || failures != 1 {
		t.Errorf("got %v, %d, want the end of one failure", first, failures)
	}
	for range 2 * maxFailureTexts {
		now = now.Add(time.Second)
		w.add(now.Month().String()+string(rune('a'+now.Second()))+string(rune('a'+now.Minute())), now)
	}
	if len(w.logged) > maxFailureTexts {
		t.Errorf("got %d texts, want at most %d", len(w.logged), maxFailureTexts)
	}
}
