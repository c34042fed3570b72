package pipeline_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// states returns the states of a snapshot as "id state reason", and checks that a
// replica that has just started, and Plan, report the same, with the same message and time.
func (f *entryFixture) states() string {
	f.t.Helper()
	running := f.set
	want := fmt.Sprint(f.describeStates(f.last))
	last := f.last
	f.restart()
	if _, err := f.trySync(writer); err != nil {
		f.t.Fatal(err)
	}
	if got := fmt.Sprint(f.describeStates(f.last)); got != want {
		f.t.Errorf("after a restart: got states\n%s\nwant\n%s", got, want)
	}
	plan, err := f.set.Plan(f.t.Context(), both)
	if err != nil {
		f.t.Fatal(err)
	}
	if got := fmt.Sprint(f.describeStates(plan.Snapshot)); got != want {
		f.t.Errorf("Plan: got states\n%s\nwant\n%s", got, want)
	}
	f.set, f.last = running, last
	var all []string
	for _, s := range generator.Statuses(f.last, generator.Applications{}) {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.ID, s.State, s.Reason)))
	}
	return strings.Join(all, ", ")
}

func (f *entryFixture) describeStates(s *generator.Snapshot) (all []string) {
	for _, status := range generator.Statuses(s, generator.Applications{}) {
		all = append(all, fmt.Sprintf("%s %s %s %q since %s, committed %.8s, head %.8s\n",
			status.ID, status.State, status.Reason, status.Message, status.Since.UTC(), status.Committed, status.HeadSHA))
	}
	return all
}

func (f *entryFixture) status(id string) generator.Status {
	f.t.Helper()
	for _, s := range generator.Statuses(f.last, generator.Applications{}) {
		if s.ID == id {
			return s
		}
	}
	f.t.Fatalf("%s has no state", id)
	return generator.Status{}
}

// A change passes through its states. Each replica reports the same states, also after a
// restart.
func TestStatesOfChange(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{Labels: generator.LabelRule{All: []string{"preview"}}}})
	f.set.Guard = generator.Guard{Removals: 1, Percent: 100}
	f.source.changes = []generator.Change{pullRequest(1, "preview"), pullRequest(2, "preview"), pullRequest(3, "preview"), pullRequest(4)}
	sync := func(want string) {
		t.Helper()
		if _, err := f.trySync(writer); err != nil {
			t.Fatal(err)
		}
		if got := f.states(); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	sync("pr-1 committed, pr-2 committed, pr-3 committed, pr-4 dropped label")

	// A broken base.
	broken := "kind: [\n"
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/settings.yaml": broken})
	at := f.repo.Git(t, "log", "-1", "--format=%ct", "main")
	f.source.changes[0].HeadSHA = strings.Repeat("c", 40)
	f.source.changes[3] = pullRequest(4, "preview")
	sync("pr-1 behind overlay, pr-2 behind overlay, pr-3 behind overlay, pr-4 waiting overlay")
	for id, want := range map[string]string{"pr-1": "the entry stays at the commit aaaaaaaa", "pr-2": "the entry stays as it is, at the newest commit aaaaaaaa", "pr-4": ""} {
		got := f.status(id)
		if !strings.HasPrefix(got.Message, "base/settings.yaml: ") || !strings.HasSuffix(got.Message, want) || fmt.Sprint(got.Since.Unix()) != at {
			t.Errorf("%s: got %q since %d, want the file, %q and %s", id, got.Message, got.Since.Unix(), want, at)
		}
	}
	f.repo.Commit(t, "main", "Fix the base", map[string]string{"base/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"})
	sync("pr-1 committed, pr-2 committed, pr-3 committed, pr-4 committed")

	// More labels disappear than the guard allows. The time is that of the first sync.
	held := f.now.Add(time.Hour)
	f.now = held
	for i := range f.source.changes[:2] {
		f.source.changes[i].Labels = nil
	}
	sync("pr-1 held label, pr-2 held label, pr-3 committed, pr-4 committed")
	f.now = held.Add(time.Hour)
	sync("pr-1 held label, pr-2 held label, pr-3 committed, pr-4 committed")
	if got := f.status("pr-1"); !got.Since.Equal(held) || got.Message != `it has no label "preview": set the label; the guard holds it: one sync would remove 2 of 4 previews: to allow this, set guard.removals: 2` {
		t.Errorf("got %q since %s, want the rule, the key and %s", got.Message, got.Since, held)
	}

	// The remedy works. Without the pruner, the entries stay.
	f.set.Guard.Removals = 2
	sync("pr-1 removing label, pr-2 removing label, pr-3 committed, pr-4 committed")
	if _, err := f.trySync(pruner); err != nil {
		t.Fatal(err)
	}
	sync("pr-1 dropped label, pr-2 dropped label, pr-3 committed, pr-4 committed")

	// Endings.
	f.source.endings[pullRequest(3).Key()] = generator.EndingMerged
	f.source.changes = f.source.changes[:2]
	sync("pr-1 dropped label, pr-2 dropped label, pr-3 removing merged, pr-4 held unlisted")
	for err, want := range map[error]string{
		generator.ErrUnauthorized: "the source no longer lists it, and it can't be looked up: the source refuses the credentials",
		generator.ErrNotFound:     "the source neither lists nor finds it, which is no evidence that it ended: check that the credentials may read it",
	} {
		f.source.lookupErr = err
		sync("pr-1 dropped label, pr-2 dropped label, pr-3 removing merged, pr-4 held unlisted")
		if got := f.status("pr-4").Message; got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
}

// A state does not cost a commit: several syncs of a broken base and of held previews
// write nothing.
func TestStatesAreNotCommitted(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Guard = generator.Guard{Removals: 0, Percent: 100}
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(writer, "pr-1", "pr-2")
	f.source.changes[0].Draft = true
	f.syncWant(writer, "!pr-1", "pr-2")
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/settings.yaml": "kind: [\n"})
	tip := f.repo.Tip(t, "main")
	for range 3 {
		f.now = f.now.Add(time.Minute)
		f.syncWant(both, "!pr-1", "pr-2")
		f.restart()
	}
	if got := f.repo.Tip(t, "main"); got != tip {
		t.Errorf("got a commit: %s", f.repo.Git(t, "log", "-1", "--format=%B", "main"))
	}
}

// syncStates syncs, and compares the states of all replicas with want.
func (f *entryFixture) syncStates(want string) {
	f.t.Helper()
	if _, err := f.trySync(writer); err != nil {
		f.t.Fatal(err)
	}
	if got := f.states(); got != want {
		f.t.Errorf("got %s\nwant %s", got, want)
	}
}

// A hold that no entry records has no time, because each replica would have its own.
func TestUnrecordedHoldHasNoTime(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Guard = generator.Guard{Percent: 100}
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncStates("pr-1 committed, pr-2 committed")
	f.repo.Commit(t, "main", "Break the base", map[string]string{"base/settings.yaml": "kind: [\n"})
	f.source.changes[0].Draft = true
	for range 2 {
		f.now = f.now.Add(time.Hour)
		f.syncStates("pr-1 held draft, pr-2 behind overlay")
		if got := f.status("pr-1").Since; !got.IsZero() {
			t.Errorf("got held since %s, want no time", got)
		}
	}
	f.repo.Commit(t, "main", "Fix the base", map[string]string{"base/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"})
	f.syncStates("pr-1 held draft, pr-2 committed")
	if got := f.status("pr-1").Since; got.IsZero() {
		t.Error("got no time of a recorded hold")
	}
}

// A file that is missing is a fault since the commit that deleted it.
func TestFaultOfMissingFileBeginsWithItsDeletion(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncStates("pr-1 committed")
	for _, test := range []struct{ path, content, message string }{
		{"base/settings.yaml", gittest.Delete, "base/kustomization.yaml: resources: the file settings.yaml does not exist"},
		{"base/kustomization.yaml", "resources: [absent/x.yaml]\n", "base/kustomization.yaml: resources: the file absent/x.yaml does not exist"},
		{"base", gittest.Delete, "base: the directory does not exist"},
	} {
		f.repo.Commit(t, "main", "Break the base", map[string]string{test.path: test.content})
		f.syncStates("pr-1 behind overlay")
		at := f.repo.Git(t, "log", "-1", "--format=%ct", "main")
		if got := f.status("pr-1"); fmt.Sprint(got.Since.Unix()) != at || !strings.HasPrefix(got.Message, test.message) {
			t.Errorf("got %q since %d, want %q since %s", got.Message, got.Since.Unix(), test.message, at)
		}
	}
}

// A pull request of the present source can have the number of a held preview of a former one.
func TestHeadOfHeldPreviewIsOfItsRepository(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "ok"}})
	f.set.Guard = generator.Guard{Percent: 100}
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncStates("pr-1 committed, pr-2 committed")
	fork := pullRequest(1)
	fork.Fork, fork.HeadSHA = true, strings.Repeat("f", 40)
	f.source.repository.Name, f.source.changes = "web", []generator.Change{fork}
	f.syncStates("pr-1 held source, pr-1 dropped fork, pr-2 held source")
	if got := f.status("pr-1"); got.HeadSHA != got.Committed {
		t.Errorf("got the head %s of a preview of the former source, want %s", got.HeadSHA, got.Committed)
	}
}

// follow sets the keys that a message about the guard names.
func (f *entryFixture) follow(message string) {
	f.t.Helper()
	keys := regexp.MustCompile(`guard\.(\w+): (\w+)`).FindAllStringSubmatch(message, -1)
	if len(keys) == 0 {
		f.t.Errorf("%q names no key", message)
	}
	for _, key := range keys {
		n, _ := strconv.Atoi(key[2])
		switch key[1] {
		case "allowAll":
			f.set.Guard.AllowAll = true
		case "removals":
			f.set.Guard.Removals = n
		case "percent":
			f.set.Guard.Percent = n
		}
	}
}

// The keys that any message names release everything that the guard holds, also if it
// holds previews for several reasons and since several syncs.
func TestNamedKeysReleaseEverything(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		guard  generator.Guard
		drafts [][]int // the indexes of further drafts, by sync
		forget bool    // restart after the first sync, and lose its removals
		want   string  // the states before the release
	}{
		"held twice": {
			generator.Guard{Removals: 1, Percent: 100},
			[][]int{{0, 1, 2}, {3, 4}},
			false,
			"pr-1 held draft, pr-2 held draft, pr-3 held draft, pr-4 held draft, pr-5 held draft, pr-6 committed",
		},
		"held twice, by the percentage": {
			generator.Guard{Removals: 9, Percent: 20},
			[][]int{{0, 1}, {2, 3}},
			false,
			"pr-1 held draft, pr-2 held draft, pr-3 held draft, pr-4 held draft, pr-5 committed, pr-6 committed",
		},
		"all": {
			generator.Guard{Removals: 1, Percent: 50},
			[][]int{{0, 1, 2}, {3, 4, 5}},
			false,
			"pr-1 held draft, pr-2 held draft, pr-3 held draft, pr-4 held draft, pr-5 held draft, pr-6 held draft",
		},
		"with removals": {
			generator.Guard{Removals: 1, Percent: 100},
			[][]int{{0}, {1, 2}},
			false,
			"pr-1 removing draft, pr-2 held draft, pr-3 held draft, pr-4 committed, pr-5 committed, pr-6 committed",
		},
		"with earlier removals, after a restart": {
			generator.Guard{Removals: 1, Percent: 100},
			[][]int{{0}, {1, 2}},
			true,
			"pr-1 held draft, pr-2 held draft, pr-3 held draft, pr-4 committed, pr-5 committed, pr-6 committed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := func() *entryFixture {
				f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
				for n := range int64(6) {
					f.source.changes = append(f.source.changes, pullRequest(n+1))
				}
				f.set.Guard = test.guard
				f.syncWant(writer, ids(1, 6)...)
				for i, drafts := range test.drafts {
					for _, n := range drafts {
						f.source.changes[n].Draft = true
					}
					if _, err := f.trySync(writer); err != nil {
						t.Fatal(err)
					}
					if test.forget && i == 0 {
						f.restart()
					}
				}
				return f
			}
			f := begin()
			var got []string
			messages := map[string]bool{}
			for _, s := range generator.Statuses(f.last, generator.Applications{}) {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.ID, s.State, s.Reason)))
				if s.State == generator.StateHeld {
					messages[s.Message] = true
				}
			}
			if got := strings.Join(got, ", "); got != test.want {
				t.Fatalf("got %s\nwant %s", got, test.want)
			}
			for message := range messages {
				f := begin()
				f.follow(message)
				if _, err := f.trySync(writer); err != nil {
					t.Fatal(err)
				}
				for _, s := range generator.Statuses(f.last, generator.Applications{}) {
					if s.State == generator.StateHeld {
						t.Errorf("%s: %q after %q", s.ID, s.Message, message)
					}
				}
			}
		})
	}
}

// The keys in the message about an entry that the guard keeps release held previews, too.
func TestNamedKeysReleaseEntries(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.set.Guard = generator.Guard{Removals: 3, Percent: 100}
	for n := range int64(12) {
		f.source.changes = append(f.source.changes, pullRequest(n+1))
	}
	f.syncWant(writer, ids(1, 12)...)
	for _, drafts := range [][]int{{0, 1, 2}, {3, 4, 5, 6}, {7}} {
		for _, n := range drafts {
			f.source.changes[n].Draft = true
		}
		if _, err := f.trySync(writer); err != nil {
			t.Fatal(err)
		}
	}
	got := f.status("pr-1")
	if want := "the guard keeps its entry: one sync would remove 8 of 12 previews: to allow this, set guard.removals: 8"; got.State != generator.StateRemoving || !strings.HasSuffix(got.Message, want) {
		t.Errorf("got %s %q, want %q", got.State, got.Message, want)
	}
	f.follow(got.Message)
	for range 2 { // the pruner reads the entries, and then the list
		f.now = f.now.Add(time.Minute)
		f.syncWant(both, ids(9, 12)...)
	}
	f.wantEntries(ids(9, 12)...)
}

// If a base has several faults, the file is that of the first one in the message.
func TestFaultIsInFirstFileOfMessage(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{}})
	f.source.changes = []generator.Change{pullRequest(1)}
	for _, resources := range []string{`["https://example.com/x.yaml", sub]`, `[sub, "https://example.com/x.yaml"]`} {
		f.repo.Commit(t, "main", "Break the base", map[string]string{
			"base/kustomization.yaml": "resources: " + resources + "\n", "base/sub/kustomization.yaml": "resources: [absent.yaml]\n",
		})
		f.syncStates("pr-1 waiting overlay")
		got := f.status("pr-1")
		if got.Fault == nil || !strings.HasPrefix(got.Message, got.Fault.File+": ") || got.Since.IsZero() {
			t.Errorf("%s: got %q since %s, fault %+v", resources, got.Message, got.Since, got.Fault)
		}
	}
}
