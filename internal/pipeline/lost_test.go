package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

const lostRecord = "previews/shop/pr-2/preview.yaml"

// wantLost checks that the first sync after a start fails because of pr-2, or that it does not.
func (f *entryFixture) wantLost(want bool) {
	f.t.Helper()
	f.restart()
	ids, err := f.trySync(both)
	if lost := err != nil && strings.Contains(err.Error(), "pr-2 may be in use, but its record can't be read"); lost != want || !want && err != nil {
		f.t.Errorf("got previews %v and error %v, want an error for pr-2: %v", ids, err, want)
	}
}

// After a start, a listed change without a preview is no evidence against an entry without a
// valid record, unless a rule excludes the change.
func TestLostEntryIsKeptIfItsChangeIsDroppedWithoutARule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after func(f *entryFixture)
		lost          bool
	}{
		"unreadable": {func(*entryFixture) {}, func(f *entryFixture) {
			f.source.changes = f.source.changes[:1]
			f.source.unreadable = []generator.Unreadable{{Key: pullRequest(2).Key(), Field: "head", Problem: "is no hash"}}
		}, true},
		"fork without evidence": {func(f *entryFixture) {
			f.source.changes[1].Fork = true
			f.labelings = []generator.Labeling{{Key: pullRequest(2).Key(), Label: "ok", HeadSHA: strings.Repeat("a", 40)}}
		}, func(*entryFixture) {}, true},
		"fork without its label": {func(f *entryFixture) {
			f.source.changes[1].Fork = true
			f.labelings = []generator.Labeling{{Key: pullRequest(2).Key(), Label: "ok", HeadSHA: strings.Repeat("a", 40)}}
		}, func(f *entryFixture) { f.source.changes[1].Labels = nil }, false},
		"draft": {func(*entryFixture) {}, func(f *entryFixture) { f.source.changes[1].Draft = true }, false},
	} {
		for damage, record := range map[string]string{"deleted": gittest.Delete, "damaged": "DAMAGED"} {
			t.Run(name+" "+damage, func(t *testing.T) {
				t.Parallel()
				f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
				f.source.changes = []generator.Change{pullRequest(1), pullRequest(2, "ok"), pullRequest(3)}
				test.before(f)
				f.syncWant(both, "pr-1", "pr-2", "pr-3")
				if record == "DAMAGED" {
					f.damage("pr-2", "kind: Preview", "\t{")
				} else {
					f.repo.Commit(t, "main", "By hand", map[string]string{lostRecord: record})
				}
				test.after(f)
				f.wantLost(test.lost)
			})
		}
	}
}

// The history shows whether a directory was an entry, whatever its record is now.
func TestHistoryShowsWhetherADirectoryWasAnEntry(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id    string
		edits []string
		lost  bool
	}{
		"copy after the record was deleted": {"pr-2", []string{gittest.Delete, "COPY"}, true},
		"edited copy":                       {"pr-3", []string{"COPY", "COPY# mine\n"}, false},
		"copy of a damaged copy":            {"pr-3", []string{"COPY\t{", "COPY"}, false},
		"a file of somebody else":           {"pr-3", []string{"kind: Deployment\n"}, false},
		"an edited file of somebody else":   {"pr-3", []string{"kind: Deployment\n", "kind: Service\n"}, false},
		"deleted file of somebody else":     {"pr-3", []string{"kind: Deployment\n", gittest.Delete}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(both, "pr-1", "pr-2")
			other := f.record("pr-1") + "\n"
			for _, edit := range test.edits {
				dir := "previews/shop/" + test.id + "/"
				f.repo.Commit(t, "main", "By hand", map[string]string{dir + "preview.yaml": strings.Replace(edit, "COPY", other, 1), dir + "notes": "x\n"})
			}
			if test.lost {
				f.source.changes = f.source.changes[:1]
			}
			f.wantLost(test.lost)
		})
	}
}

// An entry that previewset has pruned is not in use, even if somebody has written other files
// to its directory.
func TestPrunedEntryIsNotLost(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.source.changes = f.source.changes[:1]
	f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
	f.syncWant(both, "pr-1")
	f.wantEntries("pr-1")
	delete(f.source.endings, pullRequest(2).Key())
	f.repo.Commit(t, "main", "By hand", map[string]string{"previews/shop/pr-2/notes": "x\n"})
	f.wantLost(false)
}

// A damaged record does not exempt a preview from the guard.
func TestGuardCountsLostEntries(t *testing.T) {
	t.Parallel()
	for _, damaged := range []bool{false, true} {
		t.Run(fmt.Sprint(damaged), func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.set.Guard = generator.Guard{Removals: 2, Percent: 90, AtLeast: 2}
			for n := range int64(6) {
				f.source.changes = append(f.source.changes, pullRequest(n+1))
			}
			f.syncWant(both, "pr-1", "pr-2", "pr-3", "pr-4", "pr-5", "pr-6")
			for _, id := range []string{"pr-2", "pr-3", "pr-4"} {
				if damaged {
					f.damage(id, "kind: Preview", "\t{")
				} else {
					f.repo.Commit(t, "main", "By hand", map[string]string{"previews/shop/" + id + "/preview.yaml": gittest.Delete})
				}
			}
			f.source.changes[0].Labels, f.source.changes[4].Labels, f.source.changes[5].Labels = []string{"ok"}, []string{"ok"}, []string{"ok"}
			f.set.Selection.PullRequests.Labels.All = []string{"ok"}
			f.wantLost(true)
			f.set.Guard.Removals = 3
			f.wantLost(false)
		})
	}
}

// After a start, an entry with a damaged record that can't be written again is not left out.
func TestDamagedEntryIsNotLostIfItsOverlayFails(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.damage("pr-2", "kind: Preview", "\t{")
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/kustomization.yaml": "resources: [missing.yaml]\n"})
	f.restart()
	if ids, err := f.trySync(both); err == nil || !strings.Contains(err.Error(), "pr-2 may be in use") {
		t.Errorf("got previews %v and error %v, want an error for pr-2", ids, err)
	}
}

// A directory whose name is no id never was an entry, whatever its record is.
func TestDirectoryWithoutAnIDIsNotLost(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1")
	header, _, _ := strings.Cut(f.record("pr-1"), "apiVersion")
	f.repo.Commit(t, "main", "Mine", map[string]string{"previews/shop/notes/preview.yaml": header + "\t{\n"})
	f.wantLost(false)
}

// A submodule or a directory with the name of the record is no record.
func TestSubmoduleIsNoRecord(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]string{"submodule": "160000", "link": "120000"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
			f.syncWant(both, "pr-1", "pr-2")
			hash := f.repo.Git(t, "rev-parse", "main:previews/shop/pr-1/preview.yaml")
			if mode == "160000" {
				hash = strings.Repeat("a", 40)
			}
			f.replaceRecord(mode, hash)
			f.source.changes = f.source.changes[:1]
			f.wantLost(true)
			f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
			f.wantLost(false)
		})
	}
}

// replaceRecord replaces the record of pr-2 by an object with another mode.
func (f *entryFixture) replaceRecord(mode, hash string) {
	f.t.Helper()
	f.repo.Git(f.t, "read-tree", "main")
	f.repo.Git(f.t, "update-index", "--add", "--cacheinfo", mode+","+hash+","+lostRecord)
	tree := f.repo.Git(f.t, "write-tree")
	commit := f.repo.Git(f.t, "commit-tree", "-p", "main", "-m", "By hand", tree)
	f.repo.Git(f.t, "update-ref", "refs/heads/main", commit)
}

// A merge that discards the record, into a branch that began before the entry, is no evidence.
func TestEntryThatAMergeDiscardedMayBeInUse(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	before := f.repo.Tip(t, "main")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	f.repo.Branch(t, "merged", "main")
	f.repo.Commit(t, "merged", "Without the record", map[string]string{lostRecord: gittest.Delete})
	merge := f.repo.Git(t, "commit-tree", "-p", before, "-p", "main", "-m", "Merge", "merged^{tree}")
	f.repo.Git(t, "update-ref", "refs/heads/main", merge)
	f.source.changes = f.source.changes[:1]
	f.wantLost(true)
}

// Entries whose ending is never known do not use up the lookups of damaged entries.
func TestLostEntriesAreLookedUp(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	edit := map[string]string{}
	for n := range int64(40) {
		f.source.changes = append(f.source.changes, pullRequest(n+1))
		if n < 9 {
			edit[fmt.Sprintf("previews/shop/pr-%d/preview.yaml", n+1)] = gittest.Delete
			f.source.endings[pullRequest(n+1).Key()] = generator.EndingClosed
		}
	}
	if _, err := f.trySync(both); err != nil {
		t.Fatal(err)
	}
	f.repo.Commit(t, "main", "By hand", edit)
	f.source.changes = nil
	f.restart()
	if ids, err := f.trySync(both); err != nil || len(ids) != 31 {
		t.Errorf("got previews %v and error %v, want 31", ids, err)
	}
}

// After a start, the results of the history are kept for directories that do not change.
func TestHistoryOfDirectoriesIsReadOnce(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1")
	edit := map[string]string{}
	for n := range 20 {
		edit[fmt.Sprintf("previews/shop/pr-%d/notes", n+10)] = "x\n"
	}
	f.repo.Commit(t, "main", "By hand", edit)
	f.restart()
	server := gittest.Serve(t, f.repo, gittest.ServeOptions{})
	f.useRemote(server.URL)
	for _, most := range []int{60, 2} {
		server.Reset()
		if _, err := f.set.Sync(t.Context(), f.input(both)); err != nil {
			t.Fatal(err)
		}
		if got := len(server.Requests()); got > most {
			t.Errorf("got %d requests, want at most %d", got, most)
		}
	}
}
