package plugin_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// maxAge is the maximum age of an answer in newService.
const maxAge = time.Hour

func TestSnapshotIsStaleAfterMaxAge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		age  time.Duration
		want error
	}{
		{-time.Second, nil}, // the clock was set back
		{0, nil},
		{maxAge - 1, nil},
		{maxAge, nil},
		{maxAge + 1, plugin.ErrStale},
		{2 * maxAge, plugin.ErrStale},
	} {
		t.Run(test.age.String(), func(t *testing.T) {
			t.Parallel()
			s := newService(t, "shop")
			s.publish(t, "shop", "pr-1")
			s.now = s.now.Add(test.age)
			got, err := s.board.Snapshot("shop")
			if !errors.Is(err, test.want) || got == nil || len(got.Previews) != 1 {
				t.Errorf("got %v, %v, want the snapshot and %v", got, err, test.want)
			}
			status := http.StatusOK
			if test.want != nil {
				status = http.StatusServiceUnavailable
			}
			if r := s.ask(`{}`); r.Code != status {
				t.Errorf("got %d %s, want %d", r.Code, r.Body, status)
			}
		})
	}
}

// The age counts from the time at which the source was asked, and not from the time at
// which the snapshot was published.
func TestAgeCountsFromReadOfSource(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now.Add(-maxAge - 1)})
	if _, err := s.board.Snapshot("shop"); !errors.Is(err, plugin.ErrStale) {
		t.Errorf("got %v, want %v", err, plugin.ErrStale)
	}
}

func TestConfigureChangesMaxAge(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	s.now = s.now.Add(2 * maxAge)
	for maxAge, want := range map[time.Duration]error{2 * maxAge: nil, 2*maxAge - 1: plugin.ErrStale} {
		s.board.Configure([]string{"shop"}, maxAge)
		if _, err := s.board.Snapshot("shop"); !errors.Is(err, want) {
			t.Errorf("maxAge %s: got %v, want %v", maxAge, err, want)
		}
	}
}

// The message has the reason of the last failure, until a sync makes a snapshot.
func TestUnavailableSetHasReason(t *testing.T) {
	t.Parallel()
	const reason = "the source is not found"
	s := newService(t, "shop", "web")
	check := func(set string, want bool) {
		t.Helper()
		r := s.ask(`{"input":{"parameters":{"set":"` + set + `"}}}`)
		if text := message(t, r); r.Code != http.StatusServiceUnavailable || strings.Contains(text, reason) != want {
			t.Errorf("%s: got %d %q, want the reason: %t", set, r.Code, text, want)
		}
	}
	s.board.Failed("unknown", reason)
	check("shop", false)
	s.board.Failed("shop", reason)
	check("shop", true)
	check("web", false)
	s.publish(t, "shop", "pr-1")
	s.now = s.now.Add(maxAge + 1)
	check("shop", false)
	s.board.Failed("shop", reason)
	check("shop", true)
	if _, err := s.board.Snapshot("unknown"); !errors.Is(err, plugin.ErrUnknownSet) {
		t.Errorf("got %v for a set that only failed, want %v", err, plugin.ErrUnknownSet)
	}
}

// A failure keeps the last answer.
func TestFailureKeepsSnapshot(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	s.publish(t, "shop", "pr-1")
	before := s.ask(`{}`).Body.String()
	s.board.Failed("shop", "the source is not found")
	if r := s.ask(`{}`); r.Code != http.StatusOK || r.Body.String() != before {
		t.Errorf("got %d %s, want %s", r.Code, r.Body, before)
	}
}

func TestConfigureKeepsSnapshotsOfConfiguredSets(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop", "web")
	s.publish(t, "shop", "pr-1")
	s.publish(t, "web", "pr-2")
	s.board.Configure([]string{"new", "web"}, maxAge)
	for set, want := range map[string]error{"web": nil, "new": plugin.ErrNotReady, "shop": plugin.ErrUnknownSet} {
		if got, err := s.board.Snapshot(set); !errors.Is(err, want) || (got != nil) != (want == nil) {
			t.Errorf("%s: got %v, %v, want %v", set, got, err, want)
		}
	}
	if got := s.board.Sets(); !slices.Equal(got, []string{"new", "web"}) {
		t.Errorf("got sets %q, want new and web", got)
	}
	s.publish(t, "shop", "pr-1") // its sync had begun
	s.board.Configure([]string{"shop"}, maxAge)
	if _, err := s.board.Snapshot("shop"); !errors.Is(err, plugin.ErrNotReady) {
		t.Errorf("got %v for a set that is configured again, want %v", err, plugin.ErrNotReady)
	}
}

// Sets returns a copy.
func TestSetsCannotBeModified(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	names := []string{"a", "b"}
	s.board.Configure(names, maxAge)
	names[0] = "x"
	s.board.Sets()[1] = "x"
	if got := s.board.Sets(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q, want a and b", got)
	}
}

// The service is ready if each set is known or has failed, and at least one is known. The
// test has every combination of up to three sets.
func TestReadyForEachCombinationOfSets(t *testing.T) {
	t.Parallel()
	states := []struct {
		name          string
		known, failed bool
	}{{"unknown", false, false}, {"failed", false, true}, {"known", true, false}, {"known and failed", true, true}, {"stale", true, false}}
	for n := range 4 {
		combinations := 1
		for range n {
			combinations *= len(states)
		}
		for combination := range combinations {
			var sets, names []string
			s := newService(t)
			known, unknown := 0, 0
			for i, rest := 0, combination; i < n; i, rest = i+1, rest/len(states) {
				sets = append(sets, fmt.Sprintf("set%d", i))
				s.board.Configure(sets, maxAge)
				state := states[rest%len(states)]
				names = append(names, state.name)
				if state.known {
					known++
					takenAt := s.now
					if state.name == "stale" {
						takenAt = takenAt.Add(-2 * maxAge)
					}
					publish(t, s, &generator.Snapshot{Set: sets[i], TakenAt: takenAt})
				} else if !state.failed {
					unknown++
				}
				if state.failed {
					s.board.Failed(sets[i], "its source can't be used")
				}
			}
			want := http.StatusServiceUnavailable
			if known > 0 && unknown == 0 {
				want = http.StatusOK
			}
			if r := s.call(http.MethodGet, "/readyz", "", "Authorization", ""); r.Code != want {
				t.Errorf("%q: got %d, want %d", names, r.Code, want)
			}
			if r := s.call(http.MethodGet, "/healthz", "", "Authorization", ""); r.Code != http.StatusOK {
				t.Errorf("%q: got %d from healthz, want %d", names, r.Code, http.StatusOK)
			}
		}
	}
}
