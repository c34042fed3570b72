package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// pinForks returns the listed changes. A fork's pull request that carries the label
// is at its pin, the commit at which it was admitted: no maintainer has seen what
// its author pushed later. Only removing the label removes the pin, and nothing
// that the author can do alone: pushing, drafting, closing, waiting. A
// configuration that denies forks has no label, and removes no pin. A change has
// one pin: all its variants are at one commit.
//
// The pin is read from the entries; where they are gone, from the commit that
// pruned the last one; and for a set without entries, from the last snapshot.
// pinForks also returns the pins for the next snapshot. It reads the history of
// Git.
func (s *Set) pinForks(ctx context.Context, found generator.Listing, previous *generator.Snapshot, state gitops.State, there inventory) ([]generator.Change, map[generator.Key]string, error) {
	pins := map[generator.Key]string{}
	if previous != nil && previous.Repository.Identity() == found.Repository.Identity() {
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
			if rules.ForkLabel != "" {
				delete(pins, c.Key())
			}
			continue
		}
		head, err := s.pinned(ctx, c, pins[c.Key()], found.Repository, state, there)
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

// pinned returns the commit at which the fork c was admitted, "" for one that is
// admitted now. known is the pin in the last snapshot.
func (s *Set) pinned(ctx context.Context, c generator.Change, known string, of generator.Repository, state gitops.State, there inventory) (string, error) {
	if entries := there.byKey[c.Key()]; len(entries) > 0 {
		return pinnedBy(entries, known, of), nil
	}
	if known != "" || s.Overlay == nil {
		return known, nil
	}
	pruned, err := state.Pruned(ctx, c.Number)
	if err != nil || len(pruned) == 0 || slices.ContainsFunc(pruned, func(p gitops.Pruned) bool { return p.Reason == generator.ReasonFork }) {
		return "", err
	}
	return pruned[0].Head, nil
}

// pinnedBy returns the pin that the entries of one pull request hold. An entry that
// does not record a missing label has the pin of all variants. Where such entries
// differ, some could not be written since; the commit of each was admitted.
func pinnedBy(entries []*generator.Preview, known string, of generator.Repository) (head string) {
	own := false
	for _, p := range entries {
		if p.Repository.Identity() != of.Identity() {
			continue
		}
		own = true
		off := p.Objection != nil && p.Objection.Reason == generator.ReasonFork
		if !off && (head == "" || p.HeadSHA == known) {
			head = p.HeadSHA
		}
	}
	if !own {
		return known
	}
	return head
}
