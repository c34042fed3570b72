package main

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/spelling"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// withSets adds the flags of commands that look at the changes of sets.
func (f *flags) withSets() {
	f.withConfig()
	f.withLog()
	f.withOutput()
	f.command.Flags().StringSliceVar(&f.sets, "set", nil, "comma-separated `NAMES` of sets; the default is all sets")
	completeFlag(f.command, "set", f.completeSets)
}

// nameSets returns the names of sets after their noun: "the set shop", "the sets shop and web".
func nameSets(names []string) string {
	switch len(names) {
	case 0:
		return "no set"
	case 1:
		return "the set " + names[0]
	}
	return "the sets " + spelling.Enumerate(names, "and")
}

// checkSets returns a usage error if --set names a set that owner does not have.
func (f *flags) checkSets(owner string, known []string) error {
	for _, name := range f.sets {
		if !slices.Contains(known, name) {
			return f.usage("unknown set %q: %s has %s", name, owner, nameSets(known))
		}
	}
	return nil
}

// hasSet reports whether --set selects a set.
func (f *flags) hasSet(name string) bool { return len(f.sets) == 0 || slices.Contains(f.sets, name) }

// selectSets returns the sets of a configuration that --set selects.
func (f *flags) selectSets(all []*pipeline.Set) (some []*pipeline.Set, err error) {
	var names []string
	for _, set := range all {
		if names = append(names, set.Name); f.hasSet(set.Name) {
			some = append(some, set)
		}
	}
	return some, f.checkSets("the configuration", names)
}

// leftovers returns the sets that are not configured and have entries. With --set there are none.
func (f *flags) leftovers(ctx context.Context, p *wiring.Parts) ([]gitops.Leftover, error) {
	if p.Repository == nil || len(f.sets) > 0 {
		return nil, nil
	}
	return p.Repository.Leftovers(ctx, p.Overlays())
}

// hasRepositoryError reports whether the GitOps repository caused one of the errors. The
// error of reading its leftovers is then the same.
func hasRepositoryError(all []error) bool {
	return errors.Is(errors.Join(all...), gitops.ErrRepository)
}

// plannedSet is a set with its plan, or the error of planning it.
type plannedSet struct {
	*pipeline.Set
	outcome *pipeline.Outcome
	err     error
}

// maxPlans bounds the number of sets that are planned concurrently.
const maxPlans = 4

// planSets plans the sets that --set selects, in the order of the configuration. A set that
// fails does not stop the others.
func (f *flags) planSets(ctx context.Context) ([]plannedSet, error) {
	parts, err := f.parts(f.logger())
	if err != nil {
		return nil, err
	}
	return f.planParts(ctx, parts)
}

// planParts is planSets for the parts of a configuration.
func (f *flags) planParts(ctx context.Context, parts *wiring.Parts) ([]plannedSet, error) {
	selected, err := f.selectSets(parts.Sets)
	if err != nil {
		return nil, err
	}
	sets := make([]plannedSet, len(selected))
	var group errgroup.Group
	group.SetLimit(maxPlans)
	for i, set := range selected {
		group.Go(func() error {
			defer f.t.working(ctx, "reading %s", set.Name)()
			sets[i].Set = set
			sets[i].outcome, sets[i].err = set.Plan(ctx, gitops.Permissions{Write: true, Prune: true})
			return nil
		})
	}
	_ = group.Wait() // none fails: plannedSet holds the error
	return sets, ctx.Err()
}

// statesOf returns what the API of a service with these sets and Applications would return.
func statesOf(sets []plannedSet, applications applicationsOf) plugin.StatesView {
	all := plugin.StatesView{Sets: []plugin.SetView{}, Previews: []plugin.StateView{}}
	for _, set := range sets {
		if set.err != nil {
			all.Sets = append(all.Sets, plugin.SetView{Set: set.Name, Problem: set.err.Error(), Warnings: []generator.Warning{}})
			continue
		}
		snapshot, apps := set.outcome.Snapshot, applications(set.Name)
		all.Sets = append(all.Sets, plugin.SetView{
			Set: set.Name, TakenAt: snapshot.TakenAt.UTC(), Warnings: append(append([]generator.Warning{}, snapshot.Warnings...), apps.Warnings()...),
		})
		for _, status := range generator.Statuses(snapshot, apps) {
			all.Previews = append(all.Previews, plugin.NewStateView(status))
		}
	}
	return all
}
