package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/pipeline"
)

// withID makes the source that of a repository with an ID.
func (f *entryFixture) withID(id string) {
	f.source.repository.ID = id
	f.source.repository.CloneURL = "https://github.com/acme/shop.git"
}

// rename gives the repository another name on the forge and in the configuration.
func (f *entryFixture) rename(name string) {
	f.source.repository.Name = name
	f.source.repository.CloneURL = "https://github.com/acme/" + name + ".git"
}

// everything selects all pull requests and branches.
func everything() generator.Selection {
	return generator.Selection{PullRequests: &generator.PullRequestRules{}, Branches: &generator.BranchRules{}}
}

// record returns the record of an entry.
func (f *entryFixture) record(id string) string {
	f.t.Helper()
	return f.repo.Git(f.t, "show", "main:previews/shop/"+id+"/preview.yaml")
}

// commits returns the number of commits.
func (f *entryFixture) commits() string { return f.repo.Git(f.t, "rev-list", "--count", "main") }

// forgetIDs makes the entries those of an older version, which recorded no IDs.
func (f *entryFixture) forgetIDs(ids ...string) {
	f.t.Helper()
	files := map[string]string{}
	for _, id := range ids {
		dir := "previews/shop/" + id
		record := strings.Replace(f.record(id), "  id: \""+f.source.repository.ID+"\"\n", "", 1)
		parameters := f.repo.Git(f.t, "show", "main:"+dir+"/parameters.yaml") + "\n"
		files[dir+"/preview.yaml"] = record
		files[dir+"/parameters.yaml"] = strings.Replace(parameters, "  repository_id: \""+f.source.repository.ID+"\"\n", "", 1)
	}
	f.repo.Commit(f.t, "main", "An older version", files)
	f.restart()
}

func TestRenameMovesNoPreview(t *testing.T) {
	t.Parallel()
	hashed := branch("feature/With-a-hash")
	for name, restarts := range map[string]bool{"running": false, "restarted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, everything())
			namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true, Namespace: "{{.repository}}-{{.id}}"}})
			if err != nil {
				t.Fatal(err)
			}
			f.set.Namer = namers["shop"]
			f.withID("7")
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), hashed, branch("main")}
			before, err := f.trySync(both)
			if err != nil {
				t.Fatal(err)
			}
			names := map[string]generator.Names{}
			for _, p := range f.last.Previews {
				names[p.ID] = p.Names
			}
			for _, newName := range []string{"store", "Store", "boutique", "shop"} {
				if f.rename(newName); restarts {
					f.restart()
				}
				f.syncWant(both, before...)
				for _, p := range f.last.Previews {
					if p.Names != names[p.ID] || p.Source() != "github.com/acme/shop" {
						t.Errorf("%s: got names %+v and source %s, want %+v and the first source", newName, p.Names, p.Source(), names[p.ID])
					}
					if p.Repository.Name != newName || p.Params()["repository"] != newName {
						t.Errorf("%s: got the parameter %v, want the present name", newName, p.Params()["repository"])
					}
				}
				commits := f.commits()
				f.syncWant(both, before...)
				if f.commits() != commits {
					t.Errorf("%s: the syncs do not stop committing", newName)
				}
			}
			if record := f.record("pr-1"); strings.Contains(record, "namedAfter") {
				t.Errorf("the record names a former name, although it is the present one:\n%s", record)
			}
			// The change of a renamed repository can end.
			f.rename("store")
			f.source.changes = []generator.Change{pullRequest(1), hashed, branch("main")}
			f.source.endings[pullRequest(2).Key()] = generator.EndingMerged
			remaining := before[:len(before)-1] // without pr-2
			f.syncWant(both, remaining...)
			f.wantEntries(slices.Clone(remaining)...)
		})
	}
}

// The URLs of a change and of its repository are those of the former name.
func TestRenameKeepsNamesWithURLs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		template string
		records  bool
	}{
		"the URL of the repository": {`{{.id}}-{{.url | replace "/" "-" | replace "." "-" | replace ":" ""}}`, true},
		"the URL of the change":     {`{{.id}}-{{.change_url | replace "/" "-" | replace "." "-" | replace ":" ""}}`, true},
		"no URL":                    {"{{.repository}}-{{.id}}", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, everything())
			namers, err := naming.NewNamers([]naming.Patterns{{Set: "shop", PullRequests: true, Branches: true, Namespace: test.template}})
			if err != nil {
				t.Fatal(err)
			}
			f.set.Namer = namers["shop"]
			f.withID("7")
			pull := pullRequest(1)
			pull.URL = "https://github.com/acme/shop/pull/1"
			f.source.changes = []generator.Change{pull, branch("main")}
			f.syncWant(both, "br-main", "pr-1")
			before := f.last.Previews[1].Namespace
			for _, newName := range []string{"store", "boutique"} {
				f.source.repository.CloneURL = "https://github.com/acme/" + newName + ".git" // on the forge only
				f.source.changes[0].URL = "https://github.com/acme/" + newName + "/pull/1"
				f.syncWant(both, "br-main", "pr-1")
				f.rename(newName)
				f.restart()
				f.syncWant(both, "br-main", "pr-1")
				commits := f.commits()
				if f.syncWant(both, "br-main", "pr-1"); f.commits() != commits {
					t.Errorf("%s: the syncs do not stop committing", newName)
				}
				p := f.last.Previews[1]
				if p.Namespace != before || p.Params()["change_url"] != f.source.changes[0].URL || strings.Contains(f.record("pr-1"), "namedURLs") != test.records {
					t.Errorf("%s: got %s and the URL %v, want %s and the present URL; record:\n%s", newName, p.Namespace, p.Params()["change_url"], before, f.record("pr-1"))
				}
			}
			f.rename("shop")
			f.source.changes[0].URL = pull.URL
			if f.syncWant(both, "br-main", "pr-1"); strings.Contains(f.record("pr-1"), "namedURLs") {
				t.Errorf("the record has URLs, although they are the present ones:\n%s", f.record("pr-1"))
			}
		})
	}
}

// A change that is new after a rename is named after the new name.
func TestNewPreviewIsNamedAfterPresentName(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1)}
	f.syncWant(both, "pr-1")
	f.rename("store")
	f.source.changes = append(f.source.changes, pullRequest(2))
	f.syncWant(both, "pr-1", "pr-2")
	for id, want := range map[string]string{"pr-1": "github.com/acme/shop", "pr-2": "github.com/acme/store"} {
		for _, p := range f.last.Previews {
			if p.ID == id && p.Source() != want {
				t.Errorf("%s: got source %s, want %s", id, p.Source(), want)
			}
		}
	}
}

// replace makes the name that of another repository, whose pull requests with the same
// numbers are closed or have other commits.
func (f *entryFixture) replace() {
	f.withID("8")
	other := pullRequest(1)
	other.HeadSHA = strings.Repeat("e", 40)
	f.source.changes = []generator.Change{other, branch("main")}
	for number := range int64(9) {
		f.source.endings[pullRequest(number).Key()] = generator.EndingClosed
	}
}

func TestOtherRepositoryWithSameNameStopsSyncs(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), branch("main"), branch("topic")}
	f.syncWant(both, "br-main", "br-topic", "pr-1", "pr-2")
	repository, changes, commits := f.source.repository, f.source.changes, f.commits()
	f.replace()
	for _, restarts := range []bool{false, true} {
		if restarts {
			f.restart()
		}
		_, err := f.trySync(both)
		if !errors.Is(err, generator.ErrOtherRepository) || !strings.Contains(fmt.Sprint(err), "id: 8") || f.commits() != commits {
			t.Errorf("restarted %t: got %v and %s commits, want an error that names the id 8, and %s commits", restarts, err, f.commits(), commits)
		}
		if got := pipeline.Cause(err); !strings.HasPrefix(got, "the source is another repository") {
			t.Errorf("got the cause %q", got)
		}
	}
	clear(f.source.endings)
	f.source.repository, f.source.changes = repository, changes // it is back
	f.syncWant(both, "br-main", "br-topic", "pr-1", "pr-2")
}

// A forge that was installed again gives IDs a second time.
func TestRecreatedPullRequestStopsSyncs(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2)}
	f.syncWant(both, "pr-1", "pr-2")
	other := pullRequest(1)
	other.CreatedAt, other.HeadSHA = other.CreatedAt.AddDate(0, 1, 0), strings.Repeat("e", 40)
	f.source.changes = []generator.Change{other}
	f.source.endings[pullRequest(2).Key()] = generator.EndingClosed
	for range 2 {
		if _, err := f.trySync(both); !errors.Is(err, generator.ErrOtherRepository) || !strings.Contains(fmt.Sprint(err), "pr-1") {
			t.Errorf("got %v, want an error that names pr-1", err)
		}
		f.restart()
	}
	f.wantEntries("pr-1", "pr-2")
}

// If the configuration names the ID of the other repository, the previews are those of a
// former source. Its changes wait until their entries are pruned.
func TestConfiguredIDContinuesWithOtherRepository(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), branch("main")}
	f.syncWant(both, "br-main", "pr-1", "pr-2")
	f.replace()
	f.source.confirmed = true
	f.syncWant(both, "!br-main", "!pr-1", "!pr-2") // by the guard
	f.set.Guard = generator.Guard{Removals: 10, Percent: 100, AllowAll: true}
	f.syncWant(both)
	if got := f.reason("pr-1"); got != generator.ReasonName {
		t.Errorf("got reason %q for the new pull request 1, want %q", got, generator.ReasonName)
	}
	f.syncWant(both, "br-main", "pr-1")
	if got := f.head("pr-1"); got != "e" {
		t.Errorf("got head %s, want that of the other repository", got)
	}
	if message := f.repo.Git(t, "log", "-1", "--skip=1", "--format=%B", "main"); !strings.Contains(message, "Previewset-Repository: pr-1 7\n") {
		t.Errorf("the prune commit does not name the repository:\n%s", message)
	}
}

// admitFork returns a pull request of a fork that has the label "safe" and a preview.
func (f *entryFixture) admitFork() generator.Change {
	f.t.Helper()
	fork := pullRequest(1)
	fork.Fork = true
	f.source.changes = []generator.Change{fork}
	f.syncWant(both)
	fork.Labels = []string{"safe"}
	f.source.changes = []generator.Change{fork}
	f.syncWant(both, "pr-1")
	return fork
}

// The pin of a fork's pull request in one repository does not admit the pull request with
// this number in another.
func TestPinIsOfOneRepository(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "safe"}})
	f.withID("7")
	f.set.Guard = generator.Guard{Removals: 10, Percent: 100, AllowAll: true}
	fork := f.admitFork()
	f.source.changes, f.source.confirmed = nil, true
	f.withID("8")
	f.syncWant(both)
	other := fork
	other.HeadSHA, other.Labels = strings.Repeat("e", 40), nil
	f.source.changes = []generator.Change{other}
	f.syncWant(both)
	other.Labels = []string{"safe"}
	f.source.changes = []generator.Change{other}
	f.restart()
	f.syncWant(both) // it waits for evidence
}

// The record of a deleted entry shows the repository of a pin, also if the commit that
// pruned the entry does not: older versions wrote no IDs, and IDs are unique on one forge.
func TestPinIsOfRecordedRepository(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		older bool
		move  func(*entryFixture, *generator.Change)
		want  string
	}{
		"the same repository": {move: func(*entryFixture, *generator.Change) {}, want: "pr-1"},
		"an older version":    {older: true, move: func(*entryFixture, *generator.Change) {}, want: "pr-1"},
		"another repository": {move: func(f *entryFixture, c *generator.Change) {
			f.withID("8")
			f.rename("other")
			c.CreatedAt = c.CreatedAt.AddDate(0, 0, 1)
		}},
		"an older version, and another repository": {older: true, move: func(f *entryFixture, c *generator.Change) {
			f.withID("8")
			f.rename("other")
			c.CreatedAt = c.CreatedAt.AddDate(0, 0, 1)
		}},
		"the same id on another forge": {move: func(f *entryFixture, c *generator.Change) {
			f.source.repository.ForgeHost, f.source.repository.CloneURL = "gitea.acme.dev", "https://gitea.acme.dev/acme/shop.git"
			c.CreatedAt = c.CreatedAt.AddDate(0, 0, 1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, generator.Selection{PullRequests: &generator.PullRequestRules{ForkLabel: "safe"}})
			f.withID("7")
			fork := f.admitFork()
			if test.older {
				f.forgetIDs("pr-1")
			}
			f.source.changes, f.source.endings[fork.Key()] = nil, generator.EndingClosed
			f.source.proven = map[generator.Key]bool{fork.Key(): true}
			f.syncWant(both)
			later := fork
			later.HeadSHA = strings.Repeat("e", 40)
			test.move(f, &later)
			f.source.changes = []generator.Change{later}
			f.restart()
			want := strings.Fields(test.want)
			if f.syncWant(both, want...); len(want) > 0 && f.head("pr-1") != fork.HeadSHA[:1] {
				t.Errorf("got the commit %s, want the admitted %s", f.head("pr-1"), fork.HeadSHA)
			}
		})
	}
}

// proofs are the recorded changes that the source proves.
func (s *source) Proves(_ context.Context, repositoryID string, recorded generator.Change) (bool, error) {
	s.proofs++
	if repositoryID != s.repository.ID {
		return true, errors.New("another repository")
	}
	return s.proven[recorded.Key()], nil
}

func TestUpgradeCommitsNothing(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), branch("topic")}
	f.syncWant(both, "br-topic", "pr-1", "pr-2")
	f.forgetIDs("pr-1", "pr-2", "br-topic")
	commits := f.commits()
	f.syncWant(both, "br-topic", "pr-1", "pr-2")
	f.syncWant(both, "br-topic", "pr-1", "pr-2")
	if f.commits() != commits {
		t.Errorf("got %s commits, want %s", f.commits(), commits)
	}
	// The ID is written with the next change of the entry.
	f.source.changes[0].HeadSHA = strings.Repeat("c", 40)
	f.syncWant(both, "br-topic", "pr-1", "pr-2")
	if !strings.Contains(f.record("pr-1"), "  id: \"7\"\n") || strings.Contains(f.record("pr-2"), "  id: \"7\"\n") {
		t.Errorf("got the records\n%s\n%s\nwant the id in the first only", f.record("pr-1"), f.record("pr-2"))
	}
}

// An entry without an ID is of the listed repository only if there is evidence.
func TestEntriesWithoutIDNeedEvidence(t *testing.T) {
	t.Parallel()
	pull, topic := pullRequest(1), branch("topic")
	moved, later, pushed := topic, pull, pull
	moved.HeadSHA = strings.Repeat("c", 40)
	pushed.HeadSHA = strings.Repeat("c", 40)
	later.CreatedAt = pull.CreatedAt.AddDate(0, 0, 1)
	for name, test := range map[string]struct {
		entry     generator.Change
		listed    []generator.Change
		proven    bool
		ending    generator.Ending
		confirmed bool
		want      []string
	}{
		"the same creation time":             {entry: pull, listed: []generator.Change{pushed}, want: []string{"pr-1"}},
		"another creation time":              {entry: pull, listed: []generator.Change{later}, proven: true, want: []string{"!pr-1"}},
		"another creation time, confirmed":   {entry: pull, listed: []generator.Change{later}, confirmed: true, want: []string{"pr-1"}},
		"a closed pull request":              {entry: pull, proven: true, ending: generator.EndingClosed},
		"a closed one of another repository": {entry: pull, ending: generator.EndingClosed, want: []string{"!pr-1"}},
		"the same head":                      {entry: topic, listed: []generator.Change{topic}, want: []string{"br-topic"}},
		"another head":                       {entry: topic, listed: []generator.Change{moved}, want: []string{"!br-topic"}},
		"another head, the old one exists":   {entry: topic, listed: []generator.Change{moved}, proven: true, want: []string{"br-topic"}},
		"a deleted branch":                   {entry: topic, proven: true, ending: generator.EndingDeleted},
		"a deleted branch, confirmed":        {entry: topic, confirmed: true, ending: generator.EndingDeleted},
		"a branch that never existed here":   {entry: topic, ending: generator.EndingDeleted, want: []string{"!br-topic"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, everything())
			f.withID("7")
			f.source.changes = []generator.Change{test.entry, branch("main")}
			if _, err := f.trySync(both); err != nil {
				t.Fatal(err)
			}
			f.forgetIDs(strings.Fields(f.repo.Git(t, "ls-tree", "--name-only", "main:previews/shop"))...)
			f.source.changes, f.source.confirmed = slices.Concat(test.listed, []generator.Change{branch("main")}), test.confirmed
			f.source.proven = map[generator.Key]bool{test.entry.Key(): test.proven}
			f.source.endings[test.entry.Key()] = test.ending
			want := append([]string{"br-main"}, test.want...)
			if strings.HasPrefix(want[len(want)-1], "!br-") {
				want = []string{"br-main", "!br-topic"}
			}
			commits := f.commits()
			f.syncWant(both, want...)
			if kept := len(test.want) == 1 && strings.HasPrefix(test.want[0], "!"); kept && f.commits() != commits {
				t.Error("the entry of an unproven repository was changed")
			} else if outcome, err := f.set.Plan(t.Context(), both); err != nil || kept != (len(outcome.Snapshot.Warnings) == 1 && strings.Contains(outcome.Snapshot.Warnings[0].Message, "set id: 7")) {
				t.Errorf("got warnings %v, %v; want one with the remedy: %t", outcome.Snapshot.Warnings, err, kept)
			}
		})
	}
}

// A result of a lookup is remembered, and lookups are bounded.
func TestProofsAreLookedUpOnce(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	var ids []string
	for n := range 120 {
		f.source.changes = append(f.source.changes, branch(fmt.Sprintf("t%d", n)))
		ids = append(ids, fmt.Sprintf("br-t%d", n))
	}
	if _, err := f.trySync(both); err != nil {
		t.Fatal(err)
	}
	f.forgetIDs(ids...)
	f.source.proven = map[generator.Key]bool{}
	for i := range f.source.changes {
		f.source.changes[i].HeadSHA = strings.Repeat("c", 40)
	}
	for _, want := range []int{50, 100, 120, 120} {
		if _, err := f.trySync(writer); err != nil || f.source.proofs != want {
			t.Errorf("got %d lookups, %v; want %d", f.source.proofs, err, want)
		}
	}
}

// A repository can be renamed while its entries have no ID yet.
func TestRenameMovesNoOlderPreview(t *testing.T) {
	t.Parallel()
	hashed, topic := branch("feature/With-a-hash"), branch("topic")
	for name, test := range map[string]struct {
		listed    []generator.Change
		proven    []generator.Change
		confirmed bool
		want      string
	}{
		"pull requests":                      {listed: []generator.Change{pullRequest(1), pullRequest(2), hashed, topic}, want: "HASHED br-main br-topic pr-1 pr-2"},
		"an ended pull request":              {listed: []generator.Change{pullRequest(1), hashed, topic}, proven: []generator.Change{pullRequest(2)}, want: "HASHED br-main br-topic pr-1"},
		"an unproven pull request":           {listed: []generator.Change{pullRequest(1), hashed, topic}, want: "HASHED br-main br-topic pr-1 !pr-2"},
		"branches of a copy":                 {listed: []generator.Change{hashed, topic}, want: "!HASHED !br-main !br-topic !pr-1 !pr-2"},
		"branches of a confirmed repository": {listed: []generator.Change{hashed, topic}, confirmed: true, want: "HASHED br-main br-topic !pr-1 !pr-2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newEntryFixture(t, everything())
			f.withID("7")
			f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), hashed, topic, branch("main")}
			ids, err := f.trySync(both)
			if err != nil {
				t.Fatal(err)
			}
			f.forgetIDs(ids...)
			f.rename("store")
			f.source.changes, f.source.confirmed = slices.Concat(test.listed, []generator.Change{branch("main")}), test.confirmed
			f.source.endings[pullRequest(2).Key()], f.source.proven = generator.EndingClosed, map[generator.Key]bool{}
			for _, c := range test.proven {
				f.source.proven[c.Key()] = true
			}
			got, err := f.trySync(both)
			// The name of the hashed branch is new if its entry is that of another repository.
			got = slices.DeleteFunc(got, func(id string) bool {
				return strings.HasPrefix(test.want, "!HASHED") && strings.HasPrefix(id, "br-feature") && id != ids[0]
			})
			want := strings.Fields(strings.Replace(test.want, "HASHED", ids[0], 1))
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
}

// An entry without an ID is of the repository of other entries, and not of the one that
// has replaced it.
func TestOtherRepositoryTakesOverNoOlderEntry(t *testing.T) {
	t.Parallel()
	f := newEntryFixture(t, everything())
	f.withID("7")
	f.source.changes = []generator.Change{pullRequest(1), pullRequest(2), branch("main")}
	f.syncWant(both, "br-main", "pr-1", "pr-2")
	f.forgetIDs("pr-1")
	f.replace()
	f.source.changes[0].CreatedAt = f.source.changes[0].CreatedAt.AddDate(0, 0, 1)
	f.source.confirmed = true
	f.syncWant(both, "!br-main", "!pr-1", "!pr-2")
	if f.head("pr-1") == "e" {
		t.Error("the entry was taken over by another repository")
	}
	f.set.Guard = generator.Guard{Removals: 10, Percent: 100, AllowAll: true}
	f.syncWant(both)
	f.syncWant(both, "br-main", "pr-1")
}
