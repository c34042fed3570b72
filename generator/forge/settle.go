package forge

import (
	"context"
	"errors"
	"maps"

	"github.com/previewset/previewset/generator"
)

// maxReads bounds how often a list of several pages is read for a reading that can
// be believed.
const maxReads = 3

// errMoved means that the pages of a reading do not fit together: the list moved
// while it was read, or the forge does not list what it counts.
var errMoved = errors.New("the pages don't fit together")

// reading is a list as it was read once.
type reading struct {
	changes []generator.Change
	pages   int
	keys    keys
}

// keys are the changes of a reading.
type keys map[generator.Key]bool

// list is what a Source remembers of a list.
type list struct {
	// believed are the entries of the last reading that was believed.
	believed keys
	// last is the last page, as the first one announced it.
	last int
}

// settle reads a list until its pages can be believed, at most three times; then
// it returns generator.ErrIncomplete. A list of one page is of one moment. But
// between two pages one entry can leave while another comes, so that the count
// stays and a third is on no page that was read. settle believes
//   - a reading with the entries of the one right before it;
//   - a reading with the entries of the last one that was believed, however long
//     ago: nothing that was known can be missing.
//
// Only the set of entries counts, because a push moves none of them. A reading that
// is errMoved is repeated; other errors end the call.
func (s *Source) settle(ctx context.Context, of Repository, kind generator.Kind) ([]generator.Change, error) {
	known := s.recall(kind).believed
	var before keys
	doubt := errors.New("each had other entries")
	for range maxReads {
		now, err := s.read(ctx, of, kind)
		switch {
		case errors.Is(err, errMoved):
			s.options.Log.DebugContext(ctx, "a list is read again", "kind", kind, "reason", err)
			before, doubt = nil, err
			continue
		case err != nil:
			return nil, err
		case now.pages == 1, same(known, now.keys), same(before, now.keys):
			s.remember(kind, func(l *list) { l.believed = now.keys })
			return now.changes, nil
		}
		before = now.keys
	}
	return nil, Incomplete("read %d times: %v", maxReads, doubt)
}

// same reports whether two readings have the same entries, and at least one.
// Several pages without entries are no list.
func same(before, now keys) bool {
	return len(before) > 0 && maps.Equal(before, now)
}

func (s *Source) recall(kind generator.Kind) list {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists[kind]
}

func (s *Source) remember(kind generator.Kind, change func(*list)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lists[kind]
	change(&l)
	s.lists[kind] = l
}
