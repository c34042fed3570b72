package demo

import (
	"context"
	"fmt"
	"os"
	"time"
)

// timeout bounds the demo.
const timeout = time.Minute

// Options are the settings and functions that the command line passes to the demo.
type Options struct {
	// Keep leaves the folder in place, and prints commands to continue by hand.
	Keep bool
	// Program is the word of a shell that runs previewset.
	Program string
	// Verbose also prints an overlay and its manifests.
	Verbose  bool
	Terminal Terminal
	// Command runs another subcommand, which prints on the same terminal.
	Command func(ctx context.Context, args ...string) error
}

// Terminal is what the demo prints on.
type Terminal struct {
	Printf           func(format string, args ...any)
	Table            func(heading []string, rows [][]string)
	Bold, Dim, Green func(text string) string
}

// Run runs the demo, for a minute at most. It removes its folder before it returns,
// unless o.Keep is set and the demo succeeds.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "previewset-demo-")
	if err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept {
			_ = os.RemoveAll(dir)
		}
	}()
	w, err := newSandbox(ctx, dir)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = w.log.Close() }()
	if err := (&walkthrough{t: o.Terminal, command: o.Command, verbose: o.Verbose, sandbox: w}).run(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if kept = o.Keep; kept {
		o.Terminal.Printf("%s", w.nextSteps(o.Program))
	}
	return nil
}
