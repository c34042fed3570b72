package forge

import (
	"context"
	"errors"
	"maps"

	"github.com/previewset/previewset/generator"
)

// maxReads bounds how often one call reads a list of several pages.
const maxReads = 3

// errListChanged means that the pages of a reading are inconsistent: the list changed
// while it was read, or the forge counts entries that it does not list.
var errListChanged = errors.New("the pages are inconsistent")

// reading is the result of reading a list once.
type reading struct {
	changes    []generator.Change
	unreadable []generator.Unreadable
	pages      int
	keys       keys // of changes and unreadable
}

// keys is the set of changes in a reading.
type keys map[generator.Key]bool

// listState is what a Source remembers about a list.
type listState struct {
	// accepted is the set of entries of the last accepted reading.
	accepted keys
	// lastPage is the number of the last page according to the first page.
	lastPage int
}

// readStable reads a list until it can accept a reading. It reads the list at most three
// times and then returns generator.ErrIncomplete.
//
// It accepts a reading of one page, because one page shows the list at one point in
// time. While several pages are read, one entry can leave the list and another can join
// it. The number of entries is then unchanged, but a third entry may have moved between
// pages and may be missing. readStable therefore accepts a reading of several pages only
// if it has the same entries as
//   - the reading immediately before it, or
//   - the last accepted reading, however old: then no known entry is missing.
//
// It compares only the sets of entries, because a push to a change does not move its
// entry. It repeats a reading that fails with errListChanged, and returns other errors.
func (s *Source) readStable(ctx context.Context, repository Repository, kind generator.Kind) (reading, error) {
	accepted := s.listState(kind).accepted
	var previous keys
	reason := errors.New("each reading had different entries")
	for range maxReads {
		current, err := s.readOnce(ctx, repository, kind)
		switch {
		case errors.Is(err, errListChanged):
			s.options.Log.DebugContext(ctx, "reading the list again", "kind", kind, "reason", err)
			previous, reason = nil, err
			continue
		case err != nil:
			return reading{}, err
		case current.pages == 1, sameEntries(accepted, current.keys), sameEntries(previous, current.keys):
			s.updateListState(kind, func(l *listState) { l.accepted = current.keys })
			return current, nil
		}
		previous = current.keys
	}
	return reading{}, Incomplete("read %d times: %v", maxReads, reason)
}

// sameEntries reports whether two readings have the same entries. It returns false for
// readings without entries, because an empty list has only one page.
func sameEntries(a, b keys) bool {
	return len(a) > 0 && maps.Equal(a, b)
}

func (s *Source) listState(kind generator.Kind) listState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listStates[kind]
}

func (s *Source) updateListState(kind generator.Kind, change func(*listState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.listStates[kind]
	change(&l)
	s.listStates[kind] = l
}
