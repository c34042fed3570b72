package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/previewset/previewset/internal/config"
)

// The exit statuses.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusChanges = 3 // plan --exit-code
)

// Run executes the command line args until the command is done or ctx is cancelled,
// and returns the exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return run(ctx, newTerminal(stdout, stderr), args)
}

func run(ctx context.Context, t *terminal, args []string) int {
	err := execute(ctx, t, args)
	var usage *usageError
	var problems *config.Problems
	var status exitStatus
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		t.printError(err)
		_, _ = fmt.Fprintf(t.stderr, "Run %q for help.\n", usage.command+" --help")
		return statusUsage
	case errors.As(err, &problems):
		t.printError(err)
		return statusUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return statusFailed
	}
	t.printError(err)
	return statusFailed
}

// execute runs the command that args name. It prints no error.
func execute(ctx context.Context, t *terminal, args []string) error {
	root := rootCommand(t) //nolint:contextcheck // ExecuteContext passes ctx to the commands
	if err := checkHelp(root, args); err != nil {
		return err
	}
	root.SetArgs(append([]string{}, args...)) // cobra replaces nil by os.Args
	return root.ExecuteContext(ctx)
}

// exitStatus ends the program with this status and prints nothing.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
