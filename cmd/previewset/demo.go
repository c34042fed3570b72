package main

import (
	"context"
	"errors"
	"io"
	"os"
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
  previewset demo --keep`,
		Args: operands(0, 0),
	}
	keep := c.Flags().Bool("keep", false, "keep the folder, and print commands to continue by hand")
	c.RunE = func(c *cobra.Command, _ []string) error { return showDemo(c.Context(), t, *keep) }
	return c
}

// showDemo runs the demo until it ends or its output can't be written. It catches
// SIGPIPE: the signal of a closed pipe would end the process before the demo removes
// its folder.
func showDemo(ctx context.Context, t *terminal, keep bool) error {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	printing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := *t
	out.stdout = errorWriter{t.stdout, stop}
	err := demo.Run(printing, demo.Options{
		Keep:     keep,
		Terminal: demo.Terminal{Printf: out.printf, Table: out.table, Bold: out.bold, Dim: out.dim, Green: out.green},
		Command:  func(ctx context.Context, args ...string) error { return execute(ctx, &out, args) },
	})
	if cause := context.Cause(printing); cause != nil && ctx.Err() == nil {
		err = cause
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitStatus(statusFailed) // the reader has closed the pipe
	}
	return err
}

// errorWriter is a writer that calls onError with each error.
type errorWriter struct {
	io.Writer
	onError func(error)
}

func (w errorWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.onError(err)
	}
	return n, err
}
