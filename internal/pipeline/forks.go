package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// forks are the facts about the pull requests of forks.
type forks struct {
	// pins are the commits at which forks were admitted.
	pins map[generator.Key]string
	// listed are the listed forks at their heads. They are empty if the configuration
	// has no label that admits forks.
	listed map[generator.Key]generator.Change
	// waiting are the forks that have the label, without evidence which commit it
	// admits.
	waiting map[generator.Key]bool
	// unread are warnings about timelines that could not be read.
	unread []generator.Warning
}

// pinForks returns the listed changes, and the facts about those of forks. A pull
// request of a fork that has the label is at its pin, the commit at which it was
// admitted: no maintainer has reviewed later commits of its author. Only the removal
// of the label removes the pin. If the label is set again before a list shows its removal,
// the pin moves. The author alone can't move or remove the pin by pushing, drafting,
// closing or waiting. A configuration that denies forks has no label, and removes no pin.
// A change has one pin: all its variants are at the same commit.
//
// pinForks reads the pin from the entries of the change or, if there are none, from
// the last snapshot. Without a pin there, it reads the history of Git: the commit
// that pruned the last entry has the pin. Without any pin, it admits the commit for
// which there is evidence that it was the head when the label was set.
func (s *Set) pinForks(ctx context.Context, found generator.Listing, in Input, state gitops.State, existing inventory) ([]generator.Change, forks, error) {
	f := forks{pins: map[generator.Key]string{}, listed: map[generator.Key]generator.Change{}, waiting: map[generator.Key]bool{}}
	last := &generator.Snapshot{}
	if in.Previous != nil && in.Previous.Repository.Identity() == found.Repository.Identity() {
		last = in.Previous
	}
	maps.Copy(f.pins, last.Pins)
	rules := s.Selection.PullRequests
	if rules == nil || rules.ForkLabel == "" {
		return found.Changes, f, nil
	}
	changes, evidence := slices.Clone(found.Changes), s.newForkEvidence(found, last, in.Labelings)
	for i, c := range changes {
		if !c.Fork {
			continue
		}
		f.listed[c.Key()] = c
		if !rules.AllowsFork(c) {
			delete(f.pins, c.Key())
			continue
		}
		head, err := s.pinned(ctx, c, last, found, state, existing)
		if err != nil {
			return nil, forks{}, err
		}
		if head == "" {
			head = evidence.head(ctx, c)
		} else if again := evidence.again(c); again != "" {
			head = again
		}
		if head == "" {
			f.waiting[c.Key()] = true
			delete(f.pins, c.Key())
			continue
		}
		//promise:forks-stay-at-the-admitted-commit
		changes[i].HeadSHA = head
		f.pins[c.Key()] = head
	}
	f.unread = evidence.unread
	return changes, f, nil
}

// pinned returns the commit at which the fork c was admitted before this sync, or "".
// The history of Git does not matter for a fork without a pin that was listed before:
// then it had no label, or there was no evidence.
func (s *Set) pinned(ctx context.Context, c generator.Change, last *generator.Snapshot, found generator.Listing, state gitops.State, existing inventory) (string, error) {
	known := last.Pins[c.Key()]
	if entries := existing.byKey[c.Key()]; len(entries) > 0 {
		return pinnedBy(entries, known, found.Repository), nil
	}
	if _, listed := last.Forks[c.Key()]; listed || known != "" || s.Overlay == nil {
		return known, nil
	}
	pruned, err := state.Pruned(ctx, c.Number)
	if err != nil {
		return "", err
	}
	pruned = slices.DeleteFunc(pruned, func(p gitops.Pruned) bool { return !s.prunedFrom(ctx, found, p) })
	if len(pruned) == 0 || slices.ContainsFunc(pruned, func(p gitops.Pruned) bool { return p.Reason == generator.ReasonFork }) {
		return "", ctx.Err()
	}
	return pruned[0].Head, nil
}

// prunedFrom reports whether a pruned entry was of the listed repository. IDs are unique
// on one forge only, and commits of older versions have none, so the deleted record
// decides if it can be read.
func (s *Set) prunedFrom(ctx context.Context, found generator.Listing, p gitops.Pruned) bool {
	//promise:pins-are-of-one-repository
	if p.Preview == nil {
		return p.RepositoryID != "" && p.RepositoryID == found.Repository.ID
	}
	previews := []generator.Preview{*p.Preview}
	return s.identify(ctx, found, previews, maxProofs) == nil && previews[0].Repository.Identity() == found.Repository.Identity()
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

// recorded returns a verdict as entries and their history record it. The entry of a fork
// that waits for evidence is of an admission that ended when the label was removed.
func recorded(v generator.Verdict) generator.Verdict {
	if v.Reason == generator.ReasonForkUnproven {
		v.Reason = generator.ReasonFork
	}
	return v
}
