package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/pipeline"
)

type renderFlags struct {
	*flags
	set   string
	build bool
}

func render(ctx context.Context, t *terminal, args []string) error {
	f := renderFlags{flags: newFlags(t, "render", "ID", "Print the overlay of one preview, such as pr-42, or with --build the manifests it builds to.")}
	f.withConfig()
	f.withLog()
	f.withOutput()
	f.StringVar(&f.set, "set", "", "`NAME` of the set; not needed where there is one")
	f.BoolVar(&f.build, "build", false, "print the manifests that the overlay builds to")
	operands, err := f.parse(args, 1, 1)
	if err != nil {
		return err
	}
	set, err := f.findSet(f.set)
	if err != nil {
		return err
	}
	rendered, err := set.Render(ctx, operands[0])
	if err != nil {
		return err
	}
	return f.print(ctx, rendered)
}

// findSet wires the configuration and returns the set with this name, or the
// only one.
func (f *flags) findSet(name string) (*pipeline.Set, error) {
	c, err := config.Load(f.config)
	if err != nil {
		return nil, err
	}
	parts, err := wiring{log: f.logger(), now: time.Now}.wire(c)
	if err != nil {
		return nil, err
	}
	if name == "" && len(parts.sets) == 1 {
		return parts.sets[0], nil
	}
	var names []string
	for _, set := range parts.sets {
		if set.Name == name {
			return set, nil
		}
		names = append(names, set.Name)
	}
	return nil, f.usage("want --set, one of %v", names)
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
