package gitrepo_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fuzzing"
)

func options(message string) gitrepo.CommitOptions {
	return gitrepo.CommitOptions{
		Message: message,
		Author:  gitrepo.Signature{Name: "previewset", Email: "previewset@acme.dev"},
		When:    time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC),
	}
}

// edit returns an edit of one directory with one file.
func edit(dir, name, content string) gitrepo.Edit {
	return gitrepo.Edit{Dirs: map[string]map[string][]byte{dir: {name: []byte(content)}}}
}

func push(t testing.TB, r *gitrepo.Remote, tree *gitrepo.Tree, e gitrepo.Edit, message string) *gitrepo.Tree {
	t.Helper()
	commit, err := tree.Commit(t.Context(), e, options(message))
	if err != nil {
		t.Fatal(err)
	}
	next, err := r.Push(t.Context(), "main", commit)
	if err != nil {
		t.Fatal(err)
	}
	if next.Tip() != commit.SHA() {
		t.Fatalf("got tip %s after the push, want %s", next.Tip(), commit.SHA())
	}
	return next
}

func TestCommitAndPush(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		start := map[string]string{
			"README.md": "x", "apps/shop/base/k.yaml": "base", "previews/shop/pr-1/preview.yaml": "1",
			"previews/shop/pr-2/preview.yaml": "2", "previews/shop/pr-2/sub/deep": "2", "previews/blog/pr-1/p": "b",
			"alone/only/file": "x",
		}
		repo.Commit(t, "main", "start", start)
		tree := fetch(t, remote, "main", nil)
		tree = push(t, remote, tree, gitrepo.Edit{
			Dirs: map[string]map[string][]byte{
				"previews/shop/pr-2": {"preview.yaml": []byte("two"), "x/y/z": []byte("deep")},
				"previews/shop/pr-3": {"preview.yaml": []byte("three")},
				"new/place":          {"f": []byte("n")},
			},
			Remove: []string{"previews/shop/pr-1", "previews/shop/absent", "absent/too", "alone/only"},
		}, "shop: a lot\n\nBody.")
		want := map[string]string{
			"README.md": "x", "apps/shop/base/k.yaml": "base", "previews/blog/pr-1/p": "b",
			"previews/shop/pr-2/preview.yaml": "two", "previews/shop/pr-2/x/y/z": "deep",
			"previews/shop/pr-3/preview.yaml": "three", "new/place/f": "n",
		}
		if got := repo.Files(t, "main", ""); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		// The next commits are based on the trees of Push and of Fetch.
		tree = push(t, remote, tree, edit("previews/shop/pr-4", "f", "4"), "two")
		push(t, remote, fetch(t, remote, "main", tree), edit("previews/shop/pr-5", "f", "5"), "three")
		push(t, remote, fetch(t, remote, "main", nil), gitrepo.Edit{Remove: []string{"previews/shop/pr-5"}}, "four")

		if out, ok := gittest.TryGit(t, repo.Dir, "fsck", "--strict", "--full"); !ok {
			t.Errorf("fsck: %s", out)
		}
		show := repo.Git(t, "show", "--stat", "--format=%an|%ae|%cn|%ct|%s|%b", "main~3")
		for _, part := range []string{"previewset|previewset@acme.dev|previewset|1740823200|shop: a lot|Body.", "7 files changed"} {
			if !strings.Contains(show, part) {
				t.Errorf("%q is missing in:\n%s", part, show)
			}
		}
	})
}

func TestNothingToCommit(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "start", map[string]string{"p/a/x": "1", "p/a/y/z": "2"})
		tree := fetch(t, remote, "main", nil)
		for name, e := range map[string]gitrepo.Edit{
			"empty":         {},
			"same":          {Dirs: map[string]map[string][]byte{"p/a": {"x": []byte("1"), "y/z": []byte("2")}}},
			"remove absent": {Remove: []string{"p/b", "q/r"}},
			"empty absent":  {Dirs: map[string]map[string][]byte{"p/b": {}}},
		} {
			if c, err := tree.Commit(t.Context(), e, options("m")); c != nil || !errors.Is(err, gitrepo.ErrNothingToCommit) {
				t.Errorf("%s: got commit %v and error %v, want ErrNothingToCommit", name, c, err)
			}
		}
	})
}

func TestRemoveEverything(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"p/a/x": "1"})
	remote := open(t, repo.URL(), gitrepo.Options{})
	tree := push(t, remote, fetch(t, remote, "main", nil), gitrepo.Edit{Remove: []string{"p/a"}}, "empty")
	if got := repo.Git(t, "ls-tree", "-r", "-t", "main"); got != "" {
		t.Errorf("got tree %s, want an empty one", got)
	}
	push(t, remote, tree, edit("p/b", "x", "1"), "again")
	repo.Git(t, "fsck", "--strict")
}

// Directories outside of the edit keep all bytes of their entries, even modes that
// current git writes differently.
func TestCommitKeepsOtherEntries(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Import(t, `blob
mark :1
data 1
x
commit refs/heads/main
committer T <t@example.test> 1700000000 +0000
data 1
m
M 100755 :1 p/run.sh
M 120000 :1 p/link
M 100644 :1 p/a/f
M 160000 0123456789012345678901234567890123456789 p/module
M 100644 :1 p/file.txt
M 100644 :1 p/a.b
`)
	remote := open(t, repo.URL(), gitrepo.Options{})
	before := repo.Git(t, "ls-tree", "main", "p/")
	push(t, remote, fetch(t, remote, "main", nil), edit("p/a", "f", "y"), "m")
	after := repo.Git(t, "ls-tree", "main", "p/")
	changed := 0
	lines := strings.Split(after, "\n")
	for i, line := range strings.Split(before, "\n") {
		if lines[i] != line {
			changed++
		}
	}
	if changed != 1 || len(lines) != 6 {
		t.Errorf("more than one entry changed: before:\n%s\nafter:\n%s", before, after)
	}
	repo.Git(t, "fsck", "--strict")

	tree := fetch(t, remote, "main", nil)
	for path, kind := range map[string]error{"p/link": gitrepo.ErrSymlink, "p/module/x": gitrepo.ErrSymlink, "p/file.txt": nil, "p/run.sh/x": nil} {
		for _, e := range []gitrepo.Edit{edit(path, "f", "1"), {Remove: []string{path}}} {
			_, err := tree.Commit(t.Context(), e, options("m"))
			if err == nil || errors.Is(err, gitrepo.ErrNothingToCommit) || (kind != nil && !errors.Is(err, kind)) {
				t.Errorf("%s: got error %v, want kind %v", path, err, kind)
			}
		}
	}
}

func TestCommitRefusesInvalidOptions(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	tree := fetch(t, open(t, repo.URL(), gitrepo.Options{}), "main", nil)
	for name, change := range map[string]func(*gitrepo.CommitOptions){
		"no message":  func(o *gitrepo.CommitOptions) { o.Message = " \n" },
		"zero byte":   func(o *gitrepo.CommitOptions) { o.Message = "a\x00b" },
		"no name":     func(o *gitrepo.CommitOptions) { o.Author.Name = "" },
		"bad address": func(o *gitrepo.CommitOptions) { o.Author.Email = "a@b>\nparent x" },
	} {
		o := options("m")
		change(&o)
		if _, err := tree.Commit(t.Context(), edit("d", "f", "1"), o); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestTreeHash(t *testing.T) {
	files := map[string][]byte{"preview.yaml": []byte("a"), "a/b/c": []byte("b"), "a.b": nil, "a0": []byte("z"), "b": []byte("")}
	repo := gittest.NewRepo(t, "r")
	changes := map[string]string{}
	for name, data := range files {
		changes["d/"+name] = string(data)
	}
	repo.Commit(t, "main", "m", changes)
	got, err := gitrepo.TreeHash(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := repo.Git(t, "rev-parse", "main:d"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// A file can be given by its hash.
	known := map[string]string{"preview.yaml": repo.Git(t, "rev-parse", "main:d/preview.yaml")}
	if _, err := gitrepo.TreeHash(files, known); err == nil {
		t.Error("a file that is also a blob was accepted")
	}
	delete(files, "preview.yaml")
	if again, err := gitrepo.TreeHash(files, known); err != nil || again != got {
		t.Errorf("with a blob: got %s and error %v, want %s", again, err, got)
	}
	if _, err := gitrepo.TreeHash(nil, nil); err == nil {
		t.Error("a directory without files was accepted")
	}
	if _, err := gitrepo.TreeHash(map[string][]byte{"a": nil, "a/b": nil}, nil); err == nil {
		t.Error("a name of both a file and a directory was accepted")
	}
}

func TestEditRefusesInvalidPaths(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "start", map[string]string{"a": "1"})
	tree := fetch(t, open(t, repo.URL(), gitrepo.Options{}), "main", nil)
	invalid := []string{
		"", "/", "/abs", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", ".git", "a/.git/hooks", ".GIT", ".Git", ".git.", ".git ",
		"git~1", "GIT~1", "a\\b", "c:d", "a\x00b", "a\nb", ".g\u200cit", "\xff", ".gitmodules", "GITMOD~1", strings.Repeat("x", 256),
		strings.Repeat("x/", 2100) + "x",
	}
	for _, path := range invalid {
		for name, e := range map[string]gitrepo.Edit{
			"directory": edit(path, "f", "1"), "file": edit("d", path, "1"), "removal": {Remove: []string{path}},
		} {
			if _, err := tree.Commit(t.Context(), e, options("m")); err == nil || errors.Is(err, gitrepo.ErrNothingToCommit) {
				t.Errorf("%s %q: got error %v, want an invalid path", name, path, err)
			}
		}
	}
	for _, e := range []gitrepo.Edit{
		{Dirs: map[string]map[string][]byte{"a": {"f": nil}, "a/b": {"f": nil}}},
		{Dirs: map[string]map[string][]byte{"a/b/c": {"f": nil}}, Remove: []string{"a"}},
		{Dirs: map[string]map[string][]byte{"a": {"f": nil}}, Remove: []string{"a"}},
		{Remove: []string{"a", "a"}},
	} {
		if _, err := tree.Commit(t.Context(), e, options("m")); err == nil || errors.Is(err, gitrepo.ErrNothingToCommit) {
			t.Errorf("%v: got error %v, want overlapping directories", e, err)
		}
	}
}

// Accepted paths pass git's own checks.
func FuzzEditPath(f *testing.F) {
	for _, path := range []string{"a", "a/b", "..", ".git", "a/../b", "/a", "a//b", ".git/x", "GIT~1", "-x", "ü", "a b", ".gitattributes", "con"} {
		f.Add(path)
	}
	repo := gittest.NewRepo(f, "r")
	repo.Commit(f, "main", "start", map[string]string{"a": "1"})
	scratch := f.TempDir()
	gittest.Git(f, scratch, "init", "--quiet")
	judged := fuzzing.Judged(f, 7)
	f.Fuzz(func(t *testing.T, path string) {
		got, err := gitrepo.TreeHash(map[string][]byte{path: nil}, nil)
		if err != nil {
			return
		}
		judged()
		for segment := range strings.SplitSeq(path, "/") {
			if segment == "" || segment == "." || segment == ".." || strings.EqualFold(segment, ".git") {
				t.Fatalf("%q was accepted", path)
			}
		}
		blob := gittest.Git(t, scratch, "hash-object", "-w", "--stdin") // an empty file
		index := fmt.Sprintf("100644,%s,%s", blob, path)
		if out, ok := gittest.TryGit(t, scratch, "update-index", "--add", "--cacheinfo", index); !ok {
			t.Fatalf("git refuses %q: %s", path, out)
		}
		if want := gittest.Git(t, scratch, "write-tree"); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
		gittest.Git(t, scratch, "read-tree", "--empty")
	})
}
