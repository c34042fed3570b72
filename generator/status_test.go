package generator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

// A snapshot has one state for each change and variant. The message names the commits and
// the reason.
func TestStatuses(t *testing.T) {
	t.Parallel()
	head, older := strings.Repeat("a", 40), strings.Repeat("b", 40)
	at, since := time.Unix(1e9, 0).UTC(), time.Unix(9e8, 0).UTC()
	pull := generator.Change{Kind: generator.PullRequest, Number: 1, Branch: "work", HeadSHA: head}
	placed := func(change func(*generator.Placed)) generator.Snapshot {
		p := generator.Placed{
			Preview:   generator.Preview{Change: pull, Names: generator.Names{ID: "pr-1"}},
			Placement: generator.Placement{Path: "previews/shop/pr-1"},
			Entry:     generator.Entry{Committed: head, CommittedAt: at},
		}
		if change != nil {
			change(&p)
		}
		return generator.Snapshot{Set: "shop", Previews: []generator.Placed{p}}
	}
	dropped := func(d generator.Dropped) generator.Snapshot {
		d.Change, d.ID = pull, "pr-1"
		return generator.Snapshot{Set: "shop", Dropped: []generator.Dropped{d}}
	}
	why := func(r generator.Reason) generator.Verdict {
		return generator.Verdict{Reason: r, Detail: "because of " + string(r), Since: since}
	}
	fault := generator.Fault{File: "base/a.yaml", Kind: generator.FaultBuild, Message: "base/a.yaml: not YAML", Since: since}
	fork := placed(func(p *generator.Placed) { p.HeadSHA, p.Committed = older, older })
	newest := pull
	fork.Forks = map[generator.Key]generator.Change{pull.Key(): newest}
	for name, test := range map[string]struct {
		snapshot generator.Snapshot
		state    generator.State // "" for none
		reason   generator.Reason
		message  string // contained
		since    time.Time
	}{
		"up to date":                 {placed(nil), generator.StateCommitted, "", "its entry has the newest commit", at},
		"without an overlay":         {placed(func(p *generator.Placed) { p.Path, p.CommittedAt = "", time.Time{} }), generator.StateCommitted, "", "the set has no overlay", time.Time{}},
		"keeps its names":            {placed(func(p *generator.Placed) { p.Held = why(generator.ReasonName) }), generator.StateCommitted, generator.ReasonName, "because of name", at},
		"held by the guard":          {placed(func(p *generator.Placed) { p.Held = why(generator.ReasonLabel) }), generator.StateHeld, generator.ReasonLabel, "because of label", since},
		"held, and failing":          {placed(func(p *generator.Placed) { p.Held, p.Fault = why(generator.ReasonDraft), &fault }), generator.StateHeld, generator.ReasonDraft, "because of draft", since},
		"not listed":                 {placed(func(p *generator.Placed) { p.Held = why(generator.ReasonUnlisted) }), generator.StateHeld, generator.ReasonUnlisted, "", since},
		"behind, with a fault":       {placed(func(p *generator.Placed) { p.Committed, p.Fault = older, &fault }), generator.StateBehind, generator.ReasonOverlay, "base/a.yaml: not YAML; the entry stays at the commit bbbbbbbb", since},
		"newest head, with a fault":  {placed(func(p *generator.Placed) { p.Fault = &fault }), generator.StateBehind, generator.ReasonOverlay, "at the newest commit aaaaaaaa", since},
		"lost its entry, with fault": {placed(func(p *generator.Placed) { p.Entry, p.Fault = generator.Entry{}, &fault }), generator.StateBehind, generator.ReasonOverlay, "it has no entry", since},
		"the next sync moves it":     {placed(func(p *generator.Placed) { p.Committed, p.Pending = older, true }), generator.StateBehind, generator.ReasonPending, "the next sync writes the commit aaaaaaaa: the entry has bbbbbbbb", time.Time{}},
		"the next sync updates it":   {placed(func(p *generator.Placed) { p.Pending = true }), generator.StateCommitted, generator.ReasonPending, "updates its entry", at},
		"the next sync adds it":      {placed(func(p *generator.Placed) { p.Entry = generator.Entry{Pending: true} }), generator.StateWaiting, generator.ReasonPending, "writes its entry", time.Time{}},
		"damaged record":             {placed(func(p *generator.Placed) { p.Entry = generator.Entry{Pending: true, Damaged: true} }), generator.StateBehind, generator.ReasonPending, "can't be read", time.Time{}},
		"newest commit of a fork":    {fork, generator.StateBehind, generator.ReasonFork, "no label admits the commit aaaaaaaa of the fork: the preview stays at bbbbbbbb", time.Time{}},
		"dropped":                    {dropped(generator.Dropped{Verdict: why(generator.ReasonIdle)}), generator.StateDropped, generator.ReasonIdle, "because of idle", since},
		"beyond the limit":           {dropped(generator.Dropped{Verdict: why(generator.ReasonLimit)}), generator.StateWaiting, generator.ReasonLimit, "", since},
		"unproven fork":              {dropped(generator.Dropped{Verdict: why(generator.ReasonForkUnproven)}), generator.StateWaiting, generator.ReasonForkUnproven, "", since},
		"pruned by the limit":        {dropped(generator.Dropped{Verdict: why(generator.ReasonLimit), HasEntry: true}), generator.StateRemoving, generator.ReasonLimit, "its entry waits for the pruner", since},
		"unproven fork, had preview": {dropped(generator.Dropped{Verdict: why(generator.ReasonForkUnproven), HasEntry: true}), generator.StateRemoving, generator.ReasonForkUnproven, "", since},
		"name of another":            {dropped(generator.Dropped{Verdict: why(generator.ReasonName), HasEntry: true}), generator.StateWaiting, generator.ReasonName, "", since},
		"broken overlay":             {dropped(generator.Dropped{Verdict: why(generator.ReasonOverlay), Fault: &fault}), generator.StateWaiting, generator.ReasonOverlay, "", since},
		"lost its record":            {dropped(generator.Dropped{Verdict: why(generator.ReasonOverlay), Fault: &fault, Lost: true}), generator.StateBehind, generator.ReasonOverlay, "it has no entry, and only a running service still knows its last revision", since},
		"waits for the pruner":       {dropped(generator.Dropped{Verdict: why(generator.ReasonLabel), HasEntry: true}), generator.StateRemoving, generator.ReasonLabel, "because of label; its entry waits for the pruner", since},
		"ended, with an entry":       {dropped(generator.Dropped{Verdict: why(generator.ReasonMerged), HasEntry: true}), generator.StateRemoving, generator.ReasonMerged, "", since},
		"ended":                      {dropped(generator.Dropped{Verdict: why(generator.ReasonClosed)}), "", "", "", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := generator.Statuses(&test.snapshot, generator.Applications{})
			if test.state == "" {
				if len(all) != 0 {
					t.Errorf("got %+v, want no state", all)
				}
				return
			}
			if len(all) != 1 {
				t.Fatalf("got %d states, want 1", len(all))
			}
			got := all[0]
			if got.State != test.state || got.Reason != test.reason || !got.Since.Equal(test.since) || !strings.Contains(got.Message, test.message) || got.Message == "" {
				t.Errorf("got %s, %q, %q, %s, want %s, %q, %q, %s", got.State, got.Reason, got.Message, got.Since, test.state, test.reason, test.message, test.since)
			}
			if hasPreview := len(test.snapshot.Previews) > 0; (got.Preview != nil) != hasPreview || got.ID != "pr-1" || got.HeadSHA != head || got.Set != "shop" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// The verdict states what an entry waits for that the guard keeps.
func TestEntryKeptByGuardDoesNotWaitForPruner(t *testing.T) {
	t.Parallel()
	s := &generator.Snapshot{Dropped: []generator.Dropped{{HasEntry: true, Guarded: true, Verdict: generator.Verdict{Reason: generator.ReasonLabel, Detail: "the guard keeps it"}}}}
	if got := generator.Statuses(s, generator.Applications{})[0]; got.State != generator.StateRemoving || got.Message != "the guard keeps it" {
		t.Errorf("got %s %q, want %s and the verdict", got.State, got.Message, generator.StateRemoving)
	}
}

// Each reason belongs to a state, whatever happens to the entry.
func TestEachReasonHasState(t *testing.T) {
	t.Parallel()
	removed := map[generator.Reason]bool{"fork-unproven": true, "limit": true} // waiting without an entry
	waiting := map[generator.Reason]bool{"fork-unproven": true, "limit": true, "unreadable": true, "name": true, "overlay": true, "pending": true}
	ended := map[generator.Reason]bool{"closed": true, "merged": true, "deleted": true}
	for reason := range reasons {
		for _, hasEntry := range []bool{false, true} {
			s := &generator.Snapshot{Dropped: []generator.Dropped{{HasEntry: hasEntry, Verdict: generator.Verdict{Reason: reason}}}}
			want := generator.StateDropped
			switch {
			case waiting[reason] && (!hasEntry || !removed[reason]):
				want = generator.StateWaiting
			case hasEntry:
				want = generator.StateRemoving
			case ended[reason]:
				want = ""
			}
			var got generator.State
			if all := generator.Statuses(s, generator.Applications{}); len(all) > 0 {
				got = all[0].State
			}
			if got != want {
				t.Errorf("%s, entry %t: got %q, want %q", reason, hasEntry, got, want)
			}
		}
	}
}
