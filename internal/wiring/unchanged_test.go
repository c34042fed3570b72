package wiring_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// fakeSource is a source with more branches than one sync can describe.
type fakeSource struct {
	stanza string
	// hideCommits makes the source return no more facts of commits.
	hideCommits func()
}

// manyBranches are more than a forge's source looks up in two syncs, and more than Git
// sends for one request.
const manyBranches = 450

func gitSource(t *testing.T) fakeSource {
	t.Helper()
	repo := newApp(t)
	var stream strings.Builder
	for i := range manyBranches {
		fmt.Fprintf(&stream, "commit refs/heads/b%d\ncommitter Ada <ada@acme.dev> %d +0000\ndata 0\nfrom refs/heads/main^0\n", i, 1_700_000_000+i)
	}
	repo.Import(t, stream.String())
	return fakeSource{fmt.Sprintf("git: {url: %q}", repo.URL()), func() { repo.DisableExtensions(t) }}
}

// notFound answers requests for commits with 404.
func notFound(w http.ResponseWriter, r *http.Request) bool {
	if !strings.Contains(r.URL.Path, "/git/commits/") {
		return false
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, `{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`)
	return true
}

func githubSource(t *testing.T) fakeSource {
	t.Helper()
	forge := githubtest.New(t)
	repo := forge.Repo("acme", "shop")
	for i := range manyBranches {
		repo.Push(fmt.Sprintf("b%d", i), "octocat")
	}
	return fakeSource{fmt.Sprintf("github: {owner: acme, repo: shop, apiURL: %q}", forge.APIURL()), func() { forge.Fault(notFound) }}
}

func giteaSource(t *testing.T) fakeSource {
	t.Helper()
	forge := giteatest.New(t)
	forge.Fault(giteaBranches)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(giteatest.ReaderToken), 0o600); err != nil {
		t.Fatal(err)
	}
	return fakeSource{
		fmt.Sprintf("gitea: {url: %q, owner: acme, repo: shop, tokenFile: %q}", forge.URL, token),
		func() {
			forge.Fault(func(w http.ResponseWriter, r *http.Request) bool { return notFound(w, r) || giteaBranches(w, r) })
		},
	}
}

// giteaBranches answers requests for branches and commits as Gitea does.
func giteaBranches(w http.ResponseWriter, r *http.Request) bool {
	const perPage = 50
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if _, sha, ok := strings.Cut(r.URL.Path, "/git/commits/"); ok {
		_, _ = fmt.Fprintf(w, `{"sha":%q,"commit":{"committer":{"name":"Ada","date":"2026-01-05T10:00:00Z"}}}`, sha)
		return true
	}
	if !strings.HasSuffix(r.URL.Path, "/branches") {
		return false
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	var items []string
	for i := (page - 1) * perPage; i < min(page*perPage, manyBranches); i++ {
		name := fmt.Sprintf("b%d", i)
		if i == 0 {
			name = "main"
		}
		items = append(items, fmt.Sprintf(`{"name":%q,"commit":{"id":"%040x","author":{"name":"Ada"}}}`, name, i+1))
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(manyBranches))
	if page*perPage < manyBranches {
		w.Header().Set("Link", fmt.Sprintf(`<%s?limit=%d&page=%d>; rel="next"`, r.URL.Path, perPage, page+1))
	}
	_, _ = fmt.Fprintf(w, "[%s]", strings.Join(items, ","))
	return true
}

// A sync in which nothing has changed commits nothing, however many branches there are:
// when the source has returned all facts, after a restart, and after a restart in which
// it returns fewer facts.
func TestUnchangedBranchesCauseNoCommit(t *testing.T) {
	t.Parallel()
	const syncs = manyBranches/200 + 1 // until all facts are known
	for name, open := range map[string]func(*testing.T) fakeSource{"git": gitSource, "github": githubSource, "gitea": giteaSource} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, repo := open(t), newGitOps(t)
			var parts *wiring.Parts
			var last *generator.Snapshot
			restart := func() {
				parts, last = wire(t, fmt.Sprintf("gitops: {url: %q}\nsets:\n%s  overlay: {base: base}\n", repo.URL(), set("shop", source.stanza)),
					wiring.Options{Fresh: true}), nil
			}
			sync := func() string {
				outcome, err := parts.Sets[0].Sync(t.Context(), pipeline.Input{Previous: last, Permissions: gitops.Permissions{Write: true, Prune: true}})
				if err != nil {
					t.Fatal(err)
				}
				last = outcome.Snapshot
				return outcome.Commit
			}
			restart()
			for range syncs {
				sync()
			}
			if record := repo.Git(t, "show", "main:previews/shop/br-b"+strconv.Itoa(manyBranches-1)+"/preview.yaml"); !strings.Contains(record, "author: ") || !strings.Contains(record, "updatedAt: ") {
				t.Fatalf("the record lacks the author or the time:\n%s", record)
			}
			for _, begin := range []func(){func() {}, restart, func() { source.hideCommits(); restart() }} {
				begin()
				for i := range syncs + 1 {
					if commit := sync(); commit != "" {
						t.Fatalf("sync %d: got a commit without a change:\n%.2000s", i, repo.Git(t, "show", commit))
					}
				}
			}
		})
	}
}

func newGitOps(t *testing.T) *gittest.Repo {
	t.Helper()
	r := gittest.NewRepo(t, "gitops")
	r.Commit(t, "main", "Begin", map[string]string{
		"base/kustomization.yaml": "resources: [settings.yaml]\n",
		"base/settings.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
	})
	return r
}
