package service

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/plugin"
)

// pollForge runs a syncer of one set whose source is a lagging forge.
func pollForge(t *testing.T, l *lagging, poll time.Duration, test func(t *testing.T, s *syncer)) {
	t.Helper()
	runInBubble(t, poll, 24*time.Hour, onlyBranch, func() (generator.Source, *cached.Source) {
		source := cached.New(listFunc(l.list), poll, nil)
		return source, source
	}, func(t *testing.T, s *syncer, _ *plugin.Board, _ *observed, _ func()) { test(t, s) })
}

// Retries follow after 1, 2, 4, … seconds, times the spread. A success and an event start
// again with one second.
func TestFailedSyncsAreRetried(t *testing.T) {
	down := errors.New("the forge is down")
	l := &lagging{stages: []stage{
		{0, nil, down},
		{10 * time.Second, list(), nil},
		{60 * time.Second, nil, down},
		{72 * time.Second, list(), nil},
	}}
	pollForge(t, l, time.Hour, func(t *testing.T, s *syncer) {
		for _, pause := range []time.Duration{60, 10, 60} {
			time.Sleep(pause * time.Second)
			s.handleEvent(announce(forge.Announcement{}))
		}
		x := s.spread
		want := []float64{0, x, 3 * x, 7 * x, 15 * x, 60, 60 + x, 60 + 3*x, 60 + 7*x, 70, 70 + x, 70 + 3*x, 130}
		time.Sleep(time.Second)
		if got := l.seconds(); !nearly(got, want) {
			t.Errorf("got lists at %v seconds, want %v", got, want)
		}
	})
}

// Retries never come more often than polls for long.
func TestRetriesEndWithPolls(t *testing.T) {
	for _, poll := range []time.Duration{time.Second, 8 * time.Second, 10 * time.Minute} {
		l := &lagging{stages: []stage{{0, nil, errors.New("the forge is down")}}}
		pollForge(t, l, poll, func(t *testing.T, _ *syncer) {
			time.Sleep(4*poll + poll/2)
			before := len(l.seconds())
			time.Sleep(100 * poll)
			if n := len(l.seconds()); n-before != 100 || before > 5+10 {
				t.Errorf("poll %s: got %d lists in 4 polls and %d in 100 more, want at most 15 and 100", poll, before, n-before)
			}
		})
	}
}

// A forge that limits the rate gets no request before its limit ends.
func TestRateLimitsAreNotRetried(t *testing.T) {
	for name, test := range map[string]struct {
		err   func(now time.Time) error
		lists int // within a minute
	}{
		"limit that ends":       {func(now time.Time) error { return &forge.RateLimitError{Until: now.Add(20 * time.Second)} }, 2},
		"limit beyond the poll": {func(now time.Time) error { return &forge.RateLimitError{Until: now.Add(2 * time.Hour)} }, 1},
		"limit without an end":  {func(time.Time) error { return generator.ErrRateLimited }, 1},
	} {
		l := &lagging{stages: []stage{{0, nil, fmt.Errorf("list: %w", test.err(bubbleStart))}, {20 * time.Second, list(), nil}}}
		pollForge(t, l, time.Hour, func(t *testing.T, _ *syncer) {
			time.Sleep(time.Minute)
			if got := l.seconds(); len(got) != test.lists || len(got) > 1 && got[1] < 20 {
				t.Errorf("%s: got lists at %v seconds, want %d, none of them in the first 20 seconds", name, got, test.lists)
			}
		})
	}
}

// bubbleStart is the time at which a bubble of synctest starts.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
