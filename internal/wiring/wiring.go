package wiring

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/feedback"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/kustomize"
)

// reported is the age up to which removed previews are reported: their Applications can
// still exist.
const reported = 24 * time.Hour

// Parts are the parts of a configuration. A new configuration has new parts.
type Parts struct {
	Config     *config.Config
	Sets       []*pipeline.Set
	Sources    map[string]*cached.Source // by set
	Repository *gitops.Repository        // nil without gitops
	// Feedback has the sets with feedback. OnWrite is missing.
	Feedback feedback.Options
}

// Overlays returns the names of the sets with an overlay.
func (p *Parts) Overlays() (names []string) {
	for _, set := range p.Sets {
		if set.Overlay != nil {
			names = append(names, set.Name)
		}
	}
	return names
}

// Options are shared by all parts.
type Options struct {
	Log *slog.Logger
	Now func() time.Time
	// Fresh disables the sharing of lists between sets, for commands that sync only
	// once: entries are not deleted because of a list that is older than their read.
	Fresh bool
	// OnRate is called with the remaining requests and the limit of a forge's rate
	// limit for a set. It may be nil.
	OnRate func(set, resource string, remaining, limit int)
	// OnRetry is called when a set plans again because the branch has moved. It may be
	// nil.
	OnRetry func(set string)
	// Logins apply where the configuration has no credentials.
	Logins Logins
	// Activities are those of the parts before; nil if there are none.
	Activities Activities
}

// Logins are credentials that no configuration names. Each may be nil.
type Logins struct {
	// Source is for the sources of all sets.
	Source forge.Login
	GitOps forge.Login
}

// Wire makes the parts of c. Errors are mistakes in the configuration or secrets that
// can't be read.
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
	if o.Activities == nil {
		o.Activities = Activities{}
	}
	p.Feedback = feedback.Options{Installation: installation(c), Now: o.Now, Log: o.Log}
	sources, writers := map[string]*cached.Source{}, map[writerKey]*writer{}
	for _, s := range c.Sets {
		set, err := o.newSet(p, s, namers[s.Name], sources)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", s.Name, err)
		}
		p.Sets = append(p.Sets, set)
		if err := o.addFeedback(p, s, writers); err != nil {
			return nil, fmt.Errorf("set %s: feedback: %w", s.Name, err)
		}
	}
	o.correctActivity(p, writers)
	return p, nil
}

func (o Options) newSet(p *Parts, s config.Set, namer *naming.Namer, sources map[string]*cached.Source) (*pipeline.Set, error) {
	selection, err := s.Selection()
	if err != nil {
		return nil, err
	}
	source, err := o.sharedSource(s, time.Duration(p.Config.Poll), sources)
	if err != nil {
		return nil, err
	}
	p.Sources[s.Name] = source
	set := &pipeline.Set{
		Name: s.Name, Source: source, Selection: selection, Guard: s.RemovalGuard(),
		GitOps:     p.Config.GitOpsBranch(s),
		Parameters: s.Parameters, Variants: s.DomainVariants(),
		Namer: namer, Now: o.Now, Log: o.Log,
	}
	if s.Overlay == nil {
		return set, nil
	}
	spec := s.OverlaySpec(p.Repository.URL())
	if spec.Database != nil {
		spec.Database.Previews = p.Config.DatabasePreviews(s)
	}
	renderer, err := kustomize.New(spec)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	set.Overlay = &pipeline.Overlay{
		Renderer: renderer, Repository: p.Repository,
		Paths: renderer.Paths(),
	}
	if p.Config.ArgoCD != nil || s.Feedback != nil {
		set.Ended = reported
	}
	return set, nil
}
