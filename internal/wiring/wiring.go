package wiring

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
)

// Parts are what a configuration is made into. They live until the next
// configuration.
type Parts struct {
	Config     *config.Config
	Sets       []*pipeline.Set
	Sources    map[string]*cached.Source // by set
	Repository *gitops.Repository        // nil without gitops
}

// Options are what all parts share.
type Options struct {
	Log *slog.Logger
	Now func() time.Time
	// Fresh has each set list for itself: nothing is deleted by a list that is
	// older than the look at the entries, and a command looks once.
	Fresh bool
	// OnRate is called with what a forge still allows a set; it may be nil.
	OnRate func(set, resource string, remaining, limit int)
	// OnRetry is called when a push of a set is planned again; it may be nil.
	OnRetry func(set string)
}

// Wire makes the parts of c. Errors are mistakes in the configuration, or secrets
// that can't be read.
func Wire(c *config.Config, o Options) (*Parts, error) {
	p := &Parts{Config: c, Sources: map[string]*cached.Source{}}
	namers, err := naming.NewNamers(c.Patterns())
	if err != nil {
		return nil, err
	}
	if c.GitOps != nil {
		if p.Repository, err = OpenGitOps(c.GitOps, o); err != nil {
			return nil, err
		}
	}
	shared := map[string]*cached.Source{}
	for _, s := range c.Sets {
		set, err := o.set(p, s, namers[s.Name], shared)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", s.Name, err)
		}
		p.Sets = append(p.Sets, set)
	}
	return p, nil
}

func (o Options) set(p *Parts, s config.Set, namer *naming.Namer, shared map[string]*cached.Source) (*pipeline.Set, error) {
	selection, err := s.Selection()
	if err != nil {
		return nil, err
	}
	source, err := o.shareSource(s, time.Duration(p.Config.Poll), shared)
	if err != nil {
		return nil, err
	}
	p.Sources[s.Name] = source
	set := &pipeline.Set{
		Name: s.Name, Source: source, Selection: selection, Guard: s.RemovalGuard(),
		Parameters: s.Parameters, Variants: s.DomainVariants(),
		Namer: namer, Now: o.Now, Log: o.Log,
	}
	if s.Overlay == nil {
		return set, nil
	}
	renderer, err := kustomize.New(spec(s, p.Repository.URL()))
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	set.Overlay = &pipeline.Overlay{
		Renderer: renderer, Repository: p.Repository,
		Paths: renderer.Paths(),
	}
	return set, nil
}
