package main

import (
	"context"

	"github.com/previewset/previewset/cmd/previewset/demo"
)

func runDemo(ctx context.Context, t *terminal, args []string) error {
	f := newFlags(t, "demo", "", "Show the whole story on repositories of its own, in a temporary folder, without a network.")
	keep := f.Bool("keep", false, "leave the folder, and print how to go on by hand")
	if _, err := f.parse(args, 0, 0); err != nil {
		return err
	}
	return demo.Run(ctx, demo.Options{
		Keep:     *keep,
		Terminal: demo.Terminal{Printf: t.printf, Table: t.table, Bold: t.bold, Dim: t.dim, Green: t.green},
		Command:  func(ctx context.Context, args ...string) error { return program().run(ctx, t, args) },
	})
}
