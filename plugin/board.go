package plugin

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// Board has the newest snapshot of each set, and its answer, ready. Its
// methods may be called from several goroutines.
type Board struct {
	now func() time.Time

	mu     sync.RWMutex
	maxAge time.Duration
	sets   map[string]*posting
	order  []string
}

// posting is what the board has of a set; the snapshot is nil until there is
// one.
type posting struct {
	snapshot *generator.Snapshot
	answer   *answer
	// failed says why the last sync made no snapshot; "" where it made one.
	failed string
}

// NewBoard returns an empty board.
func NewBoard(now func() time.Time) *Board {
	return &Board{now: now, sets: map[string]*posting{}}
}

// Configure says which sets there are, and how old an answer may be. What is
// known of sets that stay, stays.
func (b *Board) Configure(sets []string, maxAge time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	postings := make(map[string]*posting, len(sets))
	for _, name := range sets {
		if postings[name] = b.sets[name]; postings[name] == nil {
			postings[name] = &posting{}
		}
	}
	b.sets, b.order, b.maxAge = postings, slices.Clone(sets), maxAge
}

// Publish replaces what is known of the snapshot's set, and reports whether its
// answer is another now. A set that is not configured is left alone: it was taken
// out while it was read.
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
	if changed = !before.answer.says(a.sets); !changed {
		a = before.answer // with the body that is ready
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sets[s.Set] != nil {
		b.sets[s.Set] = &posting{snapshot: s, answer: a}
	}
	return changed, nil
}

// Failed says why a sync of set made no snapshot: a few words that stay the same
// for as long as the fault lasts, and that callers get.
func (b *Board) Failed(set, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.sets[set]; p != nil {
		b.sets[set] = &posting{snapshot: p.snapshot, answer: p.answer, failed: why}
	}
}

// Snapshot returns the newest snapshot of set. It fails with ErrUnknownSet,
// with ErrNotReady, or with ErrStale and the snapshot.
func (b *Board) Snapshot(set string) (*generator.Snapshot, error) {
	p, err := b.find(set)
	if p == nil || p.snapshot == nil {
		return nil, err
	}
	return p.snapshot, err
}

func (b *Board) find(set string) (*posting, error) {
	b.mu.RLock()
	p, maxAge := b.sets[set], b.maxAge
	b.mu.RUnlock()
	switch {
	case p == nil:
		return nil, fmt.Errorf("%w: %q", ErrUnknownSet, set)
	case p.snapshot == nil:
		return p, &unknown{kind: ErrNotReady, why: p.failed}
	}
	if taken := p.snapshot.TakenAt; b.now().Sub(taken) > maxAge {
		return p, &unknown{kind: ErrStale, since: taken, maxAge: maxAge, why: p.failed}
	}
	return p, nil
}

// Sets returns the names of the sets in the configuration's order.
func (b *Board) Sets() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Clone(b.order)
}

// Ready reports whether the service can be asked: each set was read or could
// not be, and at least one could. One set whose source is down does not take
// the others away.
func (b *Board) Ready() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	known := 0
	for _, p := range b.sets {
		if p.snapshot != nil {
			known++
		} else if p.failed == "" {
			return false
		}
	}
	return known > 0
}
