package forge_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// timelineAPI is a fixedAPI with a timeline.
type timelineAPI struct {
	*fixedAPI
	entries []forge.TimelineEntry
	parents map[string][]string
	err     error
}

func (a *timelineAPI) Timeline(context.Context, int64) ([]forge.TimelineEntry, error) {
	return a.entries, a.err
}

func (a *timelineAPI) Parents(_ context.Context, hash string) ([]string, error) {
	return a.parents[hash], nil
}

func hash(digit string) string { return strings.Repeat(digit, 40) }

// newTimelineAPI returns an API whose pull request has the head a, the label ok, and one
// entry of a timeline each minute. The present head is that of the last push.
func newTimelineAPI(entries ...forge.TimelineEntry) *timelineAPI {
	a := &timelineAPI{fixedAPI: newFixedAPI(), parents: map[string][]string{}}
	last := ""
	for i, e := range entries {
		e.At = a.pull.CreatedAt.Add(time.Duration(i) * time.Minute)
		if e.Last != "" {
			a.parents[e.First], last = []string{last}, e.Last
		}
		a.entries = append(a.entries, e)
		a.pull.UpdatedAt = e.At
	}
	a.pull.HeadSHA = last
	return a
}

func (a *timelineAPI) labelHead(t *testing.T) (string, error) {
	t.Helper()
	return sourceOf(t, a, forge.Place{}).LabelHead(t.Context(), "1", generator.Key{Kind: generator.PullRequest, Number: 42}, "ok")
}

func push(digit string) forge.TimelineEntry {
	return forge.TimelineEntry{Kind: forge.TimelinePush, First: hash(digit), Last: hash(digit)}
}

func labelEntry(kind forge.TimelineKind, name string) forge.TimelineEntry {
	return forge.TimelineEntry{Kind: kind, Label: name}
}

func TestLabelHead(t *testing.T) {
	t.Parallel()
	force := forge.TimelineEntry{Kind: forge.TimelineForcePush, Last: hash("f")}
	talk, other := forge.TimelineEntry{Kind: forge.TimelineTalk}, forge.TimelineEntry{}
	set, removed := labelEntry(forge.TimelineLabelSet, "ok"), labelEntry(forge.TimelineLabelRemoved, "ok")
	bug := labelEntry(forge.TimelineLabelSet, "bug")
	sameSecond := func(i int) func(*timelineAPI) {
		return func(a *timelineAPI) {
			a.entries[i].At = a.entries[i-1].At
			a.pull.UpdatedAt = a.entries[len(a.entries)-1].At
		}
	}
	for _, test := range []struct {
		name    string
		entries []forge.TimelineEntry
		change  func(*timelineAPI)
		want    string
	}{
		{name: "no entries"},
		{name: "label", entries: []forge.TimelineEntry{push("a"), set}, want: "a"},
		{name: "push before", entries: []forge.TimelineEntry{push("a"), push("b"), set}, want: "b"},
		{name: "pushes after", entries: []forge.TimelineEntry{push("a"), set, push("b"), push("c")}, want: "a"},
		{name: "talk", entries: []forge.TimelineEntry{push("a"), talk, set, talk, bug, talk}, want: "a"},
		{name: "another label later", entries: []forge.TimelineEntry{push("a"), set, push("b"), bug}, want: "a"},
		{name: "another label only", entries: []forge.TimelineEntry{push("a"), bug}},
		{name: "removed", entries: []forge.TimelineEntry{push("a"), set, removed}},
		{name: "set again", entries: []forge.TimelineEntry{push("a"), set, removed, push("b"), set, push("c")}, want: "b"},
		{name: "no push before", entries: []forge.TimelineEntry{set, push("b")}},
		{name: "commits replaced before", entries: []forge.TimelineEntry{push("a"), force, set}, want: "f"},
		{name: "commits replaced before, push after", entries: []forge.TimelineEntry{push("a"), force, set, push("b")}, want: "f"},
		{name: "commits replaced after", entries: []forge.TimelineEntry{push("a"), set, force}},
		{name: "commits replaced after a push", entries: []forge.TimelineEntry{push("a"), set, push("b"), force}},
		{name: "unknown entry before", entries: []forge.TimelineEntry{push("a"), other, set}},
		{name: "unknown entry after", entries: []forge.TimelineEntry{push("a"), set, other}},
		{name: "unknown entry before the push", entries: []forge.TimelineEntry{other, push("a"), set}, want: "a"},
		{name: "push and label in the same second", entries: []forge.TimelineEntry{push("a"), push("b"), set}, change: sameSecond(2)},
		{name: "label and push in the same second", entries: []forge.TimelineEntry{push("a"), set, push("b"), talk}, change: sameSecond(2)},
		{
			name: "unrecorded push after the label", entries: []forge.TimelineEntry{push("a"), set},
			change: func(a *timelineAPI) { a.pull.HeadSHA = hash("b") },
		},
		{
			name: "unrecorded push before the next push", entries: []forge.TimelineEntry{push("a"), set, push("c")},
			change: func(a *timelineAPI) { a.parents[hash("c")] = []string{hash("b")} },
		},
		{
			name: "next push is a merge", entries: []forge.TimelineEntry{push("a"), set, push("c")},
			change: func(a *timelineAPI) { a.parents[hash("c")] = []string{hash("d"), hash("a")} }, want: "a",
		},
		{
			name: "incomplete", entries: []forge.TimelineEntry{push("a"), set},
			change: func(a *timelineAPI) { a.pull.UpdatedAt = a.pull.UpdatedAt.Add(2 * time.Second) },
		},
		{
			name: "older pull request", entries: []forge.TimelineEntry{push("a"), set},
			change: func(a *timelineAPI) { a.pull.UpdatedAt = a.pull.UpdatedAt.Add(-time.Second) },
		},
		{
			name: "updated after its last entry", entries: []forge.TimelineEntry{push("a"), set}, want: "a",
			change: func(a *timelineAPI) { a.pull.UpdatedAt = a.pull.UpdatedAt.Add(time.Second) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newTimelineAPI(test.entries...)
			if test.change != nil {
				test.change(a)
			}
			got, err := a.labelHead(t)
			if want := strings.Repeat(test.want, 40); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestLabelHeadIsOfOneRepository(t *testing.T) {
	t.Parallel()
	a := newTimelineAPI(push("a"), labelEntry(forge.TimelineLabelSet, "ok"))
	a.pull.TargetID = "2"
	if got, err := a.labelHead(t); got != "" || !errors.Is(err, generator.ErrOtherRepository) {
		t.Errorf("got %q, %v, want %v", got, err, generator.ErrOtherRepository)
	}
}

func TestLabelHeadFailsWithTheTimeline(t *testing.T) {
	t.Parallel()
	a := newTimelineAPI(push("a"), labelEntry(forge.TimelineLabelSet, "ok"))
	a.err = generator.ErrIncomplete
	if got, err := a.labelHead(t); got != "" || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got %q, %v, want %v", got, err, generator.ErrIncomplete)
	}
}

// A forge without timelines proves nothing, and neither does a timeline about a branch.
func TestLabelHeadNeedsTheTimelineOfAPullRequest(t *testing.T) {
	t.Parallel()
	a := newTimelineAPI(push("a"), labelEntry(forge.TimelineLabelSet, "ok"))
	for name, test := range map[string]struct {
		api forge.API
		key generator.Key
	}{
		"no timelines": {a.fixedAPI, generator.Key{Kind: generator.PullRequest, Number: 42}},
		"branch":       {a, generator.Key{Kind: generator.Branch, Branch: "b"}},
	} {
		if got, err := sourceOf(t, test.api, forge.Place{}).LabelHead(t.Context(), "1", test.key, "ok"); got != "" || err != nil {
			t.Errorf("%s: got %q, %v, want no commit", name, got, err)
		}
	}
}
