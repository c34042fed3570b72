package pipeline_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/pipeline"
)

// vary gives the set variants with these names and no parameters.
func (b *bench) vary(names ...string) {
	b.t.Helper()
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true, Variants: names}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.set.Namer, b.set.Variants = namers["shop"], nil
	for _, name := range names {
		b.set.Variants = append(b.set.Variants, generator.Variant{Name: name})
	}
}

func (b *bench) preview(id string) generator.Preview {
	b.t.Helper()
	for _, p := range b.last.Previews {
		if p.ID == id {
			return p.Preview
		}
	}
	b.t.Fatalf("no preview %s", id)
	return generator.Preview{}
}

func everyPull() generator.Selection {
	return generator.Selection{PullRequests: &generator.PullRequestRules{}}
}

func TestEachVariantHasAPreviewOfItsOwn(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	b.vary("flag-on", "flag-off")
	b.set.Parameters = map[string]string{"service": "web", "flags": "base=1,new=maybe"}
	b.set.Variants[0].Parameters = map[string]string{"flags": "new=on", "size": "large"}
	b.set.Variants[1].Parameters = map[string]string{"flags": "new=off", "service": "old"}
	b.source.changes = []generator.Change{pull(42, "flag:base=2", "flag:new=label", "flag:extra=x"), branch("feature-x")}
	b.sync("br-feature-x-flag-off", "br-feature-x-flag-on", "pr-42-flag-off", "pr-42-flag-on")
	on, off := b.preview("pr-42-flag-on"), b.preview("pr-42-flag-off")
	for _, tt := range []struct {
		preview        generator.Preview
		variant, flags string
		parameters     map[string]string
	}{
		{on, "flag-on", "base=2,extra=x,new=on", map[string]string{"service": "web", "size": "large"}},
		// What another variant has, this one has too, or a template would fail.
		{off, "flag-off", "base=2,extra=x,new=off", map[string]string{"service": "old", "size": ""}},
		{b.preview("br-feature-x-flag-on"), "flag-on", "base=1,new=on", map[string]string{"service": "web", "size": "large"}},
	} {
		p := tt.preview
		if p.Variant != tt.variant || p.Flags() != tt.flags || !maps.Equal(p.Parameters, tt.parameters) {
			t.Errorf("%s: variant %s, flags %s, parameters %v", p.ID, p.Variant, p.Flags(), p.Parameters)
		}
	}
	if on.HeadSHA != off.HeadSHA || on.Namespace == off.Namespace || on.Host == off.Host || on.DBSchema == off.DBSchema || on.Application == off.Application {
		t.Errorf("they share names, or no commit: %+v, %+v", on, off)
	}
}

func TestFlagsThatDoNotParse(t *testing.T) {
	b := newBench(t, everyPull())
	b.source.changes = []generator.Change{pull(1)}
	b.set.Parameters = map[string]string{"flags": "on"}
	if _, err := b.act(); err == nil || !strings.Contains(err.Error(), `parameter flags: flag "on"`) {
		t.Errorf("of the set: %v", err)
	}
	b.set.Parameters = nil
	b.vary("a")
	b.set.Variants[0].Parameters = map[string]string{"flags": "=x"}
	if _, err := b.act(); err == nil || !strings.Contains(err.Error(), "parameter flags of variant a: ") {
		t.Errorf("of a variant: %v", err)
	}
}

func TestALimitCountsEachVariant(t *testing.T) {
	b := newBench(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Limit: 5})
	b.vary("on", "off")
	b.source.changes = []generator.Change{pull(1), pull(2), pull(3)}
	b.sync("pr-2-off", "pr-2-on", "pr-3-off", "pr-3-on")
	for _, id := range []string{"pr-1-on", "pr-1-off"} {
		if got := b.reason(id); got != generator.ReasonLimit {
			t.Errorf("%s was dropped for %q", id, got)
		}
	}
}

func TestAVariantThatTheSetHasNoMore(t *testing.T) {
	b := newBench(t, everyPull())
	b.vary("on", "off", "late")
	b.source.changes = []generator.Change{pull(1), pull(2)}
	b.sync("pr-1-late", "pr-1-off", "pr-1-on", "pr-2-late", "pr-2-off", "pr-2-on")
	b.vary("on", "off")
	b.sync("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	if got := b.reason("pr-1-late"); got != generator.ReasonVariant {
		t.Errorf("it was dropped for %q", got)
	}

	// The guard is asked as for any other reason.
	b.set.Guard.Removals = 1
	b.vary("on")
	b.sync("!pr-1-off", "pr-1-on", "!pr-2-off", "pr-2-on")
	b.set.Guard.Removals = 2
	b.sync("pr-1-on", "pr-2-on")
}

func TestTheFirstVariantsAndTheLast(t *testing.T) {
	e := newEntries(t, everyPull())
	e.source.changes = []generator.Change{pull(1), pull(2)}
	e.wants(both, "pr-1", "pr-2")
	before := e.preview("pr-1").Names
	e.vary("on", "off")
	e.wants(both, "!pr-1", "pr-1-off", "pr-1-on", "!pr-2", "pr-2-off", "pr-2-on") // all of the set at once
	if e.preview("pr-1").Names != before {
		t.Errorf("it was renamed to %+v", e.preview("pr-1").Names)
	}
	e.restart()
	e.wants(both, "!pr-1", "pr-1-off", "pr-1-on", "!pr-2", "pr-2-off", "pr-2-on")
	e.set.Guard = generator.Guard{Removals: 4, Percent: 100, AllowAll: true}
	e.wants(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	e.inGit("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	e.vary()
	e.wants(both, "pr-1", "pr-2")
	e.inGit("pr-1", "pr-2")
	if got := e.repo.Git(t, "log", "-1", "--format=%s"); got != "shop: add pr-1, pr-2, prune pr-1-off (variant), pr-1-on (variant), pr-2-off (variant), pr-2-on (variant)" {
		t.Errorf("subject %q", got)
	}
}

func TestAnEndedChangeEndsInAllVariants(t *testing.T) {
	e := newEntries(t, everyPull())
	e.vary("on", "off")
	e.source.changes = []generator.Change{pull(1), pull(2)}
	e.wants(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	e.source.changes = e.source.changes[1:]
	e.wants(both, "!pr-1-off", "!pr-1-on", "pr-2-off", "pr-2-on")
	if e.source.asked != 1 {
		t.Errorf("asked %d times for one pull request", e.source.asked)
	}
	e.source.endings[pull(1).Key()] = generator.EndingMerged
	e.vary("on") // also in one that the set no longer has
	e.wants(both, "pr-2-on")
	e.inGit("pr-2-on")
	for _, id := range []string{"pr-1-off", "pr-1-on"} {
		if got := e.reason(id); got != generator.ReasonMerged {
			t.Errorf("%s was dropped for %q", id, got)
		}
	}
}

func TestAHeldPreviewKeepsItsParameters(t *testing.T) {
	e := newEntries(t, everyPull())
	e.vary("on", "off")
	e.set.Parameters = map[string]string{"service": "web", "flags": "a=1"}
	e.set.Variants[1].Parameters = map[string]string{"tier": "small"}
	e.source.changes = []generator.Change{pull(1)}
	e.wants(both, "pr-1-off", "pr-1-on")
	e.set.Guard.Removals = 0
	e.vary("on")
	e.set.Parameters = map[string]string{"service": "api", "region": "eu", "flags": "a=2"}
	for _, restart := range []bool{false, true} {
		if restart {
			e.restart()
		}
		e.wants(both, "!pr-1-off", "pr-1-on")
		p := e.preview("pr-1-off")
		want := map[string]string{"service": "web", "tier": "small", "region": "eu"}
		if !maps.Equal(p.Parameters, want) || p.Flags() != "a=1" || p.Variant != "off" {
			t.Errorf("variant %s, flags %s, parameters %v, want %v", p.Variant, p.Flags(), p.Parameters, want)
		}
	}
}

func TestAForkIsAtOneCommitInAllVariants(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	e.set.Guard = generator.Guard{Removals: 9, Percent: 100, AllowAll: true}
	fork := func(head string, labels ...string) {
		c := pull(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		e.source.changes = []generator.Change{c, pull(10)}
	}
	stays := func(want string, names ...string) {
		t.Helper()
		var ids []string
		for _, n := range []string{"pr-1", "pr-10"} {
			for _, name := range names {
				ids = append(ids, strings.TrimSuffix(n+"-"+name, "-"))
			}
		}
		e.wants(both, ids...)
		for _, id := range ids[:len(names)] {
			if got := e.head(id); got != want {
				t.Fatalf("%s is at %s, let in at %s", id, got, want)
			}
		}
	}
	fork("a", "ok")
	stays("a", "")
	fork("b", "ok")
	e.vary("off", "on")
	stays("a", "off", "on")
	e.restart()
	fork("c", "ok")
	e.vary("late", "on")
	stays("a", "late", "on")

	// It closes, the variants get other names, nobody remembers, and it opens
	// again: as pr-10 goes on, the newest commit is not of pull request 1.
	e.source.changes = []generator.Change{pull(10)}
	e.source.endings[pull(1).Key()] = generator.EndingClosed
	e.wants(both, "pr-10-late", "pr-10-on")
	e.vary("x")
	e.wants(both, "pr-10-x")
	e.restart()
	fork("d", "ok")
	stays("a", "x")

	// The label goes and comes again.
	fork("d")
	e.wants(both, "pr-10-x")
	e.restart()
	fork("e", "ok")
	e.vary("y", "z")
	stays("e", "y", "z")
	fork("1")
	e.wants(service, "pr-10-y", "pr-10-z")
	e.inGit("pr-1-y", "pr-1-z", "pr-10-y", "pr-10-z")
	e.restart()
	fork("2", "ok")
	stays("2", "y", "z")
}

// A removed label is also noticed for a variant that the set no longer has.
func TestAHeldVariantOfAForkWithoutItsLabel(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	e.set.Guard = generator.Guard{}
	fork := func(head string, labels ...string) {
		c := pull(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		e.source.changes = []generator.Change{c}
	}
	e.vary("a", "b")
	fork("a", "ok")
	e.wants(both, "pr-1-a", "pr-1-b")
	e.vary("b")
	e.wants(both, "!pr-1-a", "pr-1-b")
	fork("b")
	e.wants(both, "!pr-1-a", "!pr-1-b")
	e.restart()
	fork("c", "ok")
	e.wants(both, "!pr-1-a", "pr-1-b")
	if got := e.head("pr-1-a") + e.head("pr-1-b"); got != "cc" {
		t.Errorf("a new label left one behind: %s", got)
	}
	for range 2 {
		fork("d", "ok")
		e.restart()
		e.wants(both, "!pr-1-a", "pr-1-b")
		if got := e.head("pr-1-a") + e.head("pr-1-b"); got != "cc" {
			t.Errorf("a push after the label moved one: %s", got)
		}
	}
}

func TestARevertedPruneOfAVariantStays(t *testing.T) {
	e := newEntries(t, everyPull())
	e.set.Guard = generator.Guard{Removals: 9, Percent: 100}
	e.vary("on", "off")
	e.source.changes = []generator.Change{pull(1), pull(2)}
	e.wants(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	names := e.preview("pr-1-off").Names
	e.vary("on")
	e.wants(both, "pr-1-on", "pr-2-on")
	e.repo.Commit(t, "main", fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", e.repo.Git(t, "log", "-1", "--format=%s", "main"), e.repo.Tip(t, "main")),
		e.repo.Files(t, "main~1", "previews"))
	for range 2 {
		e.wants(both, "!pr-1-off", "pr-1-on", "!pr-2-off", "pr-2-on")
		e.restart()
	}
	if _, err := e.act(both); err != nil || e.preview("pr-1-off").Names != names {
		t.Errorf("%v, it is called %+v now", err, e.preview("pr-1-off").Names)
	}
	e.source.changes = e.source.changes[1:]
	e.source.endings[pull(1).Key()] = generator.EndingClosed
	e.wants(both, "!pr-2-off", "pr-2-on")
}

// An id can mean something else once there are variants: who is there keeps it.
func TestAnIDThatMeansSomethingElseNow(t *testing.T) {
	e := newEntries(t, generator.Selection{Branches: &generator.BranchRules{}})
	e.source.changes = []generator.Change{branch("x-a")}
	e.wants(both, "br-x-a")
	e.vary("a")
	e.source.changes = []generator.Change{branch("x-a"), branch("x"), branch("main")}
	e.wants(both, "br-main-a", "!br-x-a", "br-x-a-a")
	if p := e.preview("br-x-a"); p.Branch != "x-a" || p.Variant != "" {
		t.Errorf("br-x-a is of %s in %q", p.Branch, p.Variant)
	}
	if got := e.reason("br-x-a"); got != generator.ReasonName {
		t.Errorf("branch x: %q", got)
	}
	e.source.changes = []generator.Change{branch("x"), branch("main")}
	e.wants(both, "br-main-a", "br-x-a")
	if p := e.preview("br-x-a"); p.Branch != "x" || p.Variant != "a" {
		t.Errorf("br-x-a is of %s in %q", p.Branch, p.Variant)
	}
	if record := e.repo.Git(t, "show", "main:previews/shop/br-x-a/preview.yaml"); !strings.Contains(record, "\nvariant: a\n") {
		t.Errorf("its record:\n%s", record)
	}
}

// A preview whose new namespace is still another's stays in its own until that one
// is gone.
func TestACollisionRemovesNothing(t *testing.T) {
	e := newEntries(t, everyPull())
	e.source.changes = []generator.Change{pull(1)}
	e.wants(both, "pr-1")
	taken := e.preview("pr-1").Namespace
	e.vary("on")
	e.wants(both, "!pr-1", "pr-1-on") // all of the set at once
	before := e.preview("pr-1-on").Namespace
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Namespace: "shop-pr-{{.number}}", Variants: []string{"on"}}})
	if err != nil {
		t.Fatal(err)
	}
	e.set.Namer = namers["shop"]
	for _, restart := range []bool{false, true} {
		if restart {
			e.restart()
		}
		e.wants(both, "!pr-1", "!pr-1-on")
		if p := e.preview("pr-1-on"); p.Namespace != before || p.Held != "it keeps its names: pull request 1 has its namespace "+taken {
			t.Errorf("it is in %s: %s", p.Namespace, p.Held)
		}
	}
	e.source.changes[0].HeadSHA = strings.Repeat("c", 40)
	if e.wants(both, "!pr-1", "!pr-1-on"); e.head("pr-1-on") != "c" {
		t.Errorf("it stays at commit %s", e.head("pr-1-on"))
	}
	e.set.Guard = generator.Guard{Removals: 1, Percent: 100, AllowAll: true}
	e.wants(both, "!pr-1-on")
	e.wants(both, "pr-1-on")
	if got := e.preview("pr-1-on").Namespace; got != taken {
		t.Errorf("it is in %s now", got)
	}
}

// The snapshot says of each variant, by its id, why it has no preview.
func TestEachVariantIsDroppedByItsID(t *testing.T) {
	e := newEntries(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: generator.LabelRule{All: []string{"preview"}}}})
	e.vary("on", "off")
	e.source.changes = []generator.Change{pull(42)}
	e.wants(both)
	for _, id := range []string{"pr-42-on", "pr-42-off"} {
		if _, err := e.set.Render(t.Context(), id); !errors.Is(err, pipeline.ErrNoPreview) || !strings.Contains(err.Error(), `no label "preview"`) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if !slices.ContainsFunc(e.last.Dropped, func(d generator.Dropped) bool { return d.Key() == pull(42).Key() && d.Variant == "off" }) {
		t.Errorf("dropped: %+v", e.last.Dropped)
	}
}

// Another process has written one variant since the list was read: the change
// was opened again, and no variant goes for what the list says.
func TestAYoungerVariantKeepsTheOthers(t *testing.T) {
	e := newEntries(t, everyPull())
	e.vary("on", "off")
	e.source.changes = []generator.Change{pull(1), pull(2)}
	e.wants(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	e.source.changes = e.source.changes[1:]
	e.source.endings[pull(1).Key()] = generator.EndingClosed
	record := "previews/shop/pr-1-on/preview.yaml"
	e.repo.Commit(t, "main", "Another replica", map[string]string{
		record: strings.Replace(e.repo.Git(t, "show", "main:"+record)+"\n", "head: aaaa", "head: bbbb", 1),
	})
	e.wants(both, "pr-2-off", "pr-2-on")
	e.inGit("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	e.wants(both, "pr-2-off", "pr-2-on")
	e.inGit("pr-2-off", "pr-2-on")
}
