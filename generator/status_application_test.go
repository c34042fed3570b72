package generator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
)

var (
	entryRevision, olderRevision = strings.Repeat("1", 40), strings.Repeat("2", 40)
	headOfChange, olderHead      = strings.Repeat("a", 40), strings.Repeat("b", 40)
	committedAt, observedAt      = time.Unix(1e9, 0).UTC(), time.Unix(2e9, 0).UTC()
)

const entryPath = "previews/shop/pr-1"

// application returns an Application at the entry of pull request 1.
func application(state generator.State, revision string) generator.Application {
	a := generator.Application{Namespace: "argocd", Name: "shop-pr-1", Path: entryPath, State: state, Revision: revision, Since: observedAt}
	if state != generator.StateLive {
		a.Reason, a.Message = "degraded", "said Argo CD"
	}
	return a
}

func known(all ...generator.Application) generator.Applications {
	apps := generator.Applications{Watched: true, Known: true, ByPath: map[string][]generator.Application{}}
	for _, a := range all {
		apps.ByPath[a.Path] = append(apps.ByPath[a.Path], a)
	}
	return apps
}

func placedAtEntry(change func(*generator.Placed)) *generator.Snapshot {
	p := generator.Placed{
		Preview:   generator.Preview{Change: generator.Change{Kind: generator.PullRequest, Number: 1, HeadSHA: headOfChange}, Names: generator.Names{ID: "pr-1"}},
		Placement: generator.Placement{Path: entryPath, Revision: entryRevision},
		Entry:     generator.Entry{Committed: headOfChange, CommittedAt: committedAt},
	}
	if change != nil {
		change(&p)
	}
	return &generator.Snapshot{Set: "shop", Previews: []generator.Placed{p}}
}

// A preview has the state of its Applications if its entry allows it.
func TestStatusesOfApplications(t *testing.T) {
	t.Parallel()
	const live, syncing, failing, removing = generator.StateLive, generator.StateSyncing, generator.StateFailing, generator.StateRemoving
	upToDate := placedAtEntry(nil)
	behind := placedAtEntry(func(p *generator.Placed) { p.Committed = olderHead })
	broken := placedAtEntry(func(p *generator.Placed) {
		p.Committed, p.Fault = olderHead, &generator.Fault{Kind: generator.FaultBuild, Message: "not YAML"}
	})
	held := placedAtEntry(func(p *generator.Placed) {
		p.Held = generator.Verdict{Reason: generator.ReasonLabel, Detail: "no label", Since: committedAt}
	})
	other := application(live, entryRevision)
	other.Name = "other-pr-1"
	for name, test := range map[string]struct {
		snapshot *generator.Snapshot
		apps     generator.Applications
		state    generator.State
		reason   generator.Reason
		message  string
		live     string
		since    time.Time
	}{
		"not watched":       {upToDate, generator.Applications{}, generator.StateCommitted, "", "its entry has the newest commit", "", committedAt},
		"not known":         {upToDate, generator.Applications{Watched: true}, generator.StateCommitted, "", "its entry has the newest commit", "", committedAt},
		"none":              {upToDate, known(), generator.StateCommitted, "application", "has not created its Application yet", "", committedAt},
		"live":              {upToDate, known(application(live, entryRevision)), live, "", "Synced and Healthy at the newest commit", headOfChange, observedAt},
		"syncing":           {upToDate, known(application(syncing, entryRevision)), syncing, "degraded", "said Argo CD", "", observedAt},
		"without revision":  {upToDate, known(application(syncing, "")), syncing, "degraded", "said Argo CD", "", observedAt},
		"older, live":       {upToDate, known(application(live, olderRevision)), syncing, "revision", "still has the revision 22222222: the entry has 11111111", "", committedAt},
		"older, syncing":    {upToDate, known(application(syncing, olderRevision)), syncing, "revision", "still has the revision 22222222", "", observedAt},
		"older, failing":    {upToDate, known(application(failing, olderRevision)), failing, "degraded", "said Argo CD; this is of the older revision 22222222: the entry has 11111111", "", observedAt},
		"failing":           {upToDate, known(application(failing, entryRevision)), failing, "degraded", "said Argo CD", "", observedAt},
		"deleted by hand":   {upToDate, known(application(removing, entryRevision)), syncing, "degraded", "is being deleted, and Argo CD creates it again afterwards: said Argo CD", "", observedAt},
		"behind, live":      {behind, known(application(live, entryRevision)), generator.StateBehind, "pending", "the entry has bbbbbbbb; live at bbbbbbbb", olderHead, time.Time{}},
		"behind, syncing":   {behind, known(application(syncing, entryRevision)), generator.StateBehind, "pending", "the entry has bbbbbbbb", "", time.Time{}},
		"behind, failing":   {broken, known(application(failing, entryRevision)), failing, "degraded", "said Argo CD; not YAML; the entry stays at the commit bbbbbbbb", "", observedAt},
		"broken, live":      {broken, known(application(live, entryRevision)), generator.StateBehind, "overlay", "the entry stays at the commit bbbbbbbb; live at bbbbbbbb", olderHead, time.Time{}},
		"held, live":        {held, known(application(live, entryRevision)), generator.StateHeld, "label", "no label", headOfChange, committedAt},
		"held, failing":     {held, known(application(failing, entryRevision)), generator.StateHeld, "label", "no label", "", committedAt},
		"one of two fails":  {upToDate, known(other, application(failing, entryRevision)), failing, "degraded", "Application argocd/shop-pr-1: said Argo CD", "", observedAt},
		"one of two syncs":  {upToDate, known(application(syncing, entryRevision), other), syncing, "degraded", "Application argocd/shop-pr-1: said Argo CD", "", observedAt},
		"two are live":      {upToDate, known(application(live, entryRevision), other), live, "", "Synced and Healthy", headOfChange, observedAt},
		"one of two is old": {upToDate, known(application(live, olderRevision), other), syncing, "revision", "Application argocd/shop-pr-1: Argo CD still has", "", committedAt},
		"keeps its names": {placedAtEntry(func(p *generator.Placed) {
			p.Held = generator.Verdict{Reason: generator.ReasonName, Detail: "keeps its names"}
		}), known(application(live, entryRevision)), live, "name", "keeps its names", headOfChange, observedAt},
		"without an overlay": {placedAtEntry(func(p *generator.Placed) { p.Path = "" }), known(), generator.StateCommitted, "", "the set has no overlay", "", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := generator.Statuses(test.snapshot, test.apps)
			if len(all) != 1 {
				t.Fatalf("got %d states, want 1: %+v", len(all), all)
			}
			got := all[0]
			if got.State != test.state || got.Reason != test.reason || got.Live != test.live || !got.Since.Equal(test.since) {
				t.Errorf("got %s, reason %q, live %q, since %s, want %s, %q, %q, %s", got.State, got.Reason, got.Live, got.Since, test.state, test.reason, test.live, test.since)
			}
			if !strings.Contains(got.Message, test.message) || strings.HasSuffix(got.Message, ".") {
				t.Errorf("got the message %q, want %q", got.Message, test.message)
			}
			if want := len(test.apps.ByPath[entryPath]); test.state != generator.StateCommitted && len(got.Applications) != want {
				t.Errorf("got %d Applications, want %d", len(got.Applications), want)
			}
		})
	}
}

// A change without a preview is in the state removing while its Application exists.
func TestStatusesOfApplicationsWithoutPreview(t *testing.T) {
	t.Parallel()
	pull := generator.Change{Kind: generator.PullRequest, Number: 1, Title: "Title"}
	why := func(r generator.Reason) generator.Verdict {
		return generator.Verdict{Reason: r, Detail: "because", Since: committedAt}
	}
	dropped := func(r generator.Reason, hasEntry bool) *generator.Snapshot {
		return &generator.Snapshot{Set: "shop", Dropped: []generator.Dropped{{Change: pull, ID: "pr-1", HasEntry: hasEntry, Verdict: why(r)}}}
	}
	ended := &generator.Snapshot{Set: "shop", Ended: []generator.Ended{{Change: pull, ID: "pr-1", Verdict: why(generator.ReasonMerged)}}}
	twice := &generator.Snapshot{Set: "shop", Ended: ended.Ended, Dropped: dropped(generator.ReasonLabel, false).Dropped}
	empty := &generator.Snapshot{Set: "shop"}
	deleting, there := application(generator.StateRemoving, entryRevision), application(generator.StateLive, entryRevision)
	named := func(id string) generator.Application {
		a := deleting
		a.Path = "previews/shop/" + id
		return a
	}
	second := there
	second.Name = "other-pr-1"
	for name, test := range map[string]struct {
		snapshot *generator.Snapshot
		apps     generator.Applications
		state    generator.State // "" for none
		reason   generator.Reason
		message  string
		since    time.Time
	}{
		"closed":                     {dropped("closed", false), known(deleting), generator.StateRemoving, "closed", "because; the Application argocd/shop-pr-1 is being deleted: said Argo CD", observedAt},
		"closed, nothing left":       {dropped("closed", false), known(), "", "", "", time.Time{}},
		"not known":                  {dropped("closed", false), generator.Applications{Watched: true, ByPath: known(deleting).ByPath}, "", "", "", time.Time{}},
		"no label":                   {dropped("label", false), known(deleting), generator.StateRemoving, "label", "is being deleted", observedAt},
		"no label, nothing left":     {dropped("label", false), known(), generator.StateDropped, "label", "because", committedAt},
		"not begun":                  {dropped("label", false), known(there), generator.StateRemoving, "label", "because; Argo CD has not begun to delete the Application argocd/shop-pr-1", committedAt},
		"one of two":                 {dropped("label", false), known(deleting, second), generator.StateRemoving, "label", "not begun to delete the Application argocd/other-pr-1", committedAt},
		"with an entry":              {dropped("label", true), known(there), generator.StateRemoving, "label", "because; its entry waits for the pruner", committedAt},
		"with an entry, deleting":    {dropped("label", true), known(deleting), generator.StateRemoving, "label", "because; its entry waits for the pruner; the Application argocd/shop-pr-1 is being deleted", committedAt},
		"beyond the limit":           {dropped("limit", false), known(deleting), generator.StateRemoving, "limit", "is being deleted", observedAt},
		"broken overlay":             {dropped("overlay", false), known(deleting), generator.StateWaiting, "overlay", "because", committedAt},
		"removed lately":             {ended, known(deleting), generator.StateRemoving, "merged", "because; the Application argocd/shop-pr-1 is being deleted", observedAt},
		"removed lately, is gone":    {ended, known(), "", "", "", time.Time{}},
		"removed lately, and listed": {twice, known(deleting), generator.StateRemoving, "label", "because", observedAt},
		"unknown":                    {empty, known(deleting), generator.StateRemoving, "orphan", "its Application has no entry; the Application argocd/shop-pr-1 is being deleted", observedAt},
		"no ID of a preview":         {empty, known(named("everything"), named("pr-0"), named("pr-"), named("br-")), "", "", "", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := generator.Statuses(test.snapshot, test.apps)
			if test.state == "" {
				if len(all) != 0 {
					t.Errorf("got %+v, want no state", all)
				}
				return
			}
			if len(all) != 1 {
				t.Fatalf("got %d states, want 1: %+v", len(all), all)
			}
			got := all[0]
			if got.State != test.state || got.Reason != test.reason || !got.Since.Equal(test.since) || !strings.Contains(got.Message, test.message) {
				t.Errorf("got %s, reason %q, %q since %s, want %s, %q, %q, %s", got.State, got.Reason, got.Message, got.Since, test.state, test.reason, test.message, test.since)
			}
			if got.ID != "pr-1" || got.Number != 1 || got.Set != "shop" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// Of an Application that no preview has, only the facts in the ID are known.
func TestOrphanHasFactsOfItsID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]generator.Status{
		"pr-42":         {Change: generator.Change{Kind: generator.PullRequest, Number: 42}},
		"pr-42-flag-on": {Change: generator.Change{Kind: generator.PullRequest, Number: 42}, Variant: "flag-on"},
		"br-feature-x":  {Change: generator.Change{Kind: generator.Branch}},
	} {
		a := application(generator.StateLive, entryRevision)
		a.Path = "previews/shop/" + id
		all := generator.Statuses(&generator.Snapshot{Set: "shop"}, known(a))
		if len(all) != 1 || all[0].ID != id || all[0].Kind != want.Kind || all[0].Number != want.Number || all[0].Branch != "" || all[0].Variant != want.Variant {
			t.Errorf("%s: got %+v", id, all)
		}
	}
}

// Applications that can't be read are a warning.
func TestWarningsOfApplications(t *testing.T) {
	t.Parallel()
	if got := known().Warnings(); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
	apps := generator.Applications{Watched: true, Problem: "the cluster refuses it: apply the Role"}
	if got := apps.Warnings(); len(got) != 1 || got[0].String() != "Applications: the cluster refuses it: apply the Role" {
		t.Errorf("got %v", got)
	}
}
