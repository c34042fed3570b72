package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/database"
)

// dropResult is the JSON output of drop.
type dropResult struct {
	Name string `json:"name"`
	// Dropped is false if there was nothing to drop.
	Dropped bool `json:"dropped"`
}

func dbDropCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "drop [flags]",
		Short: "remove a preview's database",
		Long: `End the sessions of a preview's role, and remove the role with everything that it owns. Objects of
other owners are not touched.`,
		Example: `  previewset db drop --engine postgres --admin-url-file admin-url --name shop_pr_42 \
    --set shop --id pr-42 --source github.com/acme/shop`,
		Args: operands(0, 0),
	}
	f := newDBFlags(t, c)
	f.withPreview()
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.usageErrors(f.checkPreview()); err != nil {
			return err
		}
		return f.withServer(c.Context(), f.drop)
	}
	return c
}

func (f *dbFlags) drop(ctx context.Context, server database.Server) error {
	defer f.t.working(ctx, "dropping %s of %s", f.name, f.mark.ID)()
	dropped, err := server.Drop(ctx, f.name, f.mark, database.DropPatience)
	if err != nil {
		return fmt.Errorf("drop %s: %w", f.name, err)
	}
	if f.json() {
		return f.t.json(dropResult{f.name, dropped})
	}
	if dropped {
		f.t.printf("%s: %s %s\n", f.mark.ID, f.t.red("dropped"), f.name)
	} else {
		f.t.printf("%s: %s does not exist: nothing to drop\n", f.mark.ID, f.name)
	}
	return nil
}
