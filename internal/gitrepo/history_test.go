package gitrepo_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// checkHistory compares LastChanged with git log.
func checkHistory(t *testing.T, repo *gittest.Repo, tree *gitrepo.Tree, dir string, names []string, known *gitrepo.History) *gitrepo.History {
	t.Helper()
	got, history, err := tree.LastChanged(t.Context(), dir, names, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := name
		if dir != "." {
			path = dir + "/" + name
		}
		out := repo.Git(t, "log", "-1", "--format=%H %ct", tree.Tip(), "--", path)
		want, when, _ := strings.Cut(out, " ")
		change, ok := got[name]
		if ok != (want != "") || change.SHA != want {
			t.Errorf("%s: got %q, want %q", path, change.SHA, want)
			continue
		}
		if ok && (fmt.Sprint(change.CommittedAt.Unix()) != when || change.Message == "") {
			t.Errorf("%s: %+v, want %s", path, change, when)
		}
	}
	if t.Failed() {
		t.Log(repo.Git(t, "log", "--graph", "--stat", "--format=%h %s", tree.Tip()))
		t.FailNow()
	}
	return history
}

func TestLastChanged(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "first", map[string]string{"p/s/a/f": "1", "p/s/b/f": "1", "other/x": "1"})
		repo.Commit(t, "main", "change a", map[string]string{"p/s/a/f": "2"})
		repo.Commit(t, "main", "revert a", map[string]string{"p/s/a/f": "1"})
		repo.Commit(t, "main", "delete b", map[string]string{"p/s/b": gittest.Delete})
		repo.Commit(t, "main", "again b", map[string]string{"p/s/b/f": "1"})
		repo.Commit(t, "main", "add and delete c", map[string]string{"p/s/c/f": "1"})
		repo.Commit(t, "main", "delete c", map[string]string{"p/s/c": gittest.Delete, "p/q/z/f": "1"})
		repo.Branch(t, "side", "main")
		repo.Commit(t, "side", "d on side", map[string]string{"p/s/d/f": "1", "p/s/a/f": "3"})
		repo.Commit(t, "main", "e on main", map[string]string{"p/s/e/f": "1"})
		repo.Merge(t, "main", "merge side", []string{"side"}, map[string]string{"p/s/d/f": "1", "p/s/a/f": "3"})
		repo.Branch(t, "evil", "main~1")
		repo.Commit(t, "evil", "b on evil", map[string]string{"p/s/b/f": "evil"})
		repo.Merge(t, "main", "merge that loses", []string{"evil"}, nil)
		repo.Merge(t, "main", "merge that invents", []string{"evil"}, map[string]string{"p/s/e/f": "invented"})
		repo.Commit(t, "main", "elsewhere", map[string]string{"other/y": "1"})

		names := []string{"a", "b", "c", "d", "e", "never"}
		tree := fetch(t, remote, "main", nil)
		known := checkHistory(t, repo, tree, "p/s", names, nil)
		checkHistory(t, repo, tree, "p/q", []string{"z", "never"}, nil)
		checkHistory(t, repo, tree, "p", []string{"s", "q"}, nil)
		checkHistory(t, repo, tree, ".", []string{"p", "other"}, nil)
		checkHistory(t, repo, tree, "no/such/dir", []string{"x"}, nil)
		checkHistory(t, repo, tree, "p/s", names, known)

		repo.Commit(t, "main", "e again", map[string]string{"p/s/e/f": "2", "p/s/g/f": "1"})
		tree = fetch(t, remote, "main", tree)
		known = checkHistory(t, repo, tree, "p/s", append(names, "g"), known)
		tree = push(t, remote, tree, edit("p/s/h", "f", "1"), "add h")
		checkHistory(t, repo, tree, "p/s", append(names, "g", "h"), known)
		checkHistory(t, repo, tree, "p/s", []string{"a", "g", "h"}, nil)
	})
}

// Some servers do not send files of older commits.
func TestFileBefore(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "first", map[string]string{"p/a/f": "1", "other": "1"})
		repo.Commit(t, "main", "change", map[string]string{"p/a/f": "2"})
		deleted := repo.Commit(t, "main", "delete", map[string]string{"p/a": gittest.Delete})
		repo.Commit(t, "main", "again", map[string]string{"p/a/f": "3"})
		tree := fetch(t, remote, "main", nil)
		got, err := tree.FileBefore(t.Context(), deleted, "p/a", "f")
		if refuses := strings.Contains(t.Name(), "/plain_") || strings.Contains(t.Name(), "/no_objects_by_sha_file"); string(got) != "2" && (!refuses || err == nil) {
			t.Errorf("got %q, %v, want the file before it was deleted", got, err)
		}
		for _, missing := range [][2]string{{"p/a", "g"}, {"p/b", "f"}} {
			if got, err := tree.FileBefore(t.Context(), deleted, missing[0], missing[1]); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: got %q, %v, want %v", missing, got, err, fs.ErrNotExist)
			}
		}
	})
}

func TestHashesAt(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		unrelated := repo.Commit(t, "main", "before", map[string]string{"other": "1"})
		older := repo.Commit(t, "main", "first", map[string]string{"p/a/f": "1", "p/b/f": "1"})
		repo.Branch(t, "side", "main")
		newest := repo.Commit(t, "main", "change", map[string]string{"p/a/f": "2"})
		foreign := repo.Commit(t, "side", "side", map[string]string{"p/a/f": "3"})
		tree := fetch(t, remote, "main", nil)
		for _, commit := range []string{newest, older, unrelated} {
			got, err := tree.HashesAt(t.Context(), commit, "p")
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			if commit != unrelated {
				want["a"], want["b"] = repo.Git(t, "rev-parse", commit+":p/a"), repo.Git(t, "rev-parse", commit+":p/b")
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", commit, got, want)
			}
		}
		if got, err := tree.HashesAt(t.Context(), foreign, "p"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a commit of another branch: got %v, %v, want %v", got, err, fs.ErrNotExist)
		}
	})
}

func TestVersions(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "before", map[string]string{"other": "1"})
		repo.Branch(t, "side", "main")
		repo.Commit(t, "main", "first", map[string]string{"p/a/f": "1"})
		repo.Commit(t, "main", "other", map[string]string{"p/a/g": "1"})
		repo.Commit(t, "main", "change", map[string]string{"p/a/f": "2"})
		repo.Commit(t, "side", "side", map[string]string{"p/a/g": "2"})
		repo.Merge(t, "side", "discard", []string{"main"}, map[string]string{"p/a/g": "2"}) // without f
		repo.Commit(t, "side", "a directory", map[string]string{"p/a/f/x": "1"})
		tree := fetch(t, remote, "side", nil)
		for last, want := range map[string][]string{
			"":       {"a directory", "change " + repo.Git(t, "rev-parse", "main:p/a/f"), "first " + repo.Git(t, "rev-parse", "main~2:p/a/f")},
			"change": {"a directory", "change " + repo.Git(t, "rev-parse", "main:p/a/f")},
		} {
			var got []string
			err := tree.Versions(t.Context(), "p/a", "f", func(v gitrepo.Version) bool {
				got = append(got, strings.TrimSpace(strings.TrimSpace(v.Message)+" "+v.Hash))
				return last == "" || strings.TrimSpace(v.Message) != last
			})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("until %q: got %q, %v, want %q", last, got, err, want)
			}
		}
	})
}

func TestLogHasEachAncestorOnce(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "first", map[string]string{"a": "1"})
		repo.Branch(t, "side", "main")
		for i := range 40 { // more than one request reads
			repo.Commit(t, "main", fmt.Sprint("main ", i), map[string]string{"a": fmt.Sprint(i)})
			repo.Commit(t, "side", fmt.Sprint("side ", i), map[string]string{"b": fmt.Sprint(i)})
		}
		repo.Merge(t, "main", "merge", []string{"side"}, map[string]string{"b": "39"})
		tree := fetch(t, remote, "main", nil)
		var got []string
		var last gitrepo.Change
		err := tree.Log(t.Context(), func(c gitrepo.Change) bool {
			if last.SHA != "" && c.CommittedAt.After(last.CommittedAt) {
				t.Errorf("got %s of %s after %s of %s", c.SHA, c.CommittedAt, last.SHA, last.CommittedAt)
			}
			got, last = append(got, c.SHA), c
			return true
		})
		want := strings.Fields(repo.Git(t, "rev-list", "main"))
		if len(got) == 0 || got[0] != want[0] {
			t.Fatalf("got %d commits, %v, want the tip %s first", len(got), err, want[0])
		}
		slices.Sort(got)
		slices.Sort(want)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %d commits, %v, want %d", len(got), err, len(want))
		}
		read := 0
		if err := tree.Log(t.Context(), func(gitrepo.Change) bool { read++; return read < 3 }); err != nil || read != 3 {
			t.Errorf("got %d commits, %v, want 3", read, err)
		}
	})
}

func TestLastChangedOf(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "first", map[string]string{"s/pr-1/f": "1", "s/pr-10/f": "1", "s/pr-2-on/f": "1"})
		repo.Commit(t, "main", "another variant", map[string]string{"s/pr-1": gittest.Delete, "s/pr-1-on/f": "1"})
		repo.Commit(t, "main", "the last of pr-1", map[string]string{"s/pr-1-on": gittest.Delete})
		repo.Commit(t, "main", "others", map[string]string{"s/pr-10/f": "2", "s/pr-11/f": "1", "pr-1-x": "1"})
		tree := fetch(t, remote, "main", nil)
		for id, want := range map[string]string{"pr-1": "the last of pr-1", "pr-2": "first", "pr-10": "others", "pr-3": ""} {
			match := func(name string) bool { return name == id || strings.HasPrefix(name, id+"-") }
			got, ok, err := tree.LastChangedOf(t.Context(), "s", match)
			if err != nil || ok != (want != "") || strings.TrimSpace(got.Message) != want {
				t.Errorf("%s: got %q, %v, %v, want %q", id, got.Message, ok, err, want)
			}
			if sha := repo.Git(t, "log", "-1", "--format=%H", tree.Tip(), "--", "s/"+id, "s/"+id+"-*"); sha != got.SHA {
				t.Errorf("%s: got %q, want %q as of git log", id, got.SHA, sha)
			}
		}
	})
}

// Random histories with merges give the results of git log.
func TestLastChangedInRandomHistories(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			repo := gittest.NewRepo(t, "r")
			repo.Import(t, randomHistory(random, 60))
			if seed%2 == 1 {
				repo.DisableExtensions(t)
			}
			url := gittest.Serve(t, repo, gittest.ServeOptions{}).URL
			remote := open(t, url, gitrepo.Options{})
			names := []string{"e0", "e1", "e2", "e3", "e4", "e5"}
			var tree *gitrepo.Tree
			var known *gitrepo.History
			tips := strings.Fields(repo.Git(t, "rev-list", "--first-parent", "--reverse", "main"))
			for i := (len(tips) - 1) % 9; i < len(tips); i += 9 {
				repo.Branch(t, "main", tips[i])
				tree = fetch(t, remote, "main", tree)
				known = checkHistory(t, repo, tree, "p/s", names, known)
			}
			checkHistory(t, repo, tree, "p/s", names, nil)
		})
	}
}

// randomHistory returns a stream for git fast-import with n commits on main and two side
// branches.
func randomHistory(random *rand.Rand, n int) string {
	var s strings.Builder
	branches := []string{"main", "side1", "side2"}
	started := map[string]bool{}
	for i := range n {
		branch := branches[random.IntN(len(branches))]
		if i == n-1 || i == 0 {
			branch = "main"
		}
		fmt.Fprintf(&s, "commit refs/heads/%s\nmark :%d\ncommitter T <t@example.test> %d +0000\ndata 2\nm%d\n", branch, i+1, 1700000000+60*i, i%10)
		if !started[branch] && i > 0 {
			fmt.Fprintf(&s, "from :%d\n", 1+random.IntN(i))
		}
		started[branch] = true
		if random.IntN(4) == 0 && i > 4 {
			fmt.Fprintf(&s, "merge :%d\n", 1+random.IntN(i))
		}
		for range random.IntN(3) {
			path := fmt.Sprintf("p/s/e%d", random.IntN(6))
			if random.IntN(3) == 0 {
				fmt.Fprintf(&s, "D %s\n", path)
			} else {
				fmt.Fprintf(&s, "M 100644 inline %s/f\ndata 1\n%d\n", path, random.IntN(3))
			}
		}
		fmt.Fprintf(&s, "M 100644 inline clock\ndata 3\n%03d\n", i)
	}
	return s.String()
}

func TestLastChangedInDeepHistory(t *testing.T) {
	const commits = 700
	var s strings.Builder
	for i := range commits {
		fmt.Fprintf(&s, "commit refs/heads/main\ncommitter T <t@example.test> %d +0000\ndata 1\nm\n", 1700000000+60*i)
		switch i {
		case 0:
			s.WriteString("M 100644 inline p/s/oldest/f\ndata 1\n1\n")
		case 300:
			s.WriteString("M 100644 inline p/s/middle/f\ndata 1\n1\n")
		}
		fmt.Fprintf(&s, "M 100644 inline p/s/busy/f\ndata 3\n%03d\nM 100644 inline p/x%d/f/g\ndata 1\n1\n", i, i%7)
	}
	for _, plain := range []bool{false, true} {
		repo := gittest.NewRepo(t, "r")
		repo.Import(t, s.String())
		if plain {
			repo.DisableExtensions(t)
		}
		server := gittest.Serve(t, repo, gittest.ServeOptions{})
		remote := open(t, server.URL, gitrepo.Options{})
		tree := fetch(t, remote, "main", nil)
		server.Reset()
		checkHistory(t, repo, tree, "p/s", []string{"busy"}, nil)
		t.Logf("plain %v: %d requests for a young entry", plain, len(server.Requests()))
		known := checkHistory(t, repo, tree, "p/s", []string{"busy", "middle", "oldest", "never"}, nil)
		t.Logf("plain %v: %d requests for all", plain, len(server.Requests()))
		if got := len(server.Requests()); got > 40 {
			t.Errorf("got %d requests, want at most 40", got)
		}
		tree = push(t, remote, tree, edit("p/s/new", "f", "1"), "new")
		server.Reset()
		checkHistory(t, repo, tree, "p/s", []string{"busy", "middle", "oldest", "new"}, known)
		if got := len(server.Requests()); got > 1 {
			t.Errorf("got %d requests after a push, want at most 1: %v", got, server.Requests())
		}
	}
}

// If the server's own repository is shallow, its boundary is the start of the history, as
// for git log on that server.
func TestLastChangedOnShallowServer(t *testing.T) {
	origin := gittest.NewRepo(t, "origin")
	origin.Commit(t, "main", "one", map[string]string{"p/a/f": "1"})
	for i := range 5 {
		origin.Commit(t, "main", "more", map[string]string{"p/b/f": fmt.Sprint(i)})
	}
	repo := gittest.NewRepo(t, "r")
	repo.Git(t, "fetch", "--quiet", "--depth=3", "--update-shallow", origin.URL(), "main:main")
	tree := fetch(t, open(t, repo.URL(), gitrepo.Options{}), "main", nil)
	checkHistory(t, repo, tree, "p", []string{"a", "b"}, nil)
}
