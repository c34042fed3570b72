package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/previewset/previewset/generator"
)

// lives measures the times until previews are live. It keeps the changes of the newest
// states of each set only.
type lives struct {
	now       func() time.Time
	histogram *prometheus.HistogramVec

	mu   sync.Mutex
	sets map[string]*observed
}

// observed are the changes of a set at the last report.
type observed struct {
	takenAt time.Time
	changes map[changeKey]life
}

// changeKey identifies a change in a variant.
type changeKey struct {
	generator.Key
	variant string
}

// life is what a preview that is not live yet waits for. Times are zero if they do not
// count.
type life struct {
	head            string
	created, pushed time.Time
}

func newLives(now func() time.Time, h *prometheus.HistogramVec) *lives {
	return &lives{now: now, histogram: h, sets: map[string]*observed{}}
}

// clockSkew is how much earlier than the time of the last list a forge may date a change
// that was created after it.
const clockSkew = time.Minute

// observe counts the previews that became live since the last call for the set. The first
// call for a set counts none: it is not known when this process could have seen its changes.
func (l *lives) observe(s *generator.Snapshot, statuses []generator.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.sets[s.Set]
	next := &observed{takenAt: s.TakenAt, changes: make(map[changeKey]life, len(statuses))}
	for _, status := range statuses {
		key := changeKey{status.Key(), status.Variant}
		one := life{head: status.HeadSHA}
		if before != nil {
			one = l.next(status, before, key)
		}
		if status.State == generator.StateLive {
			l.count(s.Set, "creation", &one.created)
			l.count(s.Set, "push", &one.pushed)
		}
		next.changes[key] = one
	}
	l.sets[s.Set] = next
}

// next returns the life of a change after the previous report. A change without a preview
// does not count: nobody waits for it.
func (l *lives) next(status generator.Status, before *observed, key changeKey) life {
	one, known := before.changes[key]
	switch {
	case status.State == generator.StateDropped, status.State == generator.StateHeld, status.State == generator.StateRemoving:
		return life{head: status.HeadSHA}
	case !known && status.CreatedAt.After(before.takenAt.Add(-clockSkew)):
		one.created = status.CreatedAt
	case known && one.head != status.HeadSHA:
		one.pushed = l.now()
	}
	one.head = status.HeadSHA
	return one
}

// count observes the time since from, if it counts, and makes sure that it counts once.
func (l *lives) count(set, name string, from *time.Time) {
	if !from.IsZero() {
		l.histogram.WithLabelValues(set, name).Observe(max(0, l.now().Sub(*from)).Seconds())
		*from = time.Time{}
	}
}

func (l *lives) forget(set string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sets, set)
}
