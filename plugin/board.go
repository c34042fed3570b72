package plugin

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// Board holds the newest snapshot of each set and the encoded answer. It is safe for
// concurrent use.
type Board struct {
	now func() time.Time

	mu     sync.RWMutex
	maxAge time.Duration
	sets   map[string]*setState
	order  []string
	// warnings are those that no snapshot has, by topic and set.
	warnings map[string]map[string][]generator.Warning
	// changed is closed, and replaced, when the board changes.
	changed chan struct{}
}

// setState is the state of a set. It is immutable. snapshot, answer and states are nil
// until the first snapshot is published.
type setState struct {
	snapshot     *generator.Snapshot
	applications generator.Applications
	answer       *answer
	// statuses computes the states of the snapshot at the first call, and states encodes
	// them.
	statuses func() []generator.Status
	states   func() ([]encodedState, error)
	// failure is the reason why the last sync made no snapshot; "" if it made one.
	failure string
}

// NewBoard returns an empty board.
func NewBoard(now func() time.Time) *Board {
	return &Board{now: now, sets: map[string]*setState{}, warnings: map[string]map[string][]generator.Warning{}, changed: make(chan struct{})}
}

// Configure sets the names of the sets and the maximum age of an answer. Sets that were
// configured before keep their state.
func (b *Board) Configure(sets []string, maxAge time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	states := make(map[string]*setState, len(sets))
	for _, name := range sets {
		if states[name] = b.sets[name]; states[name] == nil {
			states[name] = &setState{}
		}
	}
	b.sets, b.order, b.maxAge = states, slices.Clone(sets), maxAge
	b.announce()
}

// Publish replaces the snapshot of a set, and reports whether the answer of the set has
// changed. Publish ignores a set that is not configured: it was removed from the
// configuration while it was read.
func (b *Board) Publish(s *generator.Snapshot) (changed bool, err error) {
	b.mu.RLock()
	before := b.sets[s.Set]
	b.mu.RUnlock()
	if before == nil {
		return false, nil
	}
	a, err := newAnswer(s)
	if err != nil {
		return false, err
	}
	if changed = !before.answer.equal(a.sets); !changed {
		a = before.answer // it already has an encoded body
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.sets[s.Set]; p != nil {
		b.sets[s.Set] = newSetState(s, a, p.applications)
		b.announce()
	}
	return changed, nil
}

func newSetState(s *generator.Snapshot, a *answer, apps generator.Applications) *setState {
	p := &setState{snapshot: s, answer: a, applications: apps}
	p.statuses = sync.OnceValue(func() []generator.Status { return generator.Statuses(s, apps) })
	p.states = sync.OnceValues(func() ([]encodedState, error) { return encodeStates(p.statuses()) })
	return p
}

// Applications replaces the Applications of a set. They change its states, and never its
// answer. A set that is not configured is ignored.
func (b *Board) Applications(set string, apps generator.Applications) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.sets[set]
	if p == nil || reflect.DeepEqual(p.applications, apps) {
		return
	}
	next := *p
	if p.snapshot != nil {
		next = *newSetState(p.snapshot, p.answer, apps)
		next.failure = p.failure
	}
	next.applications = apps
	b.sets[set] = &next
	b.announce()
}

// Statuses returns the newest snapshot of a set, also if it is too old, with its Applications
// and its states. The snapshot is nil if there is none.
func (b *Board) Statuses(set string) (*generator.Snapshot, generator.Applications, []generator.Status) {
	p, _ := b.find(set)
	if p == nil || p.snapshot == nil {
		return nil, generator.Applications{}, nil
	}
	return p.snapshot, p.applications, p.statuses()
}

// Failed records why a sync of a set made no snapshot. The reason is a short text that
// does not change while the fault lasts. Callers of the service see it.
func (b *Board) Failed(set, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.sets[set]; p != nil && p.failure != reason {
		failed := *p
		failed.failure = reason
		b.sets[set] = &failed
		b.announce()
	}
}

// Snapshot returns the newest snapshot of a set. The error is ErrUnknownSet, ErrNotReady
// or ErrStale. With ErrStale, Snapshot also returns the snapshot.
func (b *Board) Snapshot(set string) (*generator.Snapshot, error) {
	p, err := b.find(set)
	if p == nil || p.snapshot == nil {
		return nil, err
	}
	return p.snapshot, err
}

func (b *Board) find(set string) (*setState, error) {
	b.mu.RLock()
	p, maxAge := b.sets[set], b.maxAge
	b.mu.RUnlock()
	if p == nil {
		return nil, fmt.Errorf("%w: %q", ErrUnknownSet, set)
	}
	return p, p.check(b.now(), maxAge)
}

// check returns ErrNotReady or ErrStale if p has no answer for Argo CD.
func (p *setState) check(now time.Time, maxAge time.Duration) error {
	if p.snapshot == nil {
		return &unavailable{kind: ErrNotReady, reason: p.failure}
	}
	//promise:answers-expire
	if takenAt := p.snapshot.TakenAt; now.Sub(takenAt) > maxAge {
		return &unavailable{kind: ErrStale, takenAt: takenAt, maxAge: maxAge, reason: p.failure}
	}
	return nil
}

// Sets returns the names of the sets in the order of the configuration.
func (b *Board) Sets() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Clone(b.order)
}

// Ready reports whether every set has a snapshot or a failure, and at least one set has a
// snapshot. One set whose source fails does not prevent the others from being served.
func (b *Board) Ready() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	withSnapshot := 0
	for _, p := range b.sets {
		if p.snapshot != nil {
			withSnapshot++
		} else if p.failure == "" {
			return false
		}
	}
	return withSnapshot > 0
}
