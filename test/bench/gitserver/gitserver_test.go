package gitserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/test/bench/gitserver"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestRepoHasItsShape(t *testing.T) {
	store := gitserver.NewStore(t)
	shape := gitserver.Shape{Entries: 10, Files: 100, Commits: 20}
	r := store.Repo(t, shape)
	for args, want := range map[string]int{
		"ls-tree -r --name-only main":                        100,
		"ls-tree --name-only main " + gitserver.SetDir + "/": 10,
		"rev-list main":                        20,
		"rev-list main -- " + gitserver.SetDir: 20,
		"rev-list main -- apps":                20,
	} {
		if got := len(strings.Fields(r.Git(t, strings.Fields(args)...))); got != want {
			t.Errorf("git %s: %d lines, want %d", args, got, want)
		}
	}
	if out := r.Git(t, "count-objects", "-v"); !strings.Contains(out, "count: 0\n") || !strings.Contains(out, "packs: 1\n") {
		t.Errorf("count-objects: got\n%s\nwant no loose objects and one pack", out)
	}
	for name, data := range gitserver.EntryFiles(3, 13) {
		if got := r.Git(t, "cat-file", "blob", "main:"+gitserver.EntryDir(3)+"/"+name); got != strings.TrimSpace(string(data)) {
			t.Errorf("%s: got %q, want %q", name, got, data)
		}
	}
}

// A push to one copy does not change another.
func TestCopiesAreIndependent(t *testing.T) {
	store := gitserver.NewStore(t)
	shape := gitserver.Shape{Entries: 2, Files: 20, Commits: 3}
	one, two := store.Repo(t, shape), store.Repo(t, shape)
	before := two.Tip(t, gitserver.Branch)
	if one.Tip(t, gitserver.Branch) != before {
		t.Fatal("the copies differ")
	}
	tip := gitserver.CommitOther(t, one, 0)
	one.Git(t, "repack", "-a", "-d", "-q")
	if two.Tip(t, gitserver.Branch) != before {
		t.Error("the branch of the other copy moved")
	}
	if _, ok := gittest.TryGit(t, two.Dir, "cat-file", "-e", tip); ok {
		t.Error("the other copy has the commit")
	}
	two.Git(t, "fsck", "--strict")
}

func TestServeDelaysAndCounts(t *testing.T) {
	r := gitserver.NewStore(t).Repo(t, gitserver.Shape{Entries: 2, Files: 20, Commits: 3})
	const delay = 30 * time.Millisecond
	s := gitserver.Serve(t, r, delay)
	start := time.Now()
	gittest.Git(t, t.TempDir(), "clone", "--quiet", "--bare", s.URL)
	if took, n := time.Since(start), len(s.Requests()); n == 0 || took < time.Duration(n)*delay {
		t.Errorf("%d requests took %s, want at least %s each", n, took, delay)
	}
	if received, sent := s.Traffic(); received == 0 || sent < 1000 {
		t.Errorf("traffic: received %d and sent %d bytes, want more than 0 and at least 1000", received, sent)
	}
	s.Reset()
	if received, sent := s.Traffic(); len(s.Requests()) != 0 || received != 0 || sent != 0 {
		t.Errorf("after Reset: requests %v, received %d and sent %d bytes; want none", s.Requests(), received, sent)
	}
}
