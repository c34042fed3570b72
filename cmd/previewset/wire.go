package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/argocd"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/internal/metrics"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/kustomize"
)

// parts are what a configuration is made into. They live until the next
// configuration.
type parts struct {
	config     *config.Config
	sets       []*pipeline.Set
	sources    map[string]*cached.Source // by set
	repository *gitops.Repository        // nil without gitops
	refresher  *argocd.Refresher         // nil without argocd, and for all but serve
}

// wiring has what all parts share.
type wiring struct {
	log     *slog.Logger
	now     func() time.Time
	metrics *metrics.Metrics // nil for commands that serve none
	// fresh has each set list for itself: nothing is deleted by a list that is
	// older than the look at the entries, and a command looks once.
	fresh bool
}

// wire makes the parts of c. It opens no connection; errors are mistakes in
// the configuration, or secrets that can't be read.
func (w wiring) wire(c *config.Config) (*parts, error) {
	p := &parts{config: c, sources: map[string]*cached.Source{}}
	namers, err := naming.NewNamers(c.Patterns())
	if err != nil {
		return nil, err
	}
	if c.GitOps != nil {
		if p.repository, err = w.openGitOps(c.GitOps); err != nil {
			return nil, err
		}
	}
	shared := map[string]*cached.Source{}
	for _, s := range c.Sets {
		set, err := w.set(p, s, namers[s.Name], shared)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", s.Name, err)
		}
		p.sets = append(p.sets, set)
	}
	return p, nil
}

func (w wiring) set(p *parts, s config.Set, namer *naming.Namer, shared map[string]*cached.Source) (*pipeline.Set, error) {
	selection, err := s.Selection()
	if err != nil {
		return nil, err
	}
	source, err := w.shareSource(s, time.Duration(p.config.Poll), shared)
	if err != nil {
		return nil, err
	}
	p.sources[s.Name] = source
	set := &pipeline.Set{
		Name: s.Name, Source: source, Selection: selection, Guard: s.RemovalGuard(),
		Parameters: s.Parameters, Variants: s.DomainVariants(),
		Namer: namer, Now: w.now, Log: w.log,
	}
	if s.Overlay == nil {
		return set, nil
	}
	renderer, err := kustomize.New(spec(s, p.repository.URL()))
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	set.Overlay = &pipeline.Overlay{
		Renderer: renderer, Repository: p.repository,
		Paths: renderer.Paths(),
	}
	return set, nil
}

func spec(s config.Set, repoURL string) kustomize.Spec {
	o := s.Overlay
	spec := kustomize.Spec{
		RepoURL: repoURL, Base: o.Base, Components: o.Components,
		Parameters: s.ExampleParameters(), Database: databaseSpec(o.Database),
		Labels: o.Labels, Annotations: o.Annotations, AdminNamespace: o.AdminNamespace, Allow: o.Allow,
	}
	for _, image := range o.Images {
		spec.Images = append(spec.Images, kustomize.Image(image))
	}
	return spec
}

func databaseSpec(d *config.Database) *kustomize.Database {
	if d == nil {
		return nil
	}
	made := &kustomize.Database{
		Engine: d.Engine, Strategy: d.Strategy, AdminSecret: d.AdminSecret, Image: d.Image,
		Name: d.Name, Template: d.Template, Open: d.Open,
		ConnectionLimit: d.ConnectionLimit, Storage: d.Storage,
		Migrate: (*kustomize.Task)(d.Migrate), Seed: (*kustomize.Task)(d.Seed),
	}
	if d.StatementTimeout > 0 {
		made.StatementTimeout = d.StatementTimeout.String()
	}
	if made.Image == "" && d.AdminSide() {
		made.Image = ownImage()
	}
	return made
}

// ownImage is the image of this version: what the Jobs of an overlay run is what
// has rendered it.
func ownImage() string {
	const name = "ghcr.io/previewset/previewset:"
	if info, ok := debug.ReadBuildInfo(); ok && released.MatchString(info.Main.Version) {
		return name + info.Main.Version
	}
	return name + "dev"
}

// released is the version of a build from a tag.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)

// shareSource returns one source for all sets that read the same repository in
// the same way, so that a list is read once for all of them.
func (w wiring) shareSource(s config.Set, poll time.Duration, shared map[string]*cached.Source) (*cached.Source, error) {
	key, err := s.Source.Key()
	if err != nil {
		return nil, err
	}
	if source, ok := shared[key]; ok {
		return source, nil
	}
	source, err := w.openSource(s)
	if err != nil {
		return nil, err
	}
	ttl := shareFor(poll)
	if w.fresh {
		ttl = 0
	}
	shared[key] = cached.New(source, ttl, w.now)
	return shared[key], nil
}

// shareFor is how long a list serves sets that poll at the same time: long
// enough for all of them, and short enough that no poll reads the last one's.
func shareFor(poll time.Duration) time.Duration { return min(10*time.Second, poll/2) }

func (w wiring) openGitOps(g *config.GitOps) (*gitops.Repository, error) {
	entries := strings.Count(g.Path, "/") + 3 // root, path, set
	remote, err := openRemote(g, entries)
	if err != nil {
		return nil, fmt.Errorf("gitops: %w", err)
	}
	o := gitops.Options{
		Branch: g.Branch, Path: g.Path,
		Author:  gitrepo.Signature{Name: g.Author.Name, Email: g.Author.Email},
		Now:     w.now,
		Log:     w.log,
		OnRetry: func(string) {},
	}
	if w.metrics != nil {
		o.OnRetry = w.metrics.PushRetried
	}
	if g.SigningKey().Given() {
		if _, err := openSigner(g.SigningKey()); err != nil {
			return nil, fmt.Errorf("gitops: %w", err)
		}
		o.Sign = func(ctx context.Context, payload []byte) (string, error) {
			sign, err := openSigner(g.SigningKey()) // at each use: it may be rotated
			if err != nil {
				return "", err
			}
			return sign(ctx, payload)
		}
	}
	return gitops.New(remote, o), nil
}

// openArgoCD prepares access to the ApplicationSets. It does not connect.
func (w wiring) openArgoCD(a *config.ArgoCD) (*argocd.Refresher, error) {
	cluster, err := argocd.Connect(a.KubeconfigFile)
	if err != nil {
		return nil, err
	}
	return argocd.New(cluster, argocd.Options{Namespace: a.Namespace, ConfigMap: a.ConfigMap, Now: w.now})
}

func openSigner(key secret.Ref) (func(context.Context, []byte) (string, error), error) {
	text, err := key.Read()
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	sign, err := gitrepo.NewSigner([]byte(text + "\n"))
	if err != nil {
		return nil, fmt.Errorf("signing key in %s: %w", key, err)
	}
	return sign, nil
}
