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

// world is a GitHub with open pull requests, and a GitOps repository with the
// sample application's base.
type world struct {
	shop   *githubtest.Repo
	forge  *forge.Forge
	gitops *gittest.Repo
	next   int64 // the oldest pull request that is open
}

func newWorld(b *testing.B, open int) *world {
	b.Helper()
	origin := githubtest.New(b)
	w := &world{shop: origin.Repo("acme", "shop"), gitops: gittest.NewRepo(b, "gitops"), next: 1}
	for n := range open {
		w.shop.OpenPull(githubtest.Pull{Title: fmt.Sprintf("Change the cart, part %d", n), Author: "ada"})
	}
	w.forge = forge.New(b, origin)
	sample, err := examples.ShopBase(base)
	if err != nil {
		b.Fatal(err)
	}
	w.gitops.Commit(b, "main", "Add the base", sample)
	return w
}

// Of the day between two syncs.
const (
	opened = 10
	closed = 10
	pushed = 30
)

// day is what happens between two syncs. It returns the pull requests that were
// closed.
func (w *world) day() (gone []generator.Key) {
	var asked []string
	for range closed {
		w.shop.Merge(w.next)
		gone = append(gone, generator.Key{Kind: generator.PullRequest, Number: w.next})
		asked = append(asked, fmt.Sprintf("%s/repos/acme/shop/pulls/%d", githubtest.Enterprise, w.next))
		w.next++
	}
	for n := range int64(pushed) {
		w.shop.Push(fmt.Sprintf("change-%d", w.next+n), "ada")
	}
	for range opened {
		w.shop.OpenPull(githubtest.Pull{Author: "grace"})
	}
	w.forge.Refresh(asked...)
	return gone
}

// stack is previewset from the source to the writer, wired as internal/wiring
// does it.
type stack struct {
	set      *pipeline.Set
	gitops   *gittest.Repo
	previous *generator.Snapshot
}

func (w *world) stack(b *testing.B, url string) *stack {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	c := w.config(b, url)
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
		Now: time.Now, Log: log, OnRetry: func(string) { b.Error("planned again") },
	})
	return &stack{gitops: w.gitops, set: &pipeline.Set{
		Name: set, Source: w.source(b), Selection: selection, Guard: c.Sets[0].RemovalGuard(),
		Namer: namers[set], Now: time.Now, Log: log,
		Overlay: &pipeline.Overlay{Renderer: renderer, Repository: repository, Paths: renderer.Paths()},
	}}
}

// config is a configuration with one set that reads the forge, and writes to
// the repository at url.
func (w *world) config(b *testing.B, url string) *config.Config {
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
`, url, set, w.forge.APIURL(), base))
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// source reads the forge each time that it is asked.
func (w *world) source(b *testing.B) generator.Source {
	b.Helper()
	source, err := github.New(github.Options{
		Owner: "acme", Repo: "shop", APIURL: w.forge.APIURL(),
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

// sync does what serve --prune does at a poll.
func (s *stack) sync(b *testing.B) *pipeline.Outcome {
	b.Helper()
	outcome, err := s.set.Sync(b.Context(), s.previous, gitops.Permissions{Write: true, Prune: true})
	if err != nil {
		b.Fatal(err)
	}
	s.previous = outcome.Snapshot
	return outcome
}
