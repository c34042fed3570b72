package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/plugin"
)

type explainFlags struct {
	*flags
	server serverFlags
}

func explainCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "explain [flags] CHANGE",
		GroupID: groupLook,
		Short:   "explain why a pull request or branch has a preview or not",
		Long: `Explain why a pull request or branch has a preview or not, with its state, the reason and the
remedy. CHANGE is an id (pr-42, or pr-42-flag-on for one variant), a number (42 or '#42'), a branch,
also that of a pull request, or the URL of the change. If a branch is called 42, then 42 means this
branch. explain looks in all sets, and explains all matches. It ends with status 1 if nothing is
known about CHANGE. If the newest state of its set is not known, explain prints the problem first,
and ends with status 1, as list does. A running service (--server) does not know changes that ended.`,
		Example: `  previewset explain --config config.yaml 42
  previewset explain --config config.yaml --set shop feature/dark-mode
  previewset explain --server https://previewset.example.com --token-file token 42`,
		Args: operands(1, 1),
	}
	f := explainFlags{flags: newFlags(t, c)}
	f.withSets()
	f.withServer(&f.server)
	c.RunE = func(c *cobra.Command, operands []string) error { return f.run(c.Context(), newReference(operands[0])) }
	return c
}

func (f explainFlags) run(ctx context.Context, r reference) error {
	if r.text == "" {
		return f.usage("the argument CHANGE is empty")
	}
	found, all, err := f.find(ctx, r)
	if err != nil && all.Sets == nil { // nothing could be read
		return err
	}
	if err == nil && len(found) == 0 {
		err = noneHas(all.Sets)
	}
	if err != nil && len(found) == 0 {
		if !f.json() {
			f.printWarnings(all.Sets)
		}
		return r.notFound(err, all.Previews)
	}
	if err != nil { // other sets may have it, too
		f.t.printError(err)
	}
	return f.printFound(found, setsOf(found, all.Sets))
}

// printFound prints explanations. If the newest state of one of their sets is not known, it prints
// the problem first, and returns status 1.
func (f explainFlags) printFound(found []explanation, sets []plugin.SetView) error {
	var err error
	if slices.ContainsFunc(sets, unread) {
		err = exitStatus(statusFailed)
	}
	if f.json() {
		return cmp.Or(f.t.json(summarize(found, sets)), err)
	}
	for _, set := range sets {
		f.t.problem(set)
	}
	f.print(found)
	for _, set := range sets {
		f.t.warnings(set.Set, set.Warnings)
	}
	return err
}

// find returns the explanations of the changes that r names, and the states of all sets,
// which has no sets if they can't be read. An error beside explanations is that of other sets.
func (f explainFlags) find(ctx context.Context, r reference) ([]explanation, plugin.StatesView, error) {
	if f.server.given() {
		all, err := f.readServer(ctx, f.server)
		if err != nil {
			return nil, plugin.StatesView{}, err
		}
		r = r.completed(all.Previews)
		return findAll(r, all.Previews, all.Sets, nil), all, nil
	}
	parts, err := f.parts(f.logger())
	if err != nil {
		return nil, plugin.StatesView{}, err
	}
	sets, err := f.planParts(ctx, parts)
	if err != nil {
		return nil, plugin.StatesView{}, err
	}
	all := statesOf(sets, f.readApplications(ctx, parts, sets))
	err = failures(sets)
	for i := range all.Sets {
		all.Sets[i].Problem = "" // it is in the error
	}
	r = r.completed(all.Previews)
	found := findAll(r, all.Previews, all.Sets, pages(sets))
	if len(found) > 0 {
		return found, all, err
	}
	found, unlisted := f.findUnlisted(ctx, r, sets)
	return found, all, errors.Join(err, unlisted)
}

// noneHas returns the error for a change that no set of a service has.
func noneHas(sets []plugin.SetView) error {
	var names []string
	for _, set := range sets {
		if unread(set) {
			names = append(names, set.Set)
		}
	}
	if len(names) == 0 {
		return errors.New("no set has it")
	}
	return fmt.Errorf("no set has it, but the newest states of %s are not known", nameSets(names))
}

// failures returns the errors of sets that could not be planned.
func failures(sets []plannedSet) error {
	var all []error
	for _, set := range sets {
		if set.err != nil {
			all = append(all, fmt.Errorf("set %s: %w", set.Name, set.err))
		}
	}
	return errors.Join(all...)
}

// findAll returns the explanations of the changes that r names in each set. pages are those
// of the sets' repositories; nil if they are not known.
func findAll(r reference, previews []plugin.StateView, sets []plugin.SetView, pages map[string]string) (found []explanation) {
	for _, set := range sets {
		ofSet := filter(previews, func(v plugin.StateView) bool { return v.Set == set.Set })
		for _, v := range r.find(ofSet, pages[set.Set]) {
			found = append(found, newExplanation(v))
		}
	}
	return found
}

// pages returns the pages of the sets' repositories.
func pages(sets []plannedSet) map[string]string {
	all := map[string]string{}
	for _, set := range sets {
		if set.err == nil {
			all[set.Name] = pageOf(set.outcome.Snapshot.Repository)
		}
	}
	return all
}

// notFound returns the error for a reference that names nothing known.
func (r reference) notFound(err error, previews []plugin.StateView) error {
	hint := ""
	if ids := r.completions(previews); len(ids) > 1 {
		hint = ". It is the start of " + named(ids)
	} else if similar := r.nearest(previews); similar != "" {
		hint = ". Did you mean " + similar + "?"
	}
	return fmt.Errorf("%s: %w%s", r, err, strings.ReplaceAll(hint, "\n", " "))
}

func (f explainFlags) printWarnings(sets []plugin.SetView) {
	for _, set := range sets {
		f.t.problem(set)
		f.t.warnings(set.Set, set.Warnings)
	}
}
