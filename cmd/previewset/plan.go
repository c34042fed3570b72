package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
)

type planFlags struct {
	*flags
	exitCode, stat bool
}

func planCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "plan [flags]",
		GroupID: groupLook,
		Short:   "show what serve and prune would change now",
		Long: `Show what serve and prune would change now, and why. Changes nothing. git apply accepts the printed
differences. If an overlay can't be written, plan ends with status 1.`,
		Example: `  previewset plan --config config.yaml
  previewset plan --config config.yaml --stat --set shop
  previewset plan --config config.yaml --output json --exit-code`,
		Args: operands(0, 0),
	}
	f := planFlags{flags: newFlags(t, c)}
	f.withSets()
	c.Flags().BoolVar(&f.exitCode, "exit-code", false, "end with status 3 if anything would change")
	c.Flags().BoolVar(&f.stat, "stat", false, "count the added and removed lines of each entry, instead of showing them")
	c.RunE = func(c *cobra.Command, _ []string) error {
		parts, err := f.parts(f.logger())
		if err != nil {
			return err
		}
		return f.run(c.Context(), parts)
	}
	return c
}

func (f planFlags) run(ctx context.Context, p *wiring.Parts) error {
	sets, err := f.selectSets(p.Sets)
	if err != nil {
		return err
	}
	defer f.t.working(ctx, "planning")()
	var all []error
	var summaries []string
	views := []planView{}
	steps := 0
	for _, set := range sets {
		view, summary, err := f.plan(ctx, set)
		if view != nil {
			views, summaries = append(views, *view), append(summaries, summary)
			steps += len(view.Steps)
		}
		if err != nil {
			all = append(all, fmt.Errorf("set %s: %w", set.Name, err))
		}
	}
	leftovers, err := f.leftovers(ctx, p)
	if !hasRepositoryError(all) {
		all = append(all, err)
	}
	var unconfigured []planView
	for _, l := range leftovers {
		unconfigured = append(unconfigured, leftoverView(l))
	}
	if f.json() {
		all = append(all, f.t.json(append(views, unconfigured...)))
	} else {
		f.printEnd(unconfigured, summaries)
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	if f.exitCode && steps > 0 {
		return exitStatus(statusChanges)
	}
	return nil
}

// plan plans one set, and prints the plan as text. It returns no view if there is no plan.
// The error also reports overlays that can't be written.
func (f planFlags) plan(ctx context.Context, set *pipeline.Set) (view *planView, summary string, err error) {
	defer f.t.working(ctx, "planning %s", set.Name)()
	o, err := set.Plan(ctx, gitops.Permissions{Write: true, Prune: true})
	if err != nil {
		return nil, "", err
	}
	changes, err := f.changes(ctx, set, o)
	if !f.json() {
		f.print(set.Name, o, changes)
	}
	//promise:plans-report-unwritable-overlays
	if n := len(o.Plan.Failures); n > 0 {
		err = errors.Join(err, fmt.Errorf("%s can't be written", counted(n, "overlay")))
	}
	return f.view(o, changes), summarized(set, o), err
}

// entryChange is a step of a plan, with the files that it changes.
type entryChange struct {
	gitops.Step
	diffs []fileDiff
}

// changes returns the steps of a plan with their differences. JSON has differences only
// with --stat.
func (f planFlags) changes(ctx context.Context, set *pipeline.Set, o *pipeline.Outcome) (all []entryChange, err error) {
	for _, step := range o.Plan.Steps {
		change := entryChange{Step: step}
		if !f.json() || f.stat {
			dir := set.Overlay.Repository.SetPath(set.Name) + "/" + step.ID
			old, failed := o.EntryFiles(ctx, step.ID)
			if failed != nil && !errors.Is(failed, fs.ErrNotExist) {
				err = errors.Join(err, fmt.Errorf("entry %s: %w", step.ID, failed))
			}
			change.diffs = compareDirs(dir, old, step.Files())
		}
		all = append(all, change)
	}
	return all, err
}
