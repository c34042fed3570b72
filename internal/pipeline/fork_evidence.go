package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
)

// forkEvidence finds the commit that was the head of a fork when its label was set. The
// author may have pushed since. Dates of commits are no evidence: the author chooses them.
type forkEvidence struct {
	repository generator.Repository
	label      string
	labelings  []generator.Labeling
	// listed are the forks in the last list, at their heads.
	listed  map[generator.Key]generator.Change
	history generator.LabelHistory // nil if the source has none
	unknown int                    // lookups without a result
	// unread are warnings about timelines that could not be read.
	unread []generator.Warning
}

func (s *Set) newForkEvidence(found generator.Listing, last *generator.Snapshot, labelings []generator.Labeling) *forkEvidence {
	history, _ := s.Source.(generator.LabelHistory)
	return &forkEvidence{
		repository: found.Repository, label: s.Selection.PullRequests.ForkLabel,
		labelings: labelings, listed: last.Forks, history: history,
	}
}

// head returns the commit that was the head of c, a fork that has the label, when the
// label was set. It returns "" if there is no evidence.
func (e *forkEvidence) head(ctx context.Context, c generator.Change) string {
	for _, l := range slices.Backward(e.labelings) {
		//promise:other-labels-admit-no-fork
		if !e.isOf(l, c) {
			continue
		}
		//promise:replayed-labels-admit-no-fork
		if !e.isReplay(l) {
			return l.HeadSHA
		}
	}
	if head, failed := e.lookUp(ctx, c.Key()); head != "" || failed {
		return head
	}
	last, listed := e.listed[c.Key()]
	//promise:admissions-need-evidence
	if !listed || last.HeadSHA != c.HeadSHA || slices.Contains(last.Labels, e.label) {
		return ""
	}
	return c.HeadSHA
}

// again returns the commit that was the head of c, an admitted fork, when the label was set
// again after the last list, or "". The event proves that the label was removed before.
func (e *forkEvidence) again(c generator.Change) string {
	last, listed := e.listed[c.Key()]
	for _, l := range slices.Backward(e.labelings) {
		//promise:labels-that-are-set-again-admit-again
		if listed && e.isOf(l, c) && !l.At.IsZero() && !l.At.Before(last.UpdatedAt) {
			return l.HeadSHA
		}
	}
	return ""
}

// isOf reports whether an event set the label of c.
func (e *forkEvidence) isOf(l generator.Labeling, c generator.Change) bool {
	return l.Label == e.label && l.Key == c.Key() && generator.IsCommit(l.HeadSHA)
}

// isReplay reports whether the label was removed after the event: the last list, which is
// newer, does not have the label.
func (e *forkEvidence) isReplay(l generator.Labeling) bool {
	last, listed := e.listed[l.Key]
	return listed && !slices.Contains(last.Labels, e.label) && !l.At.IsZero() && l.At.Before(last.UpdatedAt)
}

// lookUp reads the commit from the timeline of the pull request, "" if the timeline does
// not prove one. failed is true if the next sync can read the timeline: until then, lists
// are no evidence, because they are weaker. lookUp does nothing after maxUnknown lookups
// without a result.
func (e *forkEvidence) lookUp(ctx context.Context, k generator.Key) (head string, failed bool) {
	if e.history == nil || e.unknown == maxUnknown {
		return "", false
	}
	head, err := e.history.LabelHead(ctx, e.repository.ID, k, e.label)
	if err != nil {
		e.unread = append(e.unread, generator.Warning{
			Subject: k.String(),
			Message: fmt.Sprintf("its timeline, which proves the commit that the label %q admits, can't be read: %s", e.label, sourceCause(err)),
		})
		//promise:failed-timelines-let-forks-wait
		head, failed = "", !errors.Is(err, generator.ErrUnauthorized) && !errors.Is(err, generator.ErrNotFound)
	}
	if head == "" {
		e.unknown++
	}
	return head, failed
}
