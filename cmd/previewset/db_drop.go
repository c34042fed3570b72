package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/database"
)

// dropResult is the JSON output of drop.
type dropResult struct {
	Name string `json:"name"`
	// Dropped is false if there was nothing to drop, or a part is left.
	Dropped bool `json:"dropped"`
	// Left names the part that is left, and the reason. It is "" if nothing is left.
	Left string `json:"left"`
}

func dbDropCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "drop [flags]",
		Short: "remove a preview's database",
		Long: `End the sessions of a preview's role, and remove the role with everything that it owns. Objects of
other owners are not touched, except in a database that the role owns, which goes with everything in
it. If a part can't be removed within a minute, for example because a session does not end, drop
prints a warning and succeeds: db sweep continues the drop. If the server accepts no session, drop
tries again for a minute, and then fails.`,
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
		return f.withServer(c.Context(), database.DropPatience, f.drop)
	}
	return c
}

func (f *dbFlags) drop(ctx context.Context, server database.Server) error {
	defer f.t.working(ctx, "dropping %s of %s", f.name, f.mark.ID)()
	existed, err := server.Drop(ctx, f.name, f.mark, database.Patience(ctx))
	left := ""
	if errors.Is(err, database.ErrDropping) {
		// A hook that fails would block the deletion of the Application.
		left, err = err.Error(), nil
	}
	if err != nil {
		return fmt.Errorf("drop %s: %w", f.name, err)
	}
	return f.printDrop(dropResult{f.name, existed && left == "", left})
}

func (f *dbFlags) printDrop(r dropResult) error {
	switch {
	case f.json():
		return f.t.json(r)
	case r.Left != "":
		f.t.printf("%s: %s: %s: %s\n%s: db sweep continues the drop, or: %s\n", f.mark.ID, f.t.red("warning"), r.Name, indented(r.Left), f.mark.ID, f.dropCommand())
	case r.Dropped:
		f.t.printf("%s: %s %s\n", f.mark.ID, f.t.red("dropped"), r.Name)
	default:
		f.t.printf("%s: %s does not exist: nothing to drop\n", f.mark.ID, r.Name)
	}
	return nil
}
