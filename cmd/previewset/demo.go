package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/cmd/previewset/demo"
)

func demoCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "demo [flags]",
		GroupID: groupSetUp,
		Short:   "show what previewset does, on temporary repositories",
		Long:    "Show what previewset does, on repositories in a temporary folder and without a network.",
		Example: `  previewset demo
  previewset demo --verbose
  previewset demo --keep`,
		Args: operands(0, 0),
	}
	keep := c.Flags().Bool("keep", false, "keep the folder, and print commands to continue by hand")
	verbose := c.Flags().Bool("verbose", false, "also print an overlay and the manifests that it builds to")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return showDemo(c.Context(), t, demo.Options{Keep: *keep, Verbose: *verbose})
	}
	return c
}

// showDemo runs the demo until it ends or its output can't be written. It catches
// SIGPIPE: the signal of a closed pipe would end the process before the demo removes
// its folder.
func showDemo(ctx context.Context, t *terminal, o demo.Options) error {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	o.Terminal = demo.Terminal{Printf: t.printf, Table: t.table, Bold: t.bold, Dim: t.dim, Green: t.green}
	o.Program = program()
	o.Command = func(ctx context.Context, args ...string) error { return execute(ctx, t, args) }
	return demo.Run(ctx, o)
}

// program returns the word of a shell that runs this program.
func program() string {
	const name = "previewset"
	if _, err := exec.LookPath(name); err == nil {
		return name
	}
	path, err := os.Executable()
	if err != nil {
		return name
	}
	return shellWord(path)
}
