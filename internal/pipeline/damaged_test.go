package pipeline_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/pipeline"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// damage replaces the first old by other in the record of an entry.
func (f *entryFixture) damage(id, old, other string) {
	f.t.Helper()
	name, record := "previews/shop/"+id+"/preview.yaml", f.record(id)
	damaged := strings.Replace(record, old, other, 1)
	if damaged == record {
		f.t.Fatalf("the record lacks %q:\n%s", old, record)
	}
	f.repo.Commit(f.t, "main", "Damage the record", map[string]string{name: damaged + "\n"})
}

func (f *entryFixture) warnings(in pipeline.Input) string {
	f.t.Helper()
	outcome, err := f.set.Sync(f.t.Context(), in)
	if err != nil {
		f.t.Fatal(err)
	}
	var all []string
	for _, w := range outcome.Snapshot.Warnings {
		all = append(all, w.String())
	}
	return strings.Join(all, "\n")
}

// Nothing shows who wrote such an entry. It stays, and is reported also after its end.
func TestEntryWithoutRecordIsReported(t *testing.T) {
	t.Parallel()
	for name, record := range map[string]string{"empty": "", "conflict": "<<<<<<< HEAD\n", "another kind": "kind: Deployment\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(both, "pr-1", "pr-2")
			f.repo.Commit(t, "main", "Damage the record", map[string]string{"previews/shop/pr-2/preview.yaml": record, "previews/shop/notes/a": "x"})
			if got := f.warnings(pipeline.Input{Previous: f.last, Permissions: both}); got != "" {
				t.Errorf("got warnings %q beside the failure of the overlay", got)
			}
			f.source.changes = []generator.Change{pullRequest(1)}
			f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
			for range 2 {
				got := f.warnings(pipeline.Input{Previous: f.last, Permissions: both})
				if !strings.HasPrefix(got, "entry pr-2: it does not belong to previewset") || strings.Contains(got, "notes") {
					t.Errorf("got warnings %q, want one about pr-2", got)
				}
			}
			f.wantEntries("notes", "pr-1", "pr-2")
		})
	}
}

// A damaged entry is deleted if its change has ended. The evidence must be about the change
// that the record still shows. The entry is reported while it stays.
func TestDamagedEntryEndsWithItsOwnChange(t *testing.T) {
	t.Parallel()
	const syntax = "kind: Preview"
	for name, test := range map[string]struct {
		old, other string
		ending     generator.Ending
		stays      bool
	}{
		"syntax":              {syntax, syntax + "\n\t{", generator.EndingMerged, false},
		"conflict":            {"  head:", "<<<<<<< HEAD\n  head: x\n=======\n  head:", generator.EndingClosed, false},
		"head":                {"  head: ", "  head: x", generator.EndingClosed, false},
		"number":              {"  number: 2", "  number: none", generator.EndingClosed, false},
		"change":              {"change:", "change: [", generator.EndingClosed, false},
		"open":                {syntax, syntax + "\n\t{", generator.EndingOpen, true},
		"unknown":             {syntax, syntax + "\n\t{", generator.EndingUnknown, true},
		"another id":          {"id: pr-2", "\t{\nid: pr-1", generator.EndingMerged, true},
		"another set":         {"set: shop", "\t{\nset: web", generator.EndingMerged, true},
		"another repository":  {"  name: shop", "\t{\n  name: web", generator.EndingMerged, true},
		"no repository":       {"repository:", "\t{\nrepo:", generator.EndingMerged, true},
		"nothing can be read": {"apiVersion", "\t{" + strings.Repeat("#", 300<<10) + "\napiVersion", generator.EndingMerged, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(both, "pr-1", "pr-2")
			f.damage("pr-2", test.old, test.other)
			f.source.changes = f.source.changes[:1]
			f.source.endings[pullRequest(2).Key()] = test.ending
			f.restart()
			if got := f.warnings(pipeline.Input{Permissions: pruner}); !strings.Contains(got, "entry pr-2: its record can't be read") {
				t.Errorf("got warnings %q, want one about entry pr-2", got)
			}
			want := []string{"pr-1"}
			if test.stays {
				want = append(want, "pr-2")
			}
			f.wantEntries(want...)
			if !test.stays && !strings.Contains(f.repo.Git(t, "log", "-1", "--format=%B"), "Previewset-Prune: pr-2 reason="+string(test.ending)+" head=") {
				t.Errorf("got commit %q, want the prune of pr-2", f.repo.Git(t, "log", "-1", "--format=%B"))
			}
		})
	}
}

// After a start, a set is not answered without a preview whose record is damaged and whose
// change may be open. Before, the preview is in the last snapshot.
func TestDamagedEntryMayBeInUse(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.damage("pr-2", "kind: Preview", "\t{")
	f.source.changes = f.source.changes[:1]
	f.restart()
	if ids, err := f.trySync(both); err == nil || !strings.Contains(err.Error(), "pr-2 may be in use, but its record can't be read") {
		t.Errorf("got previews %v and error %v, want an error for pr-2", ids, err)
	} else if got, want := pipeline.Cause(err), "the GitOps repository has an entry without a valid record"; got != want {
		t.Errorf("got the cause %q, want %q", got, want)
	}
	f.syncWant(pruner, "pr-1")
	f.source.changes = append(f.source.changes, pullRequest(2)) // it is listed again
	f.syncWant(both, "pr-1", "pr-2")
	if got := f.warnings(pipeline.Input{Previous: f.last, Permissions: both}); got != "" {
		t.Errorf("got warnings %q after the entry was written again, want none", got)
	}
}

// After a start, a set is not answered without a preview whose directory has lost its record,
// unless there is evidence that its change ended. The change is known from the last record before
// the damage. A directory that never was an entry does not matter.
func TestEntryThatLostItsRecordMayBeInUse(t *testing.T) {
	t.Parallel()
	const record = "previews/shop/pr-2/preview.yaml"
	for name, test := range map[string]struct {
		edits []map[string]string
		lost  bool // the answer fails while the ending is unknown
		ends  bool // the answer fails no longer after the end
	}{
		"record deleted":        {[]map[string]string{{record: gittest.Delete}}, true, true},
		"record empty":          {[]map[string]string{{record: ""}}, true, true},
		"damaged twice":         {[]map[string]string{{record: "x: ["}, {record: "x: [["}}, true, true},
		"deleted and new":       {[]map[string]string{{record: gittest.Delete}, {record: "x: ["}}, true, true},
		"only the comment":      {[]map[string]string{{record: "HEADER\t{"}}, true, true},
		"other files change":    {[]map[string]string{{record: gittest.Delete}, {"previews/shop/pr-2/notes": "x"}}, true, true},
		"record of another":     {[]map[string]string{{record: "COPY"}}, true, true},
		"a file":                {[]map[string]string{{"previews/shop/pr-3": "x"}}, false, true},
		"directory without one": {[]map[string]string{{"previews/shop/pr-3/notes": "x"}}, false, true},
		"copy of an entry":      {[]map[string]string{{"previews/shop/pr-3/preview.yaml": "COPY"}}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(both, "pr-1", "pr-2")
			other := f.record("pr-1") + "\n"
			header, _, _ := strings.Cut(other, "apiVersion")
			for _, edit := range test.edits {
				for file, text := range edit {
					edit[file] = strings.NewReplacer("HEADER", header, "COPY", other).Replace(text)
				}
				f.repo.Commit(t, "main", "By hand", edit)
			}
			f.source.changes = f.source.changes[:1]
			if !test.lost {
				f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
			}
			f.restart()
			for _, fails := range []bool{test.lost, !test.ends} {
				ids, err := f.trySync(both)
				if want := "pr-2 may be in use, but its record can't be read"; fails != (err != nil) || fails && !strings.Contains(err.Error(), want) {
					t.Errorf("got previews %v and error %v, want %q: %v", ids, err, want, fails)
				}
				f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
				f.restart()
			}
		})
	}
}

// A damaged entry is not deleted by a process that read it after it read the list.
func TestDamagedEntryIsNotOlderThanTheList(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.damage("pr-2", "kind: Preview", "\t{")
	f.source.changes = f.source.changes[:1]
	f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
	f.syncWant(both, "pr-1")
	f.wantEntries("pr-1", "pr-2")
	f.syncWant(both, "pr-1")
	f.wantEntries("pr-1")
}

// A directory with the header in its record, whose name is no id, is reported and stays.
func TestDamagedRecordElsewhereIsReported(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1")
	header, _, _ := strings.Cut(f.record("pr-1"), "apiVersion")
	f.repo.Commit(t, "main", "Mine", map[string]string{"previews/shop/notes/preview.yaml": header + "\t{\nset: shop\nid: notes\n"})
	if got := f.warnings(pipeline.Input{Previous: f.last, Permissions: both}); !strings.Contains(got, "entry notes: ") {
		t.Errorf("got warnings %q, want one about the entry notes", got)
	}
	f.repo.Commit(t, "main", "Remove it", map[string]string{"previews/shop/notes/preview.yaml": gittest.Delete})
	f.wantEntries("pr-1")
}

// A change with more labels than a record can have is reported.
func TestManyLabelsAreReported(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1, strings.Split(strings.Repeat("l ", 2000), " ")...)}
	const want = "pull request 1: its record has the first 2000 of its 2001 labels"
	if got := f.warnings(pipeline.Input{Permissions: both}); !strings.Contains(got, want) {
		t.Errorf("got warnings %q, want %q", got, want)
	}
	f.restart()
	f.syncWant(writer, "pr-1")
}

// A damaged record that names a branch of another id is no evidence about its entry.
func TestDamagedEntryOfAnotherBranchStays(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{Branches: &generator.BranchRules{Include: globs(t, "x")}})
	f.source.changes = []generator.Change{branch("main"), branch("x")}
	f.syncWant(both, "br-x")
	f.damage("br-x", "  branch: x", "\t{\n  branch: deleted")
	f.set.Selection.Branches.Include = globs(t, "main")
	f.set.Guard = generator.Guard{Removals: 1, Percent: 100, AllowAll: true}
	f.restart()
	f.syncWant(both, "br-main")
	f.wantEntries("br-main", "br-x")
	f.source.changes = f.source.changes[:1] // x is deleted, too
	f.now = f.now.Add(1)
	f.syncWant(both, "br-main")
	f.wantEntries("br-main", "br-x")
	f.damage("br-x", "  branch: deleted", "") // the id is the name of the branch
	f.syncWant(both, "br-main")
	f.syncWant(both, "br-main")
	f.wantEntries("br-main")
}

func globs(t *testing.T, pattern string) []generator.Glob {
	t.Helper()
	glob, err := generator.ParseGlob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return []generator.Glob{glob}
}
