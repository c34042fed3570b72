package rest

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"

	"github.com/previewset/previewset/generator"
)

// maxReads is how often a list of several pages is read for a reading that can
// be believed.
const maxReads = 3

// ErrMoved means that the pages of a reading don't fit together: the list moved
// while it was read, or the forge does not list what it counts.
var ErrMoved = errors.New("the pages don't fit together")

// Reading is a list as it was read once. Its zero value is empty.
type Reading struct {
	Changes []generator.Change
	Pages   int
	keys    keys
}

// keys are which changes a reading has.
type keys map[generator.Key]bool

// Add takes in the next entry. It reports whether that is new: one that is on
// two pages has moved.
func (r *Reading) Add(c generator.Change) bool {
	if r.keys[c.Key()] {
		return false
	}
	if r.keys == nil {
		r.keys = keys{}
	}
	r.keys[c.Key()] = true
	r.Changes = append(r.Changes, c)
	return true
}

// Lists holds which entries the lists of one repository had when they were last
// believed. It is safe for concurrent use.
type Lists struct {
	log *slog.Logger

	mu       sync.Mutex
	believed map[generator.Kind]keys
}

// NewLists returns Lists that believed nothing yet. log is told of each list
// that moved.
func NewLists(log *slog.Logger) *Lists {
	return &Lists{log: log, believed: map[generator.Kind]keys{}}
}

// Settle reads until the pages can be believed, at most three times, and then
// it is generator.ErrIncomplete. A list of one page is of one moment. But between
// two pages one entry can leave while another comes, so that the count stays and
// a third is on no page that was read. Believed is
//   - a reading with the entries of the one right before it;
//   - a reading with the entries of the last one that was believed, however long
//     ago: nothing that was known can be missing.
//
// Only which entries there are counts, for a push moves none of them. What read
// returns as ErrMoved is read again; its other errors end it.
func (l *Lists) Settle(ctx context.Context, kind generator.Kind, read func() (Reading, error)) ([]generator.Change, error) {
	known := l.recall(kind)
	var before keys
	doubt := errors.New("each had other entries")
	for range maxReads {
		now, err := read()
		switch {
		case errors.Is(err, ErrMoved):
			l.log.DebugContext(ctx, "a list is read again", "kind", kind, "reason", err)
			before, doubt = nil, err
			continue
		case err != nil:
			return nil, err
		case now.Pages == 1, same(known, now.keys), same(before, now.keys):
			l.keep(kind, now.keys)
			return now.Changes, nil
		}
		before = now.keys
	}
	return nil, Incomplete("read %d times: %v", maxReads, doubt)
}

// same reports whether two readings have the same entries, and some: several
// pages of nothing are no list.
func same(before, now keys) bool {
	return before != nil && maps.Equal(before, now)
}

func (l *Lists) recall(kind generator.Kind) keys {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.believed[kind]
}

func (l *Lists) keep(kind generator.Kind, last keys) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.believed[kind] = last
}
