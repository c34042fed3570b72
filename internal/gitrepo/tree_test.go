package gitrepo_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

var sample = map[string]string{
	"README.md": "hello\n", "apps/shop/base/kustomization.yaml": "resources: []\n", "apps/shop/base/d.yaml": "d\n",
	"apps/shop/overlays/x/k.yaml": "x\n", "components/quota/q.yaml": "q\n", "previews/shop/pr-1/preview.yaml": "1\n",
}

func TestTreeReads(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "one", sample)
		ctx := t.Context()
		tree := fetch(t, remote, "main", nil)
		if tree.Tip() != repo.Tip(t, "main") {
			t.Errorf("got tip %s, want %s", tree.Tip(), repo.Tip(t, "main"))
		}
		for _, path := range []string{"apps/shop/base", "README.md", "previews"} {
			got, err := tree.Hash(ctx, path)
			if want := repo.Git(t, "rev-parse", "main:"+path); err != nil || got != want {
				t.Errorf("%s: %s, %v, want %s", path, got, err, want)
			}
		}
		for _, path := range []string{"absent", "apps/absent/x", "README.md/x"} {
			if _, err := tree.Hash(ctx, path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Hash(%s): got error %v, want fs.ErrNotExist", path, err)
			}
			if _, err := tree.Entries(ctx, path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Entries(%s): got error %v, want fs.ErrNotExist", path, err)
			}
		}
		if _, err := tree.Hash(ctx, "../x"); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("../x: got error %v, want fs.ErrInvalid", err)
		}
		entries, err := tree.Entries(ctx, "apps/shop/base")
		if err != nil || len(entries) != 2 || entries[0].Name != "d.yaml" || entries[0].IsDir {
			t.Fatalf("got entries %+v and error %v, want two files", entries, err)
		}
		blobs, err := tree.Blobs(ctx, []string{entries[0].Hash, entries[1].Hash, entries[0].Hash})
		if err != nil || string(blobs[entries[0].Hash]) != "d\n" || len(blobs) != 2 {
			t.Errorf("got blobs %q and error %v, want two", blobs, err)
		}
		if err := fstest.TestFS(tree.FS(ctx), slices.Collect(maps.Keys(sample))...); err != nil {
			t.Error(err)
		}
		root, err := tree.Entries(ctx, ".")
		if err != nil || len(root) != 4 || !root[1].IsDir {
			t.Errorf("got entries %+v and error %v, want the four of the root", root, err)
		}
	})
}

func TestFSContent(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", sample)
	fsys := fetch(t, open(t, repo.URL(), gitrepo.Options{}), "main", nil).FS(t.Context())
	for path, want := range sample {
		if got, err := fs.ReadFile(fsys, path); err != nil || string(got) != want {
			t.Errorf("%s: got %q and error %v, want %q", path, got, err, want)
		}
	}
	if _, err := fs.ReadFile(fsys, "apps"); err == nil {
		t.Error("ReadFile accepted a directory")
	}
}

func TestSymlinksAreRefused(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Import(t, `commit refs/heads/main
committer T <t@example.test> 1700000000 +0000
data 1
m
M 120000 inline d/passwd
data 11
/etc/passwd
M 120000 inline d/dir
data 2
..
M 160000 0123456789012345678901234567890123456789 d/module
M 100644 inline d/f
data 1
x
`)
	tree := fetch(t, open(t, repo.URL(), gitrepo.Options{}), "main", nil)
	fsys := tree.FS(t.Context())
	for _, path := range []string{"d/passwd", "d/dir", "d/dir/d/f", "d/module", "d/module/x"} {
		_, err := fs.ReadFile(fsys, path)
		var pathError *fs.PathError
		if !errors.Is(err, gitrepo.ErrSymlink) || !errors.As(err, &pathError) || !strings.HasPrefix(path, pathError.Path) {
			t.Errorf("read %s: got error %v, want a PathError with ErrSymlink", path, err)
		}
		if _, err := fs.Stat(fsys, path); !errors.Is(err, gitrepo.ErrSymlink) {
			t.Errorf("stat %s: got error %v, want ErrSymlink", path, err)
		}
	}
	entries, err := fs.ReadDir(fsys, "d")
	if err != nil || len(entries) != 4 {
		t.Fatalf("got entries %v and error %v, want 4", entries, err)
	}
	for _, e := range entries {
		if (e.Name() == "f") != e.Type().IsRegular() || e.IsDir() {
			t.Errorf("%s has type %v, only f is a regular file", e.Name(), e.Type())
		}
	}
	if err := tree.Prefetch(t.Context(), "d", "absent", "d/module", "d/module/x", "d/dir/d"); err != nil {
		t.Error(err)
	}
	files, err := tree.Files(t.Context(), "d")
	want := map[string]gitrepo.File{
		"passwd": {Mode: gitrepo.ModeLink, Content: []byte("/etc/passwd")}, "dir": {Mode: gitrepo.ModeLink, Content: []byte("..")},
		"f": {Mode: gitrepo.ModeRegular, Content: []byte("x")},
	}
	if err != nil || !reflect.DeepEqual(files, want) {
		t.Errorf("got %v and error %v, want %v", files, err, want)
	}
	if _, err := tree.Files(t.Context(), "d/dir"); !errors.Is(err, gitrepo.ErrSymlink) {
		t.Errorf("got error %v, want ErrSymlink", err)
	}
}

// The number of requests of each operation is part of the contract.
func TestRequestCounts(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", sample)
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	remote := open(t, s.URL, gitrepo.Options{})
	ctx := t.Context()
	wantRequests := func(operation string, want int) {
		t.Helper()
		if got := s.Requests(); len(got) != want {
			t.Errorf("%s: got %d requests, want %d: %v", operation, len(got), want, got)
		}
		s.Reset()
	}
	tree := fetch(t, remote, "main", nil)
	wantRequests("fetch", 2)
	if same := fetch(t, remote, "main", tree); same != tree {
		t.Error("Fetch returned another tree at the same tip")
	}
	wantRequests("fetch at a known tip", 1)
	if err := tree.Prefetch(ctx, "apps/shop", "components/quota"); err != nil {
		t.Fatal(err)
	}
	wantRequests("prefetch: apps, components, everything below", 3)
	fsys := tree.FS(ctx)
	for _, path := range []string{"apps/shop/base/d.yaml", "apps/shop/overlays/x/k.yaml", "components/quota/q.yaml"} {
		if _, err := fs.ReadFile(fsys, path); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests("read of prefetched files", 0)
	tree = push(t, remote, tree, edit("previews/shop/pr-2", "f", "1"), "two")
	wantRequests("commit and push: previews, previews/shop, receive-pack", 3)
	push(t, remote, tree, edit("previews/shop/pr-3", "f", "1"), "three")
	wantRequests("the next commit and push", 1)

	repo.Commit(t, "main", "foreign", map[string]string{"apps/shop/base/d.yaml": "new\n"})
	tree = fetch(t, remote, "main", tree)
	s.Reset()
	if err := tree.Prefetch(ctx, "components/quota"); err != nil {
		t.Fatal(err)
	}
	wantRequests("prefetch of an unchanged directory", 0)
}

// Options.Levels levels of directories are read together with the commit.
func TestLevelsAreReadWithTheCommit(t *testing.T) {
	for levels, want := range map[int]int{0: 2, 1: 2, 2: 1, 3: 0, 9: 0} {
		repo := gittest.NewRepo(t, "r")
		repo.Commit(t, "main", "one", sample)
		s := gittest.Serve(t, repo, gittest.ServeOptions{})
		tree := fetch(t, open(t, s.URL, gitrepo.Options{Levels: levels}), "main", nil)
		s.Reset()
		if entries, err := tree.Entries(t.Context(), "previews/shop"); err != nil || len(entries) == 0 {
			t.Fatalf("got entries %v and error %v, want some", entries, err)
		}
		if got := s.Requests(); len(got) != want {
			t.Errorf("with %d levels: got %d requests, want %d: %v", levels, len(got), want, got)
		}
	}
}

func TestFetchNewerTips(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		repo.Commit(t, "main", "one", sample)
		tree := fetch(t, remote, "main", nil)
		for _, content := range []string{"2\n", "3\n", "4\n"} {
			repo.Commit(t, "main", "next", map[string]string{"apps/shop/base/d.yaml": content, "components/quota/q.yaml": gittest.Delete})
			tree = fetch(t, remote, "main", tree)
			got, err := fs.ReadFile(tree.FS(t.Context()), "apps/shop/base/d.yaml")
			if err != nil || string(got) != content || tree.Tip() != repo.Tip(t, "main") {
				t.Fatalf("got %q and error %v, want %q at the tip", got, err, content)
			}
			if _, err := fs.ReadFile(tree.FS(t.Context()), "README.md"); err != nil {
				t.Fatal(err)
			}
		}
		// Fetch also works after the branch was rewritten.
		repo.Branch(t, "main", "main~2")
		repo.Commit(t, "main", "rewritten", map[string]string{"apps/shop/base/d.yaml": "r\n"})
		got, err := fs.ReadFile(fetch(t, remote, "main", tree).FS(t.Context()), "apps/shop/base/d.yaml")
		if err != nil || string(got) != "r\n" {
			t.Errorf("after a rewrite: got %q and error %v, want r", got, err)
		}
	})
}

// If the commit of a tree no longer exists, reads return ErrMoved. The mode of the server
// does not change.
func TestReadOfPrunedTreeReturnsErrMoved(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Config(t, "uploadpack.allowAnySHA1InWant", "false")
	repo.Config(t, "uploadpack.allowReachableSHA1InWant", "true")
	repo.Config(t, "core.logAllRefUpdates", "false")
	repo.Commit(t, "main", "one", map[string]string{"a/b": "1"})
	remote := open(t, gittest.Serve(t, repo, gittest.ServeOptions{}).URL, gitrepo.Options{})
	tree := fetch(t, remote, "main", nil)
	repo.Git(t, "update-ref", "-d", "refs/heads/main")
	repo.Commit(t, "main", "other", map[string]string{"x": "1"})
	repo.Git(t, "gc", "--quiet", "--prune=now")
	if _, err := tree.Hash(t.Context(), "a/b"); !errors.Is(err, gitrepo.ErrMoved) {
		t.Errorf("got error %v, want ErrMoved", err)
	}
}

// A server may refuse requests that its capabilities allow. Concurrent readers detect this
// with one request, and use the next mode.
func TestServerThatRefusesAdvertisedRequests(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", sample)
	repo.Commit(t, "main", "two", map[string]string{"previews/shop/pr-2/preview.yaml": "2"})
	var refusals atomic.Int64
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			body, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(bytes.NewReader(body))
			if tip := "want " + repo.Tip(t, "main"); req.Method == http.MethodPost && !strings.Contains(string(body), tip) &&
				strings.HasSuffix(req.URL.Path, "/git-upload-pack") {
				refusals.Add(1)
				_, _ = io.WriteString(w, "0022ERR upload-pack: not our ref x")
				return
			}
			next.ServeHTTP(w, req)
		})
	}})
	remote := open(t, s.URL, gitrepo.Options{})
	tree := fetch(t, remote, "main", nil)
	var wg sync.WaitGroup
	for path, want := range sample {
		wg.Go(func() {
			if got, err := fs.ReadFile(tree.FS(t.Context()), path); err != nil || string(got) != want {
				t.Errorf("%s: got %q and error %v, want %q", path, got, err, want)
			}
		})
	}
	wg.Go(func() {
		if _, err := remote.Fetch(t.Context(), "main", tree); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if refusals.Load() != 1 {
		t.Errorf("got %d refusals, want 1", refusals.Load())
	}
	checkHistory(t, repo, tree, "previews/shop", []string{"pr-1", "pr-2"}, nil)

	// The same, detected while the history is read.
	remote = open(t, s.URL, gitrepo.Options{})
	checkHistory(t, repo, fetch(t, remote, "main", nil), "previews/shop", []string{"pr-1", "pr-2"}, nil)
	push(t, remote, fetch(t, remote, "main", nil), edit("previews/shop/pr-3", "f", "1"), "three")
}
