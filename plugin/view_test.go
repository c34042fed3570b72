package plugin_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
	"github.com/previewset/previewset/test/vary"
)

// The view has these fields of a change without a preview.
func TestViewHasFieldsOfDroppedChange(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{
		"Change.Kind": true, "Change.Number": true, "Change.Branch": true, "Change.Title": true, "Change.URL": true,
		"Variant": true, "ID": true, "HasEntry": true, "Verdict.Reason": true, "Verdict.Detail": true,
	}
	text := func(d generator.Dropped) string {
		data, err := json.Marshal(plugin.NewView(&generator.Snapshot{Dropped: []generator.Dropped{d}}))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	base := generator.Dropped{Change: generator.Change{Kind: generator.PullRequest, Number: 1}}
	found := 0
	for path, d := range vary.Fields(base) {
		if shown[path] {
			found++
		}
		if different := text(d) != text(base); different != shown[path] {
			t.Errorf("%s: got another view: %t, want %t", path, different, shown[path])
		}
	}
	if found != len(shown) {
		t.Errorf("%d of the fields %v exist", found, shown)
	}
}

// The view has the keys that programs read, in this order.
func TestViewIsJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		snapshot generator.Snapshot
		want     string
	}{
		{"empty", generator.Snapshot{}, `{"set":"","taken_at":"0001-01-01T00:00:00Z","stale":false,"previews":[],"dropped":[]}`},
		{"held preview and dropped change", generator.Snapshot{
			Set: "shop", TakenAt: time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("", 3600)),
			Previews: []generator.Placed{{Preview: generator.Preview{Held: generator.Verdict{Reason: generator.ReasonLabel, Detail: "because"}}}},
			Dropped: []generator.Dropped{{
				Change:  generator.Change{Kind: generator.PullRequest, Number: 2, Branch: "b", Title: "t", URL: "u"},
				Variant: "v", ID: "pr-2-v", Verdict: generator.Verdict{Reason: generator.ReasonDraft, Detail: "d"},
			}},
		}, `{"set":"shop","taken_at":"2026-03-01T12:00:00Z","stale":false,"previews":[{"held":"because","parameters":null}],` +
			`"dropped":[{"id":"pr-2-v","kind":"pull-request","number":2,"branch":"b","variant":"v","title":"t","url":"u","reason":"draft","detail":"d"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			view := plugin.NewView(&test.snapshot)
			for i := range view.Previews {
				view.Previews[i].Parameters = nil // TestEachParameterChangesAnswer has them
			}
			if data, err := json.Marshal(view); err != nil || string(data) != test.want {
				t.Errorf("got %s, %v\nwant %s", data, err, test.want)
			}
		})
	}
}

// Publish compares each parameter of a preview.
func TestEachParameterChangesAnswer(t *testing.T) {
	t.Parallel()
	s := newService(t, "shop")
	base := generator.Placed{
		Preview: generator.Preview{
			Set: "shop", Change: generator.Change{Kind: generator.PullRequest, Number: 1, Labels: []string{"l"}},
			Parameters: map[string]string{"k": "v"}, Features: generator.Flags{"f": "on"}, Names: generator.Names{ID: "pr-1"},
		},
		Placement: generator.Placement{RepoURL: "u", Path: "p", Revision: "r"},
	}
	publishOnly := func(p generator.Placed) bool {
		return publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now, Previews: []generator.Placed{p}})
	}
	without := map[string]bool{ // fields that are in no parameter
		"Preview.Change.Draft": true, "Preview.Change.Fork": true, "Preview.Repository.ForgeHost": true,
		"Preview.Repository.DefaultBranch": true, "Preview.Held.Reason": true, "Preview.Held.Detail": true, "Preview.Held.Since": true, "Fault": true,
		"Entry.Committed": true, "Entry.CommittedAt": true, "Entry.Pending": true, "Entry.Damaged": true, "Preview.Objection": true,
		"Preview.Repository.ID": true, "Preview.Repository.PageURL": true, "Preview.NamedAfter.ForgeHost": true,
		"Preview.NamedAfter.Organization": true, "Preview.NamedAfter.Name": true, "Preview.NamedURLs.Clone": true, "Preview.NamedURLs.Change": true,
	}
	for path, p := range vary.Fields(base) {
		publishOnly(base)
		if changed := publishOnly(p); changed == without[path] {
			t.Errorf("%s: got changed = %t, want %t", path, changed, !without[path])
		}
	}
}

// A StateView has each field of a Status, except those of a change that are only for
// decisions.
func TestStateViewHasFieldsOfStatus(t *testing.T) {
	t.Parallel()
	hidden := map[string]bool{
		"Change.CreatedAt": true, "Change.UpdatedAt": true, "Change.Labels with one more": true, "Change.Draft": true, "Change.Fork": true,
		"Fault": true, // the message has it
	}
	text := func(s generator.Status) string {
		data, err := json.Marshal(plugin.NewStateView(s))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	base := generator.Status{Change: generator.Change{Kind: generator.PullRequest, Number: 1}, Since: time.Unix(1, 0)}
	for path, s := range vary.Fields(base) {
		if strings.HasPrefix(path, "Preview") {
			continue // its parameters: see TestEachParameterChangesAnswer
		}
		if different := text(s) != text(base); different == hidden[path] {
			t.Errorf("%s: got another view: %t, want %t", path, different, !hidden[path])
		}
	}
	with := base
	with.Preview = &generator.Placed{Preview: generator.Preview{Names: generator.Names{ID: "pr-1"}}}
	if got := plugin.NewStateView(with).Parameters["id"]; got != "pr-1" || plugin.NewStateView(base).Parameters != nil {
		t.Errorf("got id %v in the parameters, want pr-1, and none without a preview", got)
	}
}

func TestViewSortsDroppedChanges(t *testing.T) {
	t.Parallel()
	drop := func(kind generator.Kind, number int64, id string) generator.Dropped {
		return generator.Dropped{Change: generator.Change{Kind: kind, Number: number}, ID: id}
	}
	view := plugin.NewView(&generator.Snapshot{Dropped: []generator.Dropped{
		drop(generator.PullRequest, 10, "pr-10"), drop(generator.PullRequest, 9, "pr-9-on"), drop(generator.Branch, 0, "br-b"),
		drop(generator.PullRequest, 9, "pr-9-off"), drop(generator.Branch, 0, "br-a"),
	}})
	var ids []string
	for _, d := range view.Dropped {
		ids = append(ids, d.ID)
	}
	if want := []string{"br-a", "br-b", "pr-9-off", "pr-9-on", "pr-10"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}
