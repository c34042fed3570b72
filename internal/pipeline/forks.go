package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// pinForks returns the listed changes, and the pins for the next snapshot. A pull
// request of a fork that has the label is at its pin, the commit at which it was
// admitted: no maintainer has reviewed later commits of its author. Only the removal
// of the label removes the pin. The author alone can't do so by pushing, drafting,
// closing or waiting. A configuration that denies forks has no label, and removes no
// pin. A change has one pin: all its variants are at the same commit.
//
// pinForks reads the pin from the entries of the change or, if there are none, from
// the last snapshot. Without a pin there, it reads the history of Git: the commit
// that pruned the last entry has the pin.
func (s *Set) pinForks(ctx context.Context, found generator.Listing, previous *generator.Snapshot, state gitops.State, existing inventory) ([]generator.Change, map[generator.Key]string, error) {
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
		head, err := s.pinned(ctx, c, pins[c.Key()], found.Repository, state, existing)
		if err != nil {
			return nil, nil, err
		}
		if head != "" {
			//promise:forks-stay-at-the-admitted-commit
			changes[i].HeadSHA = head
		}
		pins[c.Key()] = changes[i].HeadSHA
	}
	return changes, pins, nil
}

// pinned returns the commit at which the fork c was admitted, "" if this sync admits
// it. known is the pin in the last snapshot.
func (s *Set) pinned(ctx context.Context, c generator.Change, known string, repository generator.Repository, state gitops.State, existing inventory) (string, error) {
	if entries := existing.byKey[c.Key()]; len(entries) > 0 {
		return pinnedBy(entries, known, repository), nil
	}
	if known != "" || s.Overlay == nil {
		return known, nil
	}
	pruned, err := state.Pruned(ctx, repository.ID, c.Number)
	if err != nil || len(pruned) == 0 || slices.ContainsFunc(pruned, func(p gitops.Pruned) bool { return p.Reason == generator.ReasonFork }) {
		return "", err
	}
	return pruned[0].Head, nil
}

// pinnedBy returns the pin in the entries of one pull request. An entry that does not
// record the removal of the label has the pin of all variants. If such entries
// differ, some could not be updated, but the commit of each was admitted.
func pinnedBy(entries []*generator.Preview, known string, repository generator.Repository) (head string) {
	found := false
	for _, p := range entries {
		if p.Repository.Identity() != repository.Identity() {
			continue
		}
		found = true
		labelRemoved := p.Objection != nil && p.Objection.Reason == generator.ReasonFork
		if !labelRemoved && (head == "" || p.HeadSHA == known) {
			head = p.HeadSHA
		}
	}
	if !found {
		return known
	}
	return head
}
