package pipeline_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// setVariants configures variants with these names and without parameters.
func (f *fixture) setVariants(names ...string) {
	f.t.Helper()
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true, Variants: names}})
	if err != nil {
		f.t.Fatal(err)
	}
	f.set.Namer, f.set.Variants = namers["shop"], nil
	for _, name := range names {
		f.set.Variants = append(f.set.Variants, generator.Variant{Name: name})
	}
}

func (f *fixture) preview(id string) generator.Preview {
	f.t.Helper()
	for _, p := range f.last.Previews {
		if p.ID == id {
			return p.Preview
		}
	}
	f.t.Fatalf("no preview %s", id)
	return generator.Preview{}
}

func everyPullRequest() generator.Selection {
	return generator.Selection{PullRequests: &generator.PullRequestRules{}}
}

func TestEachVariantHasItsOwnPreview(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}})
	f.setVariants("flag-on", "flag-off")
	f.set.Parameters = map[string]string{"service": "web", "flags": "base=1,new=maybe"}
	f.set.Variants[0].Parameters = map[string]string{"flags": "new=on", "size": "large"}
	f.set.Variants[1].Parameters = map[string]string{"flags": "new=off", "service": "old"}
	f.source.changes = []generator.Change{pullRequest(42, "flag:base=2", "flag:new=label", "flag:extra=x"), branch("feature-x")}
	f.syncWant("br-feature-x-flag-off", "br-feature-x-flag-on", "pr-42-flag-off", "pr-42-flag-on")
	on, off := f.preview("pr-42-flag-on"), f.preview("pr-42-flag-off")
	for _, tt := range []struct {
		preview        generator.Preview
		variant, flags string
		parameters     map[string]string
	}{
		{on, "flag-on", "base=2,extra=x,new=on", map[string]string{"service": "web", "size": "large"}},
		// A variant has the keys of all variants, otherwise a template would fail.
		{off, "flag-off", "base=2,extra=x,new=off", map[string]string{"service": "old", "size": ""}},
		{f.preview("br-feature-x-flag-on"), "flag-on", "base=1,new=on", map[string]string{"service": "web", "size": "large"}},
	} {
		p := tt.preview
		if p.Variant != tt.variant || p.Flags() != tt.flags || !maps.Equal(p.Parameters, tt.parameters) {
			t.Errorf("%s: got variant %s, flags %s and parameters %v, want %s, %s and %v", p.ID, p.Variant, p.Flags(), p.Parameters, tt.variant, tt.flags, tt.parameters)
		}
	}
	if on.HeadSHA != off.HeadSHA || on.Namespace == off.Namespace || on.Host == off.Host || on.DBSchema == off.DBSchema || on.Application == off.Application {
		t.Errorf("variants share names, or have different commits: %+v, %+v", on, off)
	}
}

func TestInvalidFlagsAreAnError(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.source.changes = []generator.Change{pullRequest(1)}
	f.set.Parameters = map[string]string{"flags": "on"}
	if _, err := f.trySync(); err == nil || !strings.Contains(err.Error(), `parameter flags: flag "on"`) {
		t.Errorf("got error %v, want one for the flags of the set", err)
	}
	f.set.Parameters = nil
	f.setVariants("a")
	f.set.Variants[0].Parameters = map[string]string{"flags": "=x"}
	if _, err := f.trySync(); err == nil || !strings.Contains(err.Error(), "parameter flags of variant a: ") {
		t.Errorf("got error %v, want one for the flags of variant a", err)
	}
}

func TestLimitCountsEachVariant(t *testing.T) {
	f := newFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}, Limit: 5})
	f.setVariants("on", "off")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), pullRequest(3)}
	f.syncWant("pr-2-off", "pr-2-on", "pr-3-off", "pr-3-on")
	for _, id := range []string{"pr-1-on", "pr-1-off"} {
		if got := f.reason(id); got != generator.ReasonLimit {
			t.Errorf("%s: got reason %q, want %q", id, got, generator.ReasonLimit)
		}
	}
}

func TestRemovedVariantIsDropped(t *testing.T) {
	f := newFixture(t, everyPullRequest())
	f.setVariants("on", "off", "late")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant("pr-1-late", "pr-1-off", "pr-1-on", "pr-2-late", "pr-2-off", "pr-2-on")
	f.setVariants("on", "off")
	f.syncWant("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	if got := f.reason("pr-1-late"); got != generator.ReasonVariant {
		t.Errorf("got reason %q for pr-1-late, want %q", got, generator.ReasonVariant)
	}

	// The guard counts these removals as any other.
	f.set.Guard.Removals = 1
	f.setVariants("on")
	f.syncWant("!pr-1-off", "pr-1-on", "!pr-2-off", "pr-2-on")
	f.set.Guard.Removals = 2
	f.syncWant("pr-1-on", "pr-2-on")
}

func TestAddFirstAndRemoveLastVariant(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	before := f.preview("pr-1").Names
	f.setVariants("on", "off")
	f.syncWant(both, "!pr-1", "pr-1-off", "pr-1-on", "!pr-2", "pr-2-off", "pr-2-on") // the removal of all previews is held
	if f.preview("pr-1").Names != before {
		t.Errorf("got names %+v of pr-1, want %+v", f.preview("pr-1").Names, before)
	}
	f.restart()
	f.syncWant(both, "!pr-1", "pr-1-off", "pr-1-on", "!pr-2", "pr-2-off", "pr-2-on")
	f.set.Guard = generator.Guard{Removals: 4, Percent: 100, AllowAll: true}
	f.syncWant(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.wantEntries("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.setVariants()
	f.syncWant(both, "pr-1", "pr-2")
	f.wantEntries("pr-1", "pr-2")
	if got := f.repo.Git(t, "log", "-1", "--format=%s"); got != "shop: add pr-1, pr-2, prune pr-1-off (variant), pr-1-on (variant), pr-2-off (variant), pr-2-on (variant)" {
		t.Errorf("got subject %q", got)
	}
}

func TestEndedChangeEndsInAllVariants(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.setVariants("on", "off")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.source.changes = f.source.changes[1:]
	f.syncWant(both, "!pr-1-off", "!pr-1-on", "pr-2-off", "pr-2-on")
	if f.source.lookups != 1 {
		t.Errorf("got %d lookups of one pull request, want 1", f.source.lookups)
	}
	f.source.endings[pullRequest(1).Key()] = generator.EndingMerged
	f.setVariants("on") // the change also ends in variants that the set no longer has
	f.syncWant(both, "pr-2-on")
	f.wantEntries("pr-2-on")
	for _, id := range []string{"pr-1-off", "pr-1-on"} {
		if got := f.reason(id); got != generator.ReasonMerged {
			t.Errorf("%s: got reason %q, want %q", id, got, generator.ReasonMerged)
		}
	}
}

func TestHeldPreviewKeepsItsParameters(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.setVariants("on", "off")
	f.set.Parameters = map[string]string{"service": "web", "flags": "a=1"}
	f.set.Variants[1].Parameters = map[string]string{"tier": "small"}
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1-off", "pr-1-on")
	f.set.Guard.Removals = 0
	f.setVariants("on")
	f.set.Parameters = map[string]string{"service": "api", "region": "eu", "flags": "a=2"}
	for _, restart := range []bool{false, true} {
		if restart {
			f.restart()
		}
		f.syncWant(both, "!pr-1-off", "pr-1-on")
		p := f.preview("pr-1-off")
		want := map[string]string{"service": "web", "tier": "small", "region": "eu"}
		if !maps.Equal(p.Parameters, want) || p.Flags() != "a=1" || p.Variant != "off" {
			t.Errorf("got variant %s, flags %s and parameters %v, want off, a=1 and %v", p.Variant, p.Flags(), p.Parameters, want)
		}
	}
}

func TestForkIsAtOneCommitInAllVariants(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.set.Guard = generator.Guard{Removals: 9, Percent: 100, AllowAll: true}
	fork := func(head string, labels ...string) {
		c := pullRequest(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		f.source.changes = []generator.Change{c, pullRequest(10)}
	}
	wantAdmittedAt := func(want string, names ...string) {
		t.Helper()
		var ids []string
		for _, n := range []string{"pr-1", "pr-10"} {
			for _, name := range names {
				ids = append(ids, strings.TrimSuffix(n+"-"+name, "-"))
			}
		}
		f.syncWant(both, ids...)
		for _, id := range ids[:len(names)] {
			if got := f.head(id); got != want {
				t.Fatalf("%s is at %s, want %s", id, got, want)
			}
		}
	}
	fork("a", "ok")
	f.event("a")
	wantAdmittedAt("a", "")
	fork("b", "ok")
	f.setVariants("off", "on")
	wantAdmittedAt("a", "off", "on")
	f.restart()
	fork("c", "ok")
	f.setVariants("late", "on")
	wantAdmittedAt("a", "late", "on")

	// The pull request is closed, the variants get other names, the service restarts, and
	// the pull request is reopened. The newest commit is of pr-10.
	f.source.changes = []generator.Change{pullRequest(10)}
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	f.syncWant(both, "pr-10-late", "pr-10-on")
	f.setVariants("x")
	f.syncWant(both, "pr-10-x")
	f.restart()
	fork("d", "ok")
	wantAdmittedAt("a", "x")

	// The label is removed and set again.
	fork("d")
	f.syncWant(both, "pr-10-x")
	f.restart()
	fork("e", "ok")
	f.event("e")
	f.setVariants("y", "z")
	wantAdmittedAt("e", "y", "z")
	fork("1")
	f.syncWant(writer, "pr-10-y", "pr-10-z")
	f.wantEntries("pr-1-y", "pr-1-z", "pr-10-y", "pr-10-z")
	f.restart()
	fork("2", "ok")
	f.event("2")
	wantAdmittedAt("2", "y", "z")
}

// A removed label is also noticed for a variant that the set no longer has.
func TestRemovedForkLabelIsNoticedForHeldVariants(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.set.Guard = generator.Guard{}
	fork := func(head string, labels ...string) {
		c := pullRequest(1, labels...)
		c.Fork, c.HeadSHA = true, strings.Repeat(head, 40)
		f.source.changes = []generator.Change{c}
	}
	f.setVariants("a", "b")
	fork("a", "ok")
	f.event("a")
	f.syncWant(both, "pr-1-a", "pr-1-b")
	f.setVariants("b")
	f.syncWant(both, "!pr-1-a", "pr-1-b")
	fork("b")
	f.syncWant(both, "!pr-1-a", "!pr-1-b")
	f.restart()
	fork("c", "ok")
	f.event("c")
	f.syncWant(both, "!pr-1-a", "pr-1-b")
	if got := f.head("pr-1-a") + f.head("pr-1-b"); got != "cc" {
		t.Errorf("got commits %s after a new label, want cc", got)
	}
	for range 2 {
		fork("d", "ok")
		f.restart()
		f.syncWant(both, "!pr-1-a", "pr-1-b")
		if got := f.head("pr-1-a") + f.head("pr-1-b"); got != "cc" {
			t.Errorf("got commits %s after a later push, want cc", got)
		}
	}
}

func TestRevertedPruneOfVariantStays(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.set.Guard = generator.Guard{Removals: 9, Percent: 100}
	f.setVariants("on", "off")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	names := f.preview("pr-1-off").Names
	f.setVariants("on")
	f.syncWant(both, "pr-1-on", "pr-2-on")
	f.repo.Commit(t, "main", fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n", f.repo.Git(t, "log", "-1", "--format=%s", "main"), f.repo.Tip(t, "main")),
		f.repo.Files(t, "main~1", "previews"))
	for range 2 {
		f.syncWant(both, "!pr-1-off", "pr-1-on", "!pr-2-off", "pr-2-on")
		f.restart()
	}
	if _, err := f.trySync(both); err != nil || f.preview("pr-1-off").Names != names {
		t.Errorf("got error %v and names %+v, want names %+v", err, f.preview("pr-1-off").Names, names)
	}
	f.source.changes = f.source.changes[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	f.syncWant(both, "!pr-2-off", "pr-2-on")
}

// With variants, two changes can have the same id. The existing preview keeps it.
func TestExistingPreviewKeepsAnAmbiguousID(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{}})
	f.source.changes = []generator.Change{branch("x-a")}
	f.syncWant(both, "br-x-a")
	f.setVariants("a")
	f.source.changes = []generator.Change{branch("x-a"), branch("x"), branch("main")}
	f.syncWant(both, "br-main-a", "!br-x-a", "br-x-a-a")
	if p := f.preview("br-x-a"); p.Branch != "x-a" || p.Variant != "" {
		t.Errorf("br-x-a is of branch %s and variant %q", p.Branch, p.Variant)
	}
	if got := f.reason("br-x-a"); got != generator.ReasonName {
		t.Errorf("got reason %q for branch x, want %q", got, generator.ReasonName)
	}
	f.source.changes = []generator.Change{branch("x"), branch("main")}
	f.syncWant(both, "br-main-a", "br-x-a")
	if p := f.preview("br-x-a"); p.Branch != "x" || p.Variant != "a" {
		t.Errorf("br-x-a is of branch %s and variant %q", p.Branch, p.Variant)
	}
	if record := f.repo.Git(t, "show", "main:previews/shop/br-x-a/preview.yaml"); !strings.Contains(record, "\nvariant: a\n") {
		t.Errorf("the record lacks the variant:\n%s", record)
	}
}

// A preview whose new namespace belongs to another preview keeps its own until the other
// preview is removed.
func TestCollisionRemovesNoPreview(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1")
	taken := f.preview("pr-1").Namespace
	f.setVariants("on")
	f.syncWant(both, "!pr-1", "pr-1-on") // the removal of all previews is held
	before := f.preview("pr-1-on").Namespace
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Namespace: "shop-pr-{{.number}}", Variants: []string{"on"}}})
	if err != nil {
		t.Fatal(err)
	}
	f.set.Namer = namers["shop"]
	for _, restart := range []bool{false, true} {
		if restart {
			f.restart()
		}
		f.syncWant(both, "!pr-1", "!pr-1-on")
		if p := f.preview("pr-1-on"); p.Namespace != before || p.Held.Detail != "it keeps its names: pull request 1 has its namespace "+taken {
			t.Errorf("got namespace %s, held for %q, want namespace %s", p.Namespace, p.Held.Detail, before)
		}
		want := generator.Warning{Subject: "entry pr-1-on", Message: "it keeps its names: pull request 1 has its namespace " + taken}
		if !slices.Contains(f.last.Warnings, want) {
			t.Errorf("got the warnings %v, want %v", f.last.Warnings, want)
		}
	}
	f.source.changes[0].HeadSHA = strings.Repeat("c", 40)
	if f.syncWant(both, "!pr-1", "!pr-1-on"); f.head("pr-1-on") != "c" {
		t.Errorf("pr-1-on is at commit %s, want c", f.head("pr-1-on"))
	}
	f.set.Guard = generator.Guard{Removals: 1, Percent: 100, AllowAll: true}
	f.syncWant(both, "!pr-1-on")
	f.syncWant(both, "pr-1-on")
	if got := f.preview("pr-1-on").Namespace; got != taken {
		t.Errorf("got namespace %s, want %s", got, taken)
	}
}

// The snapshot has the reason for each variant without a preview, by the variant's id.
func TestEachVariantIsDroppedByItsOwnID(t *testing.T) {
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: generator.LabelRule{All: []string{"preview"}}}})
	f.setVariants("on", "off")
	f.source.changes = []generator.Change{pullRequest(42)}
	f.syncWant(both)
	for _, id := range []string{"pr-42-on", "pr-42-off"} {
		if !slices.ContainsFunc(generator.Statuses(f.last, generator.Applications{}), func(s generator.Status) bool { return s.ID == id && strings.Contains(s.Message, `no label "preview"`) }) {
			t.Errorf("%s: the states lack it, or the missing label: %+v", id, f.last.Dropped)
		}
	}
	if !slices.ContainsFunc(f.last.Dropped, func(d generator.Dropped) bool { return d.Key() == pullRequest(42).Key() && d.Variant == "off" }) {
		t.Errorf("the dropped changes lack pr-42-off: %+v", f.last.Dropped)
	}
}

// If another process has written one variant since the list was read, the change may
// have been reopened: no variant is removed because of the list.
func TestNewerVariantKeepsTheOthers(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.setVariants("on", "off")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.source.changes = f.source.changes[1:]
	f.source.endings[pullRequest(1).Key()] = generator.EndingClosed
	record := "previews/shop/pr-1-on/preview.yaml"
	f.repo.Commit(t, "main", "Another replica", map[string]string{
		record: strings.Replace(f.repo.Git(t, "show", "main:"+record)+"\n", "head: aaaa", "head: bbbb", 1),
	})
	f.syncWant(both, "pr-2-off", "pr-2-on")
	f.wantEntries("pr-1-off", "pr-1-on", "pr-2-off", "pr-2-on")
	f.syncWant(both, "pr-2-off", "pr-2-on")
	f.wantEntries("pr-2-off", "pr-2-on")
}

// A replica that does not have a preview yet decides on its names as the replica that
// has it.
func TestReplicasAgreeOnTheNamesOfAPreview(t *testing.T) {
	f := newEntryFixture(t, everyPullRequest())
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(writer, "pr-1")
	f.setVariants("on")
	f.syncWant(writer, "!pr-1", "pr-1-on") // the removal of all previews is held
	f.last.Previews = f.last.Previews[:1]  // as if another replica had added pr-1-on
	namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Namespace: "shop-pr-{{.number}}", Variants: []string{"on"}}})
	if err != nil {
		t.Fatal(err)
	}
	f.set.Namer = namers["shop"] // pr-1 has this namespace
	tip := f.repo.Git(t, "rev-parse", "main")
	f.syncWant(writer, "!pr-1", "!pr-1-on")
	if got := f.repo.Git(t, "rev-parse", "main"); got != tip {
		t.Error("the replica changed the entry of another")
	}
}
