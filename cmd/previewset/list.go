package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/plugin"
)

type listFlags struct {
	*flags
	server serverFlags
	wide   bool
	states []string
}

func listCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "list [flags]",
		GroupID: groupLook,
		Short:   "list all pull requests and branches with their states",
		Long: `List all pull requests and branches of all sets with their states. The states are those of a
running service with --server, and otherwise those after a sync with this configuration, which list
does not run. If a set can't be read, list prints the others, and ends with status 1.`,
		Example: `  previewset list --config config.yaml
  previewset list --config config.yaml --state behind,failing,held --wide
  previewset list --server https://previewset.example.com --token-file token`,
		Args: operands(0, 0),
	}
	f := listFlags{flags: newFlags(t, c)}
	f.withSets()
	f.withServer(&f.server)
	c.Flags().BoolVar(&f.wide, "wide", false, "print all columns, and cut nothing")
	f.addWords(&f.states, "state", "comma-separated `STATES` to list (default all): ", stateWords())
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(c.Context()) }
	return c
}

func stateWords() (words []string) {
	for _, state := range generator.States() {
		words = append(words, string(state))
	}
	return words
}

func (f listFlags) run(ctx context.Context) error {
	all, err := f.read(ctx)
	if all.Sets == nil { // nothing could be read
		return err
	}
	if len(f.states) > 0 {
		all.Previews = slices.DeleteFunc(all.Previews, func(v plugin.StateView) bool { return !slices.Contains(f.states, string(v.State)) })
	}
	if f.json() {
		err = errors.Join(err, f.t.json(all))
	} else {
		f.print(all, time.Now())
	}
	if err == nil && slices.ContainsFunc(all.Sets, unread) {
		return exitStatus(statusFailed)
	}
	return err
}

// read returns the states of a service or of a configuration. An error beside states is about
// the entries of sets that are not configured.
func (f listFlags) read(ctx context.Context) (plugin.StatesView, error) {
	if f.server.given() {
		return f.readServer(ctx, f.server)
	}
	parts, err := f.parts(f.logger())
	if err != nil {
		return plugin.StatesView{}, err
	}
	sets, err := f.planParts(ctx, parts)
	if err != nil {
		return plugin.StatesView{}, err
	}
	all := statesOf(sets, f.readApplications(ctx, parts, sets))
	leftovers, err := f.leftovers(ctx, parts)
	addLeftovers(&all, leftovers)
	if hasRepositoryError([]error{failures(sets)}) {
		err = nil // it is the problem of a set
	}
	return all, err
}

// addLeftovers adds warnings about entries that no configured set has, as a service does.
func addLeftovers(all *plugin.StatesView, leftovers []gitops.Leftover) {
	for _, l := range leftovers {
		i := slices.IndexFunc(all.Sets, func(v plugin.SetView) bool { return v.Set == l.Set })
		if i < 0 {
			i = len(all.Sets)
			all.Sets = append(all.Sets, plugin.SetView{Set: l.Set})
		}
		all.Sets[i].Warnings = append(all.Sets[i].Warnings, l.Warning())
	}
}

// unread reports whether the newest state of a set is not known.
func unread(s plugin.SetView) bool { return s.Problem != "" || s.Stale }

func (f listFlags) print(all plugin.StatesView, now time.Time) {
	if len(all.Previews) > 0 {
		columns, cells := listColumns(f.t), listCells
		maxWidth := tableWidth
		if f.wide {
			columns, cells, maxWidth = wideColumns(f.t), wideCells, 0
		}
		several := len(all.Sets) > 1
		if several {
			columns = append([]column{{heading: "SET", cuts: true, least: []int{8}}}, columns...)
		}
		var rows [][]string
		for _, v := range all.Previews {
			row := cells(v, now)
			if several {
				row = append([]string{v.Set}, row...)
			}
			rows = append(rows, row)
		}
		f.t.columns(columns, rows, maxWidth)
	}
	if len(all.Previews) > 0 || !slices.ContainsFunc(all.Sets, unread) {
		f.t.printf("%s\n", f.count(all.Previews))
	}
	for _, set := range all.Sets {
		f.t.problem(set)
		f.t.warnings(set.Set, set.Warnings)
	}
}

// listColumns returns the columns of a table without those of --wide. The column ID is cut last,
// because other commands need an id: CHANGE is cut before a MESSAGE of 44 columns.
func listColumns(t *terminal) []column {
	return []column{
		{heading: "ID", cuts: true},
		{heading: "STATE", style: t.state},
		{heading: "CHANGE", cuts: true, least: []int{8, 8}},
		{heading: "SINCE"},
		{heading: "MESSAGE", cuts: true, least: []int{20, 44}},
	}
}

func listCells(v plugin.StateView, now time.Time) []string {
	return []string{v.ID, string(v.State), cmp.Or(v.Title, v.Branch), age(v.Since, now), v.Message}
}

func wideColumns(t *terminal) []column {
	return []column{
		{heading: "ID"},
		{heading: "STATE", style: t.state},
		{heading: "REASON"},
		{heading: "BRANCH"},
		{heading: "TITLE"},
		{heading: "AUTHOR"},
		{heading: "SINCE"},
		{heading: "HEAD"},
		{heading: "COMMITTED"},
		{heading: "LIVE"},
		{heading: "NAMESPACE"},
		{heading: "PREVIEW"},
		{heading: "URL"},
		{heading: "MESSAGE"},
	}
}

func wideCells(v plugin.StateView, now time.Time) []string {
	return []string{
		v.ID, string(v.State), string(v.Reason), v.Branch, v.Title, v.Author, age(v.Since, now), v.HeadSHA, v.CommittedSHA, v.LiveSHA,
		text(v.Parameters, "namespace"), text(v.Parameters, "preview_url"), v.URL, v.Message,
	}
}

// text returns a parameter that is a string, "" for none.
func text(p generator.Params, name string) string {
	value, _ := p[name].(string)
	return value
}

// age returns the time since t as kubectl prints it, "" if t is zero.
func age(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return duration.HumanDuration(max(0, now.Sub(t)))
}

// countStates counts the previews with each state.
func countStates(previews []plugin.StateView) string {
	counts := map[generator.State]int{}
	for _, v := range previews {
		counts[v.State]++
	}
	var parts []string
	for _, state := range generator.States() {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	if len(parts) == 0 {
		return "no changes"
	}
	return counted(len(previews), "change") + ": " + strings.Join(parts, ", ")
}

// count counts the previews with each state, or names the states that none has.
func (f listFlags) count(previews []plugin.StateView) string {
	if len(previews) == 0 && len(f.states) > 0 {
		return "no changes with --state " + strings.Join(f.states, ",")
	}
	return countStates(previews)
}

// problem prints why the newest state of a set is not known.
func (t *terminal) problem(s plugin.SetView) {
	if problem := problemOf(s); problem != "" {
		t.printf("%s: %s: %s\n", t.bold(s.Set), t.red("problem"), indented(problem))
	}
}

// problemOf returns why the newest state of a set is not known, with the time of the states if
// the problem does not have it. It is "" if the newest state is known.
func problemOf(s plugin.SetView) string {
	takenAt := s.TakenAt.Format(time.RFC3339)
	switch {
	case s.Problem == "" && s.Stale:
		return fmt.Sprintf("its states are of %s, which is too old", takenAt)
	case s.Problem != "" && !s.Stale && !s.TakenAt.IsZero():
		return fmt.Sprintf("%s; its states are of %s", s.Problem, takenAt)
	}
	return s.Problem
}

// state styles the word of a state, which may be padded.
func (t *terminal) state(word string) string {
	switch generator.State(word) {
	case generator.StateLive, generator.StateCommitted:
		return t.green(word)
	case generator.StateFailing, generator.StateBehind:
		return t.red(word)
	case generator.StateHeld, generator.StateRemoving, generator.StateWaiting, generator.StateSyncing:
		return t.yellow(word)
	case generator.StateDropped:
		return t.dim(word)
	}
	return word // of a newer service
}
