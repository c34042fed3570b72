package forge

import (
	"context"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// Timelines is an API of a forge that records the server's time of every push.
type Timelines interface {
	// Timeline returns all entries of the timeline of a pull request, the oldest first.
	// It leaves out no entry before the last one that it returns.
	Timeline(ctx context.Context, number int64) ([]TimelineEntry, error)
	// Parents returns the hashes of the parents of a commit.
	Parents(ctx context.Context, hash string) ([]string, error)
}

// TimelineEntry is an entry of the timeline of a pull request.
type TimelineEntry struct {
	Kind TimelineKind
	// At is the server's time, in seconds.
	At time.Time
	// Label is the name of the label that was set or removed.
	Label string
	// First and Last are the oldest and the newest commit of a push.
	First, Last string
}

// TimelineKind is the kind of a TimelineEntry.
type TimelineKind int

// The kinds of entries.
const (
	// TimelineOther is an entry after which the head may be another one, or an entry of
	// an unknown kind.
	TimelineOther TimelineKind = iota
	// TimelineTalk is an entry that does not change the head, such as a comment.
	TimelineTalk
	TimelineLabelSet
	TimelineLabelRemoved
	// TimelinePush is a push to the head branch that removes no commit from it.
	TimelinePush
	// TimelineForcePush is a push that replaces commits. Only Last is meaningful.
	TimelineForcePush
)

// updateDelay is the longest time between an entry of a timeline and the update of its pull
// request.
const updateDelay = time.Second

// LabelHead implements generator.LabelHistory. The result is "" if the forge has no
// timelines with times of pushes.
//
// The timeline must be complete: its last entry was the last update of the pull request.
// The last push before the label has the head. The next push after it, or the present
// head, must confirm that no other push was between them. After the label, no push may
// have replaced commits: forges remove such commits from entries of earlier pushes.
func (s *Source) LabelHead(ctx context.Context, repositoryID string, k generator.Key, label string) (string, error) {
	timelines, ok := s.api.(Timelines)
	if !ok || k.Kind != generator.PullRequest {
		return "", nil
	}
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	head, err := s.labelHead(ctx, timelines, repositoryID, k.Number, label)
	if err != nil {
		return "", s.fail(ctx, "read the timeline of "+k.String(), err)
	}
	return head, nil
}

func (s *Source) labelHead(ctx context.Context, timelines Timelines, repositoryID string, number int64, label string) (string, error) {
	entries, err := timelines.Timeline(ctx, number)
	if err != nil || len(entries) == 0 {
		return "", err
	}
	// The pull request is read after its timeline, so that a later update is noticed.
	pull, err := s.pullRequest(ctx, repositoryID, number)
	unknown := pull.UpdatedAt.Sub(entries[len(entries)-1].At)
	//promise:timelines-are-complete
	if err != nil || unknown < 0 || unknown > updateDelay {
		return "", err
	}
	head, next := headAtLabel(entries, label)
	if head == "" || next == "" && head == pull.HeadSHA {
		return head, nil
	}
	if next == "" {
		return "", nil
	}
	parents, err := timelines.Parents(ctx, next)
	if err != nil || !slices.Contains(parents, head) {
		return "", err
	}
	return head, nil
}

// headAtLabel returns the newest commit of the last push before the label was last set,
// and the oldest commit of the first push after it, "" if there is none. head is "" if the
// label is not set, or if the head may have been another one.
func headAtLabel(entries []TimelineEntry, label string) (head, next string) {
	set := lastIndex(entries, func(e TimelineEntry) bool {
		return e.Label == label && (e.Kind == TimelineLabelSet || e.Kind == TimelineLabelRemoved)
	})
	if set < 0 || entries[set].Kind != TimelineLabelSet {
		return "", ""
	}
	pushed := lastIndex(entries[:set], func(e TimelineEntry) bool { return e.Kind == TimelinePush || e.Kind == TimelineForcePush })
	// Entries of the same second may be in another order.
	//promise:timelines-order-pushes-and-labels
	if pushed < 0 || !entries[pushed].At.Before(entries[set].At) {
		return "", ""
	}
	for _, e := range entries[pushed+1:] {
		switch {
		case e.Kind == TimelineOther, e.Kind == TimelineForcePush:
			return "", ""
		case e.Kind == TimelinePush && !e.At.After(entries[set].At):
			return "", ""
		case e.Kind == TimelinePush && next == "":
			next = e.First
		}
	}
	return entries[pushed].Last, next
}

func lastIndex(entries []TimelineEntry, match func(TimelineEntry) bool) int {
	for i, e := range slices.Backward(entries) {
		if match(e) {
			return i
		}
	}
	return -1
}
