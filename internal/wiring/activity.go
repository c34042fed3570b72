package wiring

import (
	"context"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/feedback"
	"github.com/previewset/previewset/internal/pipeline"
)

// Activities have what previewset itself wrote on the pull requests of repositories. Parts
// that follow each other share them, so that a new configuration knows what was written.
type Activities map[generator.RepositoryName]*forge.Activity

// of returns the activity of a repository, which is new if there is none yet.
func (a Activities) of(r generator.Repository) *forge.Activity {
	name := r.RepositoryName()
	if a[name] == nil {
		a[name] = new(forge.Activity)
	}
	return a[name]
}

// countsActivity reports whether previews of a set with this repository end when they are
// idle.
func countsActivity(c *config.Config, repository generator.RepositoryName) bool {
	return slices.ContainsFunc(c.Sets, func(s config.Set) bool {
		return s.Lifetime.Idle > 0 && s.Source.Repository().RepositoryName() == repository
	})
}

// correctedSource is a source whose lists do not have the writes of previewset as the last
// updates of pull requests.
type correctedSource struct {
	*cached.Source
	activity *forge.Activity
	lookup   forge.Lookup
}

// List implements generator.Source.
func (s correctedSource) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	listing, err := s.Source.List(ctx, q)
	if err != nil {
		return listing, err
	}
	return s.activity.Correct(ctx, listing, s.lookup), nil
}

// correctActivity corrects the lists of each set with idle previews whose repository has
// feedback, of this set or another one.
func (o Options) correctActivity(p *Parts, writers map[writerKey]*writer) {
	ownWrites := map[generator.RepositoryName][]forge.OwnWrite{}
	for key, w := range writers {
		ownWrites[key.repository] = append(ownWrites[key.repository], w.ownWrite(p.Feedback.Installation, o.now))
	}
	for i, s := range p.Config.Sets {
		own := ownWrites[s.Source.Repository().RepositoryName()]
		if s.Lifetime.Idle == 0 || len(own) == 0 {
			continue
		}
		set := p.Sets[i]
		set.Source = correctedSource{Source: p.Sources[s.Name], activity: o.Activities.of(s.Source.Repository()), lookup: forge.Lookup{
			Idle: set.Selection.Lifetime.Idle, Selects: func(c generator.Change) bool { return endsWhenIdle(set, c) },
			OwnWrites: own, Now: o.now, Log: o.Log,
		}}
	}
}

// endsWhenIdle reports whether the rules of a set select a change, and it has no label that
// keeps it.
func endsWhenIdle(set *pipeline.Set, c generator.Change) bool {
	kept, _ := set.Selection.Filter([]generator.Change{c})
	return len(kept) > 0 && !slices.Contains(c.Labels, set.Selection.Lifetime.KeepLabel)
}

// ownWrite returns a function that reads the comments of the writer. As the writer does, it
// leaves a quarter of the rate limit for lists.
func (w *writer) ownWrite(installation string, now func() time.Time) forge.OwnWrite {
	return func(ctx context.Context, number int64) (at, activity time.Time, err error) {
		if until := w.rate.ReservedUntil(now()); !until.IsZero() {
			return time.Time{}, time.Time{}, &forge.RateLimitError{Until: until}
		}
		return feedback.OwnWrite(ctx, w.forge, installation, number)
	}
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}
