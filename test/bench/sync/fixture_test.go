package sync_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/previewset/previewset/examples"
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/github"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/bench/forge"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

const (
	set  = "shop"
	base = "apps/shop/base"
)

// fixture is a fake GitHub with open pull requests, and a GitOps repository with the base of
// the sample application.
type fixture struct {
	shop   *githubtest.Repo
	forge  *forge.Forge
	gitops *gittest.Repo
	oldest int64 // number of the oldest open pull request
}

func newFixture(b *testing.B, open int) *fixture {
	b.Helper()
	origin := githubtest.New(b)
	f := &fixture{shop: origin.Repo("acme", "shop"), gitops: gittest.NewRepo(b, "gitops"), oldest: 1}
	for n := range open {
		f.shop.OpenPull(githubtest.Pull{Title: fmt.Sprintf("Change the cart, part %d", n), Author: "ada"})
	}
	f.forge = forge.New(b, origin)
	sample, err := examples.ShopBase(base)
	if err != nil {
		b.Fatal(err)
	}
	f.gitops.Commit(b, "main", "Add the base", sample)
	return f
}

// The numbers of changes between two syncs.
const (
	opened = 10
	closed = 10
	pushed = 30
)

// makeChanges makes the changes between two syncs. It returns the closed pull requests.
func (f *fixture) makeChanges() (closedPulls []generator.Key) {
	var uris []string
	for range closed {
		f.shop.Merge(f.oldest)
		closedPulls = append(closedPulls, generator.Key{Kind: generator.PullRequest, Number: f.oldest})
		uris = append(uris, fmt.Sprintf("%s/repos/acme/shop/pulls/%d", githubtest.Enterprise, f.oldest))
		f.oldest++
	}
	for n := range int64(pushed) {
		f.shop.Push(fmt.Sprintf("change-%d", f.oldest+n), "ada")
	}
	for range opened {
		f.shop.OpenPull(githubtest.Pull{Author: "grace"})
	}
	f.forge.Refresh(uris...)
	return closedPulls
}

// stack is previewset from the source to the writer, wired as in internal/wiring.
type stack struct {
	set      *pipeline.Set
	gitops   *gittest.Repo
	previous *generator.Snapshot
}

func (f *fixture) stack(b *testing.B, url string) *stack {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	c := f.config(b, url)
	selection, err := c.Sets[0].Selection()
	if err != nil {
		b.Fatal(err)
	}
	namers, err := naming.NewNamers(c.Patterns())
	if err != nil {
		b.Fatal(err)
	}
	remote := open(b, url)
	renderer := newRenderer(b, remote.URL())
	repository := gitops.New(remote, gitops.Options{
		Branch: c.GitOps.Branch, Path: c.GitOps.Path, Author: gitrepo.Signature(c.GitOps.Author),
		Now: time.Now, Log: log, OnRetry: func(string) { b.Error("Apply retried: another writer pushed") },
	})
	return &stack{gitops: f.gitops, set: &pipeline.Set{
		Name: set, Source: f.source(b), Selection: selection, Guard: c.Sets[0].RemovalGuard(),
		Namer: namers[set], Now: time.Now, Log: log,
		Overlay: &pipeline.Overlay{Renderer: renderer, Repository: repository, Paths: renderer.Paths()},
	}}
}

// config returns a configuration with one set, which reads the forge and writes to the
// repository at url.
func (f *fixture) config(b *testing.B, url string) *config.Config {
	b.Helper()
	c, err := config.Parse("config.yaml", fmt.Appendf(nil, `apiVersion: previewset.dev/v1alpha1
kind: Config
auth: {tokenEnv: PREVIEWSET_TOKEN}
gitops: {url: %q}
sets:
- name: %s
  source: {github: {owner: acme, repo: shop, apiURL: %q}}
  select: {pullRequests: {}}
  overlay: {base: %s}
  lifetime: {idle: 200000h}
`, url, set, f.forge.APIURL(), base))
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// source returns a source that calls the forge for each list.
func (f *fixture) source(b *testing.B) generator.Source {
	b.Helper()
	source, err := github.New(github.Options{
		Owner: "acme", Repo: "shop", APIURL: f.forge.APIURL(),
	})
	if err != nil {
		b.Fatal(err)
	}
	return cached.New(source, 0, time.Now)
}

func newRenderer(b *testing.B, url string) *kustomize.Renderer {
	b.Helper()
	renderer, err := kustomize.New(kustomize.Spec{
		RepoURL: url, Base: base, Images: []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return renderer
}

func open(b *testing.B, url string) *gitrepo.Remote {
	b.Helper()
	remote, err := gitrepo.Open(url, gitrepo.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return remote
}

// sync runs one sync, as `serve --prune` does at each poll.
func (s *stack) sync(b *testing.B) *pipeline.Outcome {
	b.Helper()
	outcome, err := s.set.Sync(b.Context(), pipeline.Input{Previous: s.previous, Permissions: gitops.Permissions{Write: true, Prune: true}})
	if err != nil {
		b.Fatal(err)
	}
	s.previous = outcome.Snapshot
	return outcome
}
