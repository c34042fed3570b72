package git_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestServeCloneAndPush(t *testing.T) {
	r := gittest.NewRepo(t, "gitops")
	first := r.Commit(t, "main", "first", map[string]string{"a/b.txt": "1\n", "c.txt": "2\n"})
	s := gittest.Serve(t, r, gittest.ServeOptions{User: "u", Password: "p"})

	if _, ok := gittest.TryGit(t, ".", "ls-remote", s.URL); ok {
		t.Error("served without credentials")
	}
	dir := t.TempDir()
	authenticated := strings.Replace(s.URL, "http://", "http://u:p@", 1)
	gittest.Git(t, dir, "clone", "--quiet", authenticated, "w")
	gittest.Git(t, dir+"/w", "commit", "--quiet", "--allow-empty", "-m", "second")
	gittest.Git(t, dir+"/w", "push", "--quiet", "origin", "HEAD:main")
	if got := r.Git(t, "rev-parse", "main~1"); got != first {
		t.Errorf("main~1 = %s, want %s", got, first)
	}
	if !slices.Contains(s.Requests(), "POST git-receive-pack") {
		t.Errorf("requests %v, want POST git-receive-pack among them", s.Requests())
	}
	s.Reset()
	if len(s.Requests()) != 0 {
		t.Error("Reset kept requests")
	}
}

func TestCommitMergeDelete(t *testing.T) {
	r := gittest.NewRepo(t, "r")
	r.Commit(t, "main", "one", map[string]string{"d/x": "1", "d/y": "2"})
	r.Branch(t, "side", "main")
	side := r.Commit(t, "side", "two", map[string]string{"d/y": gittest.Delete, "e": "3"})
	r.Merge(t, "main", "merge", []string{"side"}, map[string]string{"e": "3"})
	if got := r.Git(t, "rev-parse", "main^2"); got != side {
		t.Errorf("second parent %s, want %s", got, side)
	}
	files := r.Files(t, "main", "")
	if len(files) != 3 || files["d/y"] != "2" || files["e"] != "3" {
		t.Errorf("files at main: %v", files)
	}
	if files := r.Files(t, "side", "d"); len(files) != 1 {
		t.Errorf("files at side below d: %v", files)
	}
	r.Git(t, "fsck", "--strict")
}

func TestEqualHistoriesHaveEqualHashes(t *testing.T) {
	var got []string
	for range 2 {
		got = append(got, gittest.NewRepo(t, "r").Commit(t, "main", "m", map[string]string{"a": "b"}))
	}
	if got[0] != got[1] {
		t.Errorf("hashes %s and %s differ", got[0], got[1])
	}
}

func TestMiddlewareAnswersFirst(t *testing.T) {
	r := gittest.NewRepo(t, "r")
	r.Commit(t, "main", "m", map[string]string{"a": "b"})
	s := gittest.Serve(t, r, gittest.ServeOptions{Middleware: func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "down", http.StatusBadGateway)
		})
	}})
	if out, ok := gittest.TryGit(t, ".", "ls-remote", s.URL); ok || !strings.Contains(out, "502") {
		t.Errorf("ls-remote: got success %v, want status 502: %s", ok, out)
	}
}

func TestPushToFullDiskFails(t *testing.T) {
	r := gittest.NewRepo(t, "r")
	first := r.Commit(t, "main", "first", map[string]string{"a": "1"})
	s := gittest.Serve(t, r, gittest.ServeOptions{})
	dir := t.TempDir() + "/w"
	gittest.Git(t, ".", "clone", "--quiet", s.URL, dir)
	gittest.Git(t, dir, "commit", "--quiet", "--allow-empty", "-m", "second")
	r.FillDisk(0)
	if out, ok := gittest.TryGit(t, dir, "push", "--quiet", "origin", "HEAD:main"); ok || !strings.Contains(out, "File too large") {
		t.Errorf("push: got success %v, want error \"File too large\": %s", ok, out)
	}
	if got := r.Tip(t, "main"); got != first {
		t.Errorf("tip %s, want %s", got, first)
	}
	r.FreeDisk()
	gittest.Git(t, dir, "push", "--quiet", "origin", "HEAD:main")
}
