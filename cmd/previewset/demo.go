package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/previewset/previewset/cmd/previewset/demo"
)

func runDemo(ctx context.Context, t *terminal, args []string) error {
	f := newFlags(t, "demo", "", "Show the whole story on repositories of its own, in a temporary folder, without a network.")
	keep := f.Bool("keep", false, "leave the folder, and print how to go on by hand")
	if _, err := f.parse(args, 0, 0); err != nil {
		return err
	}
	return showDemo(ctx, t, *keep)
}

// showDemo runs the demo for as long as what it prints can be written. Where a pipe
// was closed, its signal would end the process at once and leave the folder.
func showDemo(ctx context.Context, t *terminal, keep bool) error {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	printing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := *t
	out.stdout = watched{t.stdout, stop}
	err := demo.Run(printing, demo.Options{
		Keep:     keep,
		Terminal: demo.Terminal{Printf: out.printf, Table: out.table, Bold: out.bold, Dim: out.dim, Green: out.green},
		Command:  func(ctx context.Context, args ...string) error { return program().run(ctx, &out, args) },
	})
	if cause := context.Cause(printing); cause != nil && ctx.Err() == nil {
		err = cause
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitStatus(statusFailed) // nobody reads on
	}
	return err
}

// watched is a writer that reports each error.
type watched struct {
	io.Writer
	failed func(error)
}

func (w watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.failed(err)
	}
	return n, err
}
