package main

import (
	"fmt"
	"strings"

	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/pipeline"
)

// print prints the plan of a set, without its summary.
func (f planFlags) print(set string, o *pipeline.Outcome, changes []entryChange) {
	name, width := f.t.bold(set), 0
	for _, c := range changes {
		width = max(width, len(c.ID))
	}
	for _, c := range changes {
		if f.stat {
			f.printStat(name, c, width)
		} else {
			f.printChange(name, c)
		}
	}
	failures := make([]finding, len(o.Plan.Failures))
	for i, failure := range o.Plan.Failures {
		failures[i] = finding{failure.ID, failure.Err.Error()}
	}
	f.t.findings(name, f.t.red("can't write"), failures, 2)
	f.t.held(name, heldViews(o.Held))
	f.t.warnings(set, o.Snapshot.Warnings)
}

func (f planFlags) printChange(name string, c entryChange) {
	f.t.printf("%s: %s %s%s\n", name, f.action(c), c.ID, why(c, ": "))
	for _, d := range c.diffs {
		f.t.diff(d)
	}
}

// printStat prints one line with the numbers of lines that c adds and removes. The ids
// are width columns wide.
func (f planFlags) printStat(name string, c entryChange, width int) {
	count := c.count()
	f.t.printf("%s: %s%s %-*s | %s %s%s\n", name, f.action(c), strings.Repeat(" ", len(gitops.Update)-len(c.Action)), width, c.ID,
		f.t.green(fmt.Sprintf("+%d", count.Added)), f.t.red(fmt.Sprintf("-%d", count.Removed)), why(c, "  "))
}

func (f planFlags) action(c entryChange) string {
	if c.Action == gitops.Delete {
		return f.t.red(string(c.Action))
	}
	return f.t.green(string(c.Action))
}

// why returns the reason of a deletion after a separator.
func why(c entryChange, separator string) string {
	if c.Action != gitops.Delete {
		return ""
	}
	return separator + indented(c.Verdict.Detail)
}

// printEnd prints the warnings about sets that are not configured, and the summaries of
// the others.
func (f planFlags) printEnd(leftovers []planView, summaries []string) {
	for _, l := range leftovers {
		f.t.warnings(l.Set, l.Warnings)
	}
	for _, summary := range summaries {
		f.t.printf("%s\n", summary)
	}
}

// summarized returns the numbers of the plan: "shop: 1 to add, 1 held, 40 unchanged".
func summarized(set *pipeline.Set, o *pipeline.Outcome) string {
	if set.Overlay == nil {
		return fmt.Sprintf("%s: %s without an overlay: nothing to commit", set.Name, counted(len(o.Snapshot.Previews), "preview"))
	}
	concerned := map[string]bool{}
	actions := map[gitops.Action]int{}
	for _, step := range o.Plan.Steps {
		concerned[step.ID] = true
		actions[step.Action]++
	}
	for _, failure := range o.Plan.Failures {
		concerned[failure.ID] = true
	}
	unchanged := 0
	for _, p := range o.Snapshot.Previews {
		if !concerned[p.ID] && !p.IsHeld() {
			unchanged++
		}
	}
	var parts []string
	if len(concerned) == 0 {
		parts = []string{"nothing to change"}
	}
	for _, part := range []struct {
		n    int
		text string
	}{
		{actions[gitops.Add], "to add"},
		{actions[gitops.Update], "to update"},
		{actions[gitops.Delete], "to prune"},
		{len(o.Plan.Failures), "can't be written"},
		{len(o.Held), "held"},
		{unchanged, "unchanged"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	return set.Name + ": " + strings.Join(parts, ", ")
}

// counted returns "1 overlay" or "2 overlays".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
