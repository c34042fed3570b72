package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/internal/config"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// TestQuickstartSuggestsTheForge: for a repository on github.com, `serve --repo` suggests
// a valid stanza that also selects pull requests.
func TestQuickstartSuggestsTheForge(t *testing.T) {
	t.Parallel()
	for repo, want := range map[string]string{
		"https://github.com/acme/shop.git": `github: {owner: "acme", repo: "shop"}`,
		"git@github.com:acme/shop.git":     `github: {owner: "acme", repo: "shop"}`,
		"https://git.acme.dev/shop.git":    "",
		"https://github.com/a/b/c.git":     "",
	} {
		q, err := serveFlags{repo: repo}.quickstart(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", repo, err)
		}
		text := string(q.text)
		_, suggestion, _ := strings.Cut(text, "# To preview pull requests as well, use: ")
		suggestion, _, _ = strings.Cut(suggestion, "\n")
		if suggestion != want {
			t.Errorf("%s: suggested %q, want %q", repo, suggestion, want)
		}
		if want == "" {
			continue
		}
		plain := fmt.Sprintf("git: {url: %q}", repo)
		c, err := config.Parse("suggested", []byte(strings.Replace(text, plain, suggestion, 1)))
		if err != nil {
			t.Fatalf("%s: %v", repo, err)
		}
		if stanza, ok := c.Sets[0].Source.Stanza.(*github.Stanza); !ok || stanza.Owner != "acme" || stanza.Repo != "shop" {
			t.Errorf("%s: %+v", repo, c.Sets[0].Source.Stanza)
		}
	}
}

// TestQuickstartExcludesDefaultBranch: the default branch is no change that somebody works on.
func TestQuickstartExcludesDefaultBranch(t *testing.T) {
	t.Parallel()
	repo := gittest.NewRepo(t, "shop")
	repo.Commit(t, "trunk", "Begin", map[string]string{"a": "1"})
	repo.Git(t, "symbolic-ref", "HEAD", "refs/heads/trunk")
	for url, want := range map[string][]string{repo.URL(): {"trunk"}, repo.URL() + "-missing": {"main", "master"}} {
		q, err := serveFlags{repo: url}.quickstart(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := q.config.Sets[0].Select.Branches; !slices.Equal(got.Exclude, want) || len(got.Include) > 0 {
			t.Errorf("%s: got %+v, want all branches except %q", url, got, want)
		}
	}
}
