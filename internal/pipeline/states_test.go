package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
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
	for _, s := range generator.Statuses(f.last) {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.ID, s.State, s.Reason)))
	}
	return strings.Join(all, ", ")
}

func (f *entryFixture) describeStates(s *generator.Snapshot) (all []string) {
	for _, status := range generator.Statuses(s) {
		all = append(all, fmt.Sprintf("%s %s %s %q since %s, committed %.8s, head %.8s\n",
			status.ID, status.State, status.Reason, status.Message, status.Since.UTC(), status.Committed, status.HeadSHA))
	}
	return all
}

func (f *entryFixture) status(id string) generator.Status {
	f.t.Helper()
	for _, s := range generator.Statuses(f.last) {
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
