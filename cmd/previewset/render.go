package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/pipeline"
)

type renderFlags struct {
	*flags
	build bool
}

func renderCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "render [flags] CHANGE",
		GroupID: groupLook,
		Short:   "print the overlay of one preview, or its manifests",
		Long: `Print the overlay of one preview, or with --build the manifests that it builds to. CHANGE names the
preview as for explain: an id such as pr-42, a number, a branch or a URL.`,
		Example: `  previewset render --config config.yaml pr-42
  previewset render --config config.yaml pr-42 --build | kubectl diff -f -`,
		Args: operands(1, 1),
	}
	f := renderFlags{flags: newFlags(t, c)}
	f.withSets()
	c.Flags().BoolVar(&f.build, "build", false, "print the manifests that the overlay builds to")
	c.RunE = func(c *cobra.Command, operands []string) error { return f.run(c.Context(), newReference(operands[0])) }
	return c
}

func (f renderFlags) run(ctx context.Context, r reference) error {
	sets, err := f.planSets(ctx)
	if err != nil {
		return err
	}
	set, id, err := f.choose(r, sets)
	if err != nil {
		return err
	}
	rendered, err := set.Render(ctx, set.outcome, id)
	if err != nil {
		return err
	}
	f.t.warnError(set.Name, set.outcome.Snapshot.Warnings)
	return f.print(ctx, rendered)
}

// choose returns the set and the id of the only preview that r names.
func (f renderFlags) choose(r reference, sets []plannedSet) (plannedSet, string, error) {
	all, failed := statesOf(sets, noApplications), failures(sets)
	r = r.completed(all.Previews)
	var with []explanation
	var without []string
	for _, e := range findAll(r, all.Previews, all.Sets, pages(sets)) {
		if e.Parameters != nil {
			with = append(with, e)
		} else {
			without = append(without, fmt.Sprintf("%s in set %s is %s: %s", e.ID, e.Set, e.State, e.Message))
		}
	}
	switch {
	case len(with) > 1:
		return plannedSet{}, "", f.usage("%s has several previews: name one of %s", r, strings.Join(choices(with), ", "))
	case len(with) == 1:
		i := slices.IndexFunc(sets, func(s plannedSet) bool { return s.Name == with[0].Set })
		return sets[i], with[0].ID, nil
	case len(without) > 0:
		return plannedSet{}, "", errors.Join(fmt.Errorf("%w: %s", pipeline.ErrNoPreview, strings.Join(without, "; ")), failed)
	case failed != nil:
		return plannedSet{}, "", r.notFound(failed, all.Previews)
	}
	return plannedSet{}, "", r.notFound(pipeline.ErrNoPreview, all.Previews)
}

// choices returns the arguments that name one of several previews.
func choices(previews []explanation) (arguments []string) {
	several := slices.ContainsFunc(previews, func(e explanation) bool { return e.Set != previews[0].Set })
	for _, e := range previews {
		argument := e.ID
		if several {
			argument = "--set " + e.Set + " " + e.ID
		}
		arguments = append(arguments, argument)
	}
	return arguments
}

func (f renderFlags) print(ctx context.Context, r *pipeline.Rendered) error {
	if f.build {
		manifests, err := r.Build(ctx)
		if err != nil {
			return err
		}
		if f.json() {
			return f.t.json(map[string]string{"manifests": string(manifests)})
		}
		_, err = f.t.stdout.Write(manifests)
		return err
	}
	if f.json() {
		files := map[string]string{}
		for name, content := range r.Overlay.Files {
			files[name] = string(content)
		}
		return f.t.json(map[string]any{"path": r.Overlay.Dir, "files": files})
	}
	for i, name := range slices.Sorted(maps.Keys(r.Overlay.Files)) {
		if i > 0 {
			f.t.printf("\n")
		}
		f.t.printf("%s\n%s", f.t.bold(fmt.Sprintf("# %s/%s", r.Overlay.Dir, name)), r.Overlay.Files[name])
	}
	return nil
}
