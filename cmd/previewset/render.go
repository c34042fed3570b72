package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/pipeline"
)

type renderFlags struct {
	*flags
	build bool
}

func renderCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "render [flags] ID",
		GroupID: groupLook,
		Short:   "print the overlay of one preview, or its manifests",
		Long:    "Print the overlay of one preview, such as pr-42, or with --build the manifests that it builds to.",
		Example: `  previewset render --config config.yaml pr-42
  previewset render --config config.yaml pr-42 --build | kubectl diff -f -`,
		Args: operands(1, 1),
	}
	f := renderFlags{flags: newFlags(t, c)}
	f.withSet()
	c.Flags().BoolVar(&f.build, "build", false, "print the manifests that the overlay builds to")
	c.RunE = func(c *cobra.Command, operands []string) error { return f.run(c.Context(), operands[0]) }
	return c
}

func (f renderFlags) run(ctx context.Context, id string) error {
	set, err := f.findSet()
	if err != nil {
		return err
	}
	defer f.t.working(ctx, "rendering %s", id)()
	rendered, err := set.Render(ctx, id)
	if err != nil {
		return err
	}
	return f.print(ctx, rendered)
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
