package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/internal/wiring"
	"github.com/previewset/previewset/plugin"
)

// planView is the JSON output of plan for one set.
type planView struct {
	Set      string               `json:"set"`
	Steps    []gitops.Step        `json:"steps"`
	Failures []failureView        `json:"failures"`
	Held     []heldView           `json:"held"`
	Dropped  []plugin.DroppedView `json:"dropped"`
	Warnings []generator.Warning  `json:"warnings"`
}

type failureView struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

type heldView struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

func heldViews(held []generator.Preview) []heldView {
	views := make([]heldView, len(held))
	for i, p := range held {
		views[i] = heldView{p.ID, p.Held.Detail}
	}
	return views
}

type planFlags struct {
	*flags
	exitCode bool
}

func planCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "plan [flags]",
		GroupID: groupLook,
		Short:   "show what serve and prune would change now",
		Long:    "Show what serve and prune would change now, and why. Changes nothing.",
		Example: `  previewset plan --config config.yaml
  previewset plan --config config.yaml --output json --exit-code`,
		Args: operands(0, 0),
	}
	f := planFlags{flags: newFlags(t, c)}
	f.withConfig()
	f.withLog()
	f.withOutput()
	c.Flags().BoolVar(&f.exitCode, "exit-code", false, "end with status 3 if anything would change")
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
	var all []error
	views := []planView{}
	steps := 0
	for _, set := range p.Sets {
		f.t.progress("planning %s …", set.Name)
		outcome, err := set.Plan(ctx, gitops.Permissions{Write: true, Prune: true})
		if err != nil {
			all = append(all, fmt.Errorf("set %s: %w", set.Name, err))
			continue
		}
		steps += len(outcome.Plan.Steps)
		views = append(views, newPlanView(outcome))
		if !f.json() {
			if err := f.print(ctx, set, outcome); err != nil {
				all = append(all, fmt.Errorf("set %s: %w", set.Name, err))
			}
		}
	}
	leftovers, err := leftoverViews(ctx, p)
	if err != nil {
		all = append(all, err)
	}
	views = append(views, leftovers...)
	for _, l := range leftovers {
		if !f.json() {
			f.t.warnings(l.Set, l.Warnings)
		}
	}
	if f.json() {
		all = append(all, f.t.json(views))
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	if f.exitCode && steps > 0 {
		return exitStatus(statusChanges)
	}
	return nil
}

// leftoverViews returns a view without steps for each set that is not configured and has
// entries.
func leftoverViews(ctx context.Context, p *wiring.Parts) (views []planView, err error) {
	if p.Repository == nil {
		return nil, nil
	}
	leftovers, err := p.Repository.Leftovers(ctx, p.Overlays())
	for _, l := range leftovers {
		views = append(views, planView{
			Set: l.Set, Steps: []gitops.Step{}, Failures: []failureView{}, Held: []heldView{}, Dropped: []plugin.DroppedView{},
			Warnings: []generator.Warning{l.Warning()},
		})
	}
	return views, err
}

func newPlanView(o *pipeline.Outcome) planView {
	view := planView{
		Set: o.Snapshot.Set, Steps: append([]gitops.Step{}, o.Plan.Steps...),
		Failures: []failureView{}, Held: heldViews(o.Held), Dropped: plugin.NewView(o.Snapshot).Dropped,
		Warnings: append([]generator.Warning{}, o.Warnings...),
	}
	for _, f := range o.Plan.Failures {
		view.Failures = append(view.Failures, failureView{f.ID, f.Err.Error()})
	}
	return view
}

func (f planFlags) print(ctx context.Context, set *pipeline.Set, o *pipeline.Outcome) error {
	name := f.t.bold(set.Name)
	defer f.t.warnings(set.Name, o.Warnings)
	if set.Overlay == nil {
		f.t.printf("%s: %d previews without an overlay: nothing to commit\n", name, len(o.Snapshot.Previews))
		return nil
	}
	if len(o.Plan.Steps)+len(o.Plan.Failures) == 0 {
		f.t.printf("%s: nothing to change\n", name)
	}
	for _, step := range o.Plan.Steps {
		if err := f.printStep(ctx, name, o, step); err != nil {
			return err
		}
	}
	for _, failure := range o.Plan.Failures {
		f.t.printf("%s: %s %s: %s\n", name, f.t.red("can't write"), failure.ID, printable(failure.Err.Error()))
	}
	for _, p := range o.Held {
		f.t.printf("%s: holds %s: %s\n", name, p.ID, printable(p.Held.Detail))
	}
	return nil
}

func (f planFlags) printStep(ctx context.Context, name string, o *pipeline.Outcome, step gitops.Step) error {
	if step.Action == gitops.Delete {
		f.t.printf("%s: %s %s: %s\n", name, f.t.red(string(step.Action)), step.ID, printable(step.Verdict.Detail))
		return nil
	}
	f.t.printf("%s: %s %s\n", name, f.t.green(string(step.Action)), step.ID)
	old, err := o.EntryFiles(ctx, step.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files := step.Files()
	for _, file := range slices.Sorted(maps.Keys(merged(old, files))) {
		if err := f.t.diff(step.ID+"/"+file, old[file], files[file]); err != nil {
			return err
		}
	}
	return nil
}

func merged(a, b map[string][]byte) map[string][]byte {
	all := maps.Clone(b)
	maps.Copy(all, a)
	return all
}
