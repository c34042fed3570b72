package main

import (
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
	"github.com/previewset/previewset/plugin"
)

// planView is the JSON output of plan for one set.
type planView struct {
	Set      string               `json:"set"`
	Steps    []stepView           `json:"steps"`
	Failures []failureView        `json:"failures"`
	Held     []heldView           `json:"held"`
	Dropped  []plugin.DroppedView `json:"dropped"`
	Warnings []generator.Warning  `json:"warnings"`
	Previews []plugin.StateView   `json:"previews"`
}

// stepView is a step, with --stat also the numbers of its lines.
type stepView struct {
	gitops.Step
	Lines *lineCount `json:"lines,omitempty"`
}

// lineCount has the numbers of lines that a step adds and removes.
type lineCount struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
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

func (f planFlags) view(o *pipeline.Outcome, changes []entryChange) *planView {
	view := &planView{
		Set: o.Snapshot.Set, Steps: []stepView{},
		Failures: []failureView{}, Held: heldViews(o.Held), Dropped: plugin.NewView(o.Snapshot).Dropped,
		Warnings: append([]generator.Warning{}, o.Snapshot.Warnings...), Previews: []plugin.StateView{},
	}
	for _, c := range changes {
		step := stepView{Step: c.Step}
		if f.stat {
			count := c.count()
			step.Lines = &count
		}
		view.Steps = append(view.Steps, step)
	}
	for _, s := range generator.Statuses(o.Snapshot, generator.Applications{}) {
		view.Previews = append(view.Previews, plugin.NewStateView(s))
	}
	for _, failure := range o.Plan.Failures {
		view.Failures = append(view.Failures, failureView{failure.ID, failure.Err.Error()})
	}
	return view
}

func leftoverView(l gitops.Leftover) planView {
	return planView{
		Set: l.Set, Steps: []stepView{}, Failures: []failureView{}, Held: []heldView{}, Dropped: []plugin.DroppedView{},
		Warnings: []generator.Warning{l.Warning()}, Previews: []plugin.StateView{},
	}
}

func (c entryChange) count() (all lineCount) {
	for _, d := range c.diffs {
		added, removed := d.count()
		all.Added += added
		all.Removed += removed
	}
	return all
}
