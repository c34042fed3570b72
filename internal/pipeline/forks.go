package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// pinForks returns what was found, with each fork's pull request that carries
// the label at the commit that it was let in with: what its author pushes later
// was seen by no maintainer. Only the label's going takes the pin away, and
// nothing that the author can do alone: pushing, drafting, closing, waiting.
//
// The pin is in the entry; where there is none any more, in the commit that
// pruned it; and for a set without entries in the last snapshot. It also returns
// the pins for the next one.
func (s *Set) pinForks(ctx context.Context, found generator.Listing, previous *generator.Snapshot, state gitops.State) ([]generator.Change, map[generator.Key]string, error) {
	pins := map[generator.Key]string{}
	if previous != nil && sameRepository(previous.Repository, found.Repository) {
		maps.Copy(pins, previous.Pins)
	}
	rules := s.Selection.PullRequests
	if rules == nil {
		return found.Changes, pins, nil
	}
	changes := slices.Clone(found.Changes)
	for i, c := range changes {
		if !c.Fork {
			continue
		}
		if !rules.AllowsFork(c) {
			delete(pins, c.Key())
			continue
		}
		head, err := s.pinned(ctx, s.identity(found.Repository, c).ID(), pins[c.Key()], found.Repository, state)
		if err != nil {
			return nil, nil, err
		}
		if head != "" {
			changes[i].HeadSHA = head
		}
		pins[c.Key()] = changes[i].HeadSHA
	}
	return changes, pins, nil
}

// pinned returns the commit that the fork id was let in with, "" for one that is
// let in now. known is what the last snapshot says.
func (s *Set) pinned(ctx context.Context, id, known string, of generator.Repository, state gitops.State) (string, error) {
	if entry, ok := state.Entries[id]; ok {
		p := entry.Record.Preview()
		switch {
		case !sameRepository(p.Repository, of):
			return known, nil
		case p.Objection != nil && p.Objection.Reason == generator.ReasonFork: // the label was off
			return "", nil
		}
		return p.HeadSHA, nil
	}
	if known != "" || s.Overlay == nil {
		return known, nil
	}
	pruned, ok, err := state.Pruned(ctx, id)
	if err != nil || !ok || pruned.Reason == generator.ReasonFork {
		return "", err
	}
	return pruned.Head, nil
}
