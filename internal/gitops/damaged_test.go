package gitops

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
)

// The lines of a damaged record show the change of the entry, if they show that the
// directory is the entry.
func TestDamagedEntryHasFactsOfItsRecord(t *testing.T) {
	t.Parallel()
	head := strings.Repeat("a", 40)
	for name, test := range map[string]struct {
		edit func(record string) string
		id   string
		want generator.Change // zero if the entry is not owned
	}{
		"syntax": {func(r string) string { return r + "\t{" }, "pr-42-on", generator.Change{Kind: generator.PullRequest, Number: 42, Branch: "feature/x", HeadSHA: head}},
		"truncated": {
			func(r string) string { before, _, _ := strings.Cut(r, "title:"); return before + "title: \"" }, "pr-42-on",
			generator.Change{Kind: generator.PullRequest, Number: 42, Branch: "feature/x", HeadSHA: head},
		},
		"no head":         {replace("  head: a", "  head: x"), "pr-42-on", generator.Change{Kind: generator.PullRequest, Number: 42, Branch: "feature/x", HeadSHA: "x" + head[1:]}},
		"no change":       {replace("change:\n", "change: {\n"), "pr-42-on", generator.Change{Kind: generator.PullRequest, Number: 42}},
		"another id":      {replace("id: pr-42-on", "\t{\nid: pr-43"), "pr-42-on", generator.Change{}},
		"another set":     {replace("set: shop", "\t{\nset: web"), "pr-42-on", generator.Change{}},
		"no id":           {replace("id: pr-42-on", "\t{"), "pr-42-on", generator.Change{}},
		"text in a value": {replace("set: shop", "\t{\ntitle: |\n    set: shop"), "pr-42-on", generator.Change{}},
		"number too large": {
			replace("id: pr-42-on", "\t{\nid: pr-99999999999999999999"), "pr-99999999999999999999",
			generator.Change{Kind: generator.PullRequest, Number: math.MaxInt64, Branch: "feature/x", HeadSHA: head},
		},
		"branch": {replace("id: pr-42-on", "\t{\nid: br-x-on"), "br-x-on", generator.Change{Kind: generator.Branch, Number: 42, Branch: "feature/x", HeadSHA: head}},
		"branch without a name": {
			func(r string) string {
				return replace("id: pr-42-on", "\t{\nid: br-x-on")(replace("  branch: feature/x\n", "")(r))
			}, "br-x-on", generator.Change{Kind: generator.Branch, Number: 42, Branch: "x", HeadSHA: head},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := newRecord(fullPreview(), false, nil).contents()
			if err != nil {
				t.Fatal(err)
			}
			damaged := []byte(test.edit(string(data)))
			if _, err := parseRecord(damaged, "shop", test.id); !errors.Is(err, errDamaged) {
				t.Fatalf("got %v, want %v", err, errDamaged)
			}
			d := Damaged{Preview: damagedPreview(damaged, "shop", test.id)}
			var got generator.Change
			if d.Preview != nil {
				c := d.Preview.Change
				got = generator.Change{Kind: c.Kind, Number: c.Number, Branch: c.Branch, HeadSHA: c.HeadSHA}
				if strings.HasSuffix(test.id, "-on") != (d.Preview.Variant == "on") {
					t.Errorf("got variant %q of %s", d.Preview.Variant, test.id)
				}
				if !generator.IsCommit(d.head()) {
					t.Errorf("got head %q for the trailer, want a hash", d.head())
				}
			}
			if got.Kind != test.want.Kind || got.Number != test.want.Number || got.Branch != test.want.Branch || got.HeadSHA != test.want.HeadSHA {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func replace(old, other string) func(string) string {
	return func(text string) string { return strings.Replace(text, old, other, 1) }
}
