package gitrepo_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// open opens the repository at url with a short time-out.
func open(t testing.TB, url string, o gitrepo.Options) *gitrepo.Remote {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	r, err := gitrepo.Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func fetch(t testing.TB, r *gitrepo.Remote, branch string, known *gitrepo.Tree) *gitrepo.Tree {
	t.Helper()
	tree, err := r.Fetch(t.Context(), branch, known)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// eachServer runs the test over HTTP and on a local repository, with the capabilities of
// forges and with fewer capabilities.
func eachServer(t *testing.T, test func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote)) {
	t.Helper()
	configs := map[string]map[string]string{
		"forge": {},
		// only tree:0, as on some forges
		"shallow filters":   {"uploadpackfilter.tree.maxDepth": "0"},
		"no objects by sha": {"uploadpack.allowAnySHA1InWant": "false"},
		"plain":             {"uploadpack.allowAnySHA1InWant": "false", "uploadpack.allowFilter": "false"},
	}
	for name, config := range configs {
		for _, transport := range []string{"http", "file"} {
			t.Run(name+" "+transport, func(t *testing.T) {
				repo := gittest.NewRepo(t, "gitops")
				for key, value := range config {
					repo.Config(t, key, value)
				}
				url := repo.URL()
				if transport == "http" {
					url = gittest.Serve(t, repo, gittest.ServeOptions{}).URL
				}
				test(t, repo, open(t, url, gitrepo.Options{}))
			})
		}
	}
}

func TestOpenRefusesInvalidURLs(t *testing.T) {
	const canary = "hunter2canary"
	for _, url := range []string{
		"https://user:" + canary + "@git.example/x.git",
		"https://" + canary + "@git.example/x.git",
		"http://:" + canary + "@git.example/x.git",
		"https://git.example/x.git?token=" + canary,
		"https://git.example/x.git#" + canary,
		"ssh://git:" + canary + "@git.example/x.git",
		"git:" + canary + "@git.example:x.git",
		"https://user:" + canary + "@git.example/%zz",
		"https://user:" + canary + "@git .example/x",
		"ftp://git.example/" + canary,
		"relative/" + canary,
		"file://elsewhere/" + canary,
		"ssh://git@git.example",
		"https:///x", "git@:x", "git@host:", "git@-oProxyCommand=x:y", "",
	} {
		_, err := gitrepo.Open(url, gitrepo.Options{})
		if err == nil {
			t.Errorf("%s was accepted", url)
		} else if strings.Contains(err.Error(), canary) {
			t.Errorf("the error contains the secret: %v", err)
		}
	}
}

func TestOpenAcceptsURLs(t *testing.T) {
	for _, url := range []string{
		"https://git.example/a/b.git", "http://127.0.0.1:8080/b", "ssh://git@git.example:2222/a/b.git",
		"git@git.example:a/b.git", "git.example:a/b.git", "file:///srv/git/b.git", "/srv/git/b.git",
		"ssh://git@[::1]:22/~user/b.git",
	} {
		r, err := gitrepo.Open(url, gitrepo.Options{})
		if err != nil {
			t.Errorf("%s: %v", url, err)
		} else if r.URL() != url {
			t.Errorf("URL() = %s, want %s", r.URL(), url)
		}
	}
}

func TestRefs(t *testing.T) {
	eachServer(t, func(t *testing.T, repo *gittest.Repo, remote *gitrepo.Remote) {
		if _, err := remote.Refs(t.Context()); !errors.Is(err, gitrepo.ErrEmpty) {
			t.Fatalf("Refs of an empty repository: got error %v, want ErrEmpty", err)
		}
		if _, err := remote.Fetch(t.Context(), "main", nil); !errors.Is(err, gitrepo.ErrEmpty) {
			t.Fatalf("Fetch of an empty repository: got error %v, want ErrEmpty", err)
		}
		tip := repo.Commit(t, "main", "one", map[string]string{"a": "1"})
		side := repo.Commit(t, "feature/x", "two", map[string]string{"b": "1"})
		repo.Git(t, "tag", "v1", tip)
		refs, err := remote.Refs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if refs.DefaultBranch != "main" || len(refs.Branches) != 2 ||
			refs.Branches["main"] != tip || refs.Branches["feature/x"] != side {
			t.Errorf("got %+v, want main at %s and feature/x at %s", refs, tip, side)
		}
		if _, err := remote.Fetch(t.Context(), "absent", nil); !errors.Is(err, gitrepo.ErrNoBranch) {
			t.Errorf("absent branch: got error %v, want ErrNoBranch", err)
		}
		if _, err := remote.Fetch(t.Context(), "../main", nil); err == nil {
			t.Error("an invalid branch name was accepted")
		}
	})
}

func TestRefsNeedsOneRequest(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	if _, err := open(t, s.URL, gitrepo.Options{}).Refs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.Requests(); len(got) != 1 {
		t.Errorf("got requests %v, want one", got)
	}
}

func TestCommits(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	var stream strings.Builder
	for i := range 300 {
		message := fmt.Sprintf("message %d\n\nbody\n", i)
		fmt.Fprintf(&stream, "commit refs/heads/b%03d\ncommitter %s <t@example.test> %d +0000\ndata %d\n%s\nM 100644 inline a\ndata 3\n%03d\n",
			i, gittest.AuthorName, 1700000000+i, len(message), message, i)
	}
	repo.Import(t, stream.String())
	shas := strings.Fields(repo.Git(t, "for-each-ref", "--format=%(objectname)", "refs/heads"))
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	remote := open(t, s.URL, gitrepo.Options{})
	infos, err := remote.Commits(t.Context(), shas)
	if err != nil {
		t.Fatal(err)
	}
	if len(infos) != len(shas) {
		t.Fatalf("got %d commits, want %d", len(infos), len(shas))
	}
	last := infos[shas[299]]
	if last.SHA != shas[299] || last.AuthorName != gittest.AuthorName || !strings.HasPrefix(last.Message, "message 299\n") ||
		!last.CommittedAt.After(infos[shas[0]].CommittedAt) || last.AuthoredAt.IsZero() {
		t.Errorf("got %+v, want the newest commit", last)
	}
	if got := len(s.Requests()); got != 3 {
		t.Errorf("got %d requests for 300 commits, want 3: %v", got, s.Requests())
	}
	if _, err := remote.Commits(t.Context(), []string{"nonsense"}); err == nil {
		t.Error("an invalid hash was accepted")
	}

	repo.DisableExtensions(t)
	if _, err := open(t, s.URL, gitrepo.Options{}).Commits(t.Context(), shas[:1]); !errors.Is(err, gitrepo.ErrNoFilter) {
		t.Errorf("server without filters: got error %v, want ErrNoFilter", err)
	}
}

func TestNotFound(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", map[string]string{"a": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{})
	for _, url := range []string{
		strings.Replace(s.URL, "r.git", "absent.git", 1),
		"file://" + t.TempDir(),
		t.TempDir() + "/absent",
	} {
		if _, err := open(t, url, gitrepo.Options{}).Refs(t.Context()); !errors.Is(err, gitrepo.ErrNotFound) {
			t.Errorf("%s: got error %v, want ErrNotFound", url, err)
		}
	}
}

func TestRedirect(t *testing.T) {
	repo := gittest.NewRepo(t, "r")
	repo.Commit(t, "main", "one", map[string]string{"d/a": "1"})
	s := gittest.Serve(t, repo, gittest.ServeOptions{Middleware: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if rest, ok := strings.CutPrefix(req.URL.Path, "/old"); ok {
				http.Redirect(w, req, rest+"?"+req.URL.RawQuery, http.StatusMovedPermanently)
				return
			}
			next.ServeHTTP(w, req)
		})
	}})
	remote := open(t, strings.Replace(s.URL, "/r.git", "/old/r.git", 1), gitrepo.Options{})
	tree := fetch(t, remote, "main", nil)
	if _, err := tree.Hash(t.Context(), "d/a"); err != nil {
		t.Fatal(err)
	}
	commit, err := tree.Commit(t.Context(), edit("d", "a", "2"), options("two"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Push(t.Context(), "main", commit); err != nil {
		t.Fatal(err)
	}
}
