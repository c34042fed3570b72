package plugin_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
	"github.com/previewset/previewset/test/fields"
)

func droppedSnapshot() *generator.Snapshot {
	return &generator.Snapshot{
		Set: "shop", TakenAt: time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("CET", 3600)),
		Previews: []generator.Placed{{Preview: generator.Preview{Held: "because"}}},
		Dropped: []generator.Dropped{{
			Change:  generator.Change{Kind: generator.PullRequest, Number: 42, Branch: "b", Title: "A title", URL: "https://github.com/acme/shop/pull/42"},
			Variant: "blue", ID: "pr-42-blue", Verdict: generator.Verdict{Reason: generator.ReasonLabel, Detail: "it has no label"},
		}},
	}
}

func encoded(t *testing.T, s *generator.Snapshot) string {
	t.Helper()
	view := plugin.NewView(s)
	view.Previews[0].Parameters = nil
	text, err := json.Marshal(view)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestViewOfASnapshot checks the keys and the values that programs read.
func TestViewOfASnapshot(t *testing.T) {
	t.Parallel()
	const want = `{"set":"shop","taken_at":"2026-03-01T12:00:00Z","stale":false,"previews":[{"held":"because","parameters":null}],` +
		`"dropped":[{"id":"pr-42-blue","kind":"pull-request","number":42,"branch":"b","variant":"blue","title":"A title",` +
		`"url":"https://github.com/acme/shop/pull/42","reason":"label","detail":"it has no label"}]}`
	if got := encoded(t, droppedSnapshot()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, _ := json.Marshal(plugin.NewView(&generator.Snapshot{})); string(got) != `{"set":"","taken_at":"0001-01-01T00:00:00Z","stale":false,"previews":[],"dropped":[]}` {
		t.Errorf("of nothing, got %s", got)
	}
}

// TestViewHasEveryFieldOfAVerdict changes each field of the verdict.
func TestViewHasEveryFieldOfAVerdict(t *testing.T) {
	t.Parallel()
	plain := encoded(t, droppedSnapshot())
	for _, f := range fields.Of(t, &droppedSnapshot().Dropped[0].Verdict) {
		s := droppedSnapshot()
		fields.Find(t, &s.Dropped[0].Verdict, f.Path).Change()
		if encoded(t, s) == plain {
			t.Errorf("%s has no effect", f.Path)
		}
	}
}
