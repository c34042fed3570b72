package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"github.com/previewset/previewset/internal/config"
)

// The exit statuses.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusChanges = 3 // plan --exit-code
)

// Run executes the command line args until the command is done, ctx is cancelled or
// stdout can't be written, and returns the exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return run(ctx, newTerminal(stdout, stderr), args)
}

func run(ctx context.Context, t *terminal, args []string) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t.stdout.onError = cancel
	err := execute(ctx, t, args)
	//promise:lost-output-is-reported
	if lost := t.stdout.lost(); lost != nil {
		return reportLost(t, err, lost)
	}
	return report(ctx, t, err)
}

// reportLost prints why stdout can't be written. It also prints the error of the command
// unless the lost output caused it. A closed pipe is no error to report: its reader has
// read enough.
func reportLost(t *terminal, err, lost error) int {
	if err != nil && !errors.Is(err, lost) && !errors.Is(err, context.Canceled) && !errors.As(err, new(exitStatus)) {
		t.printError(err)
	}
	if path := new(fs.PathError); errors.As(lost, &path) {
		lost = path.Err
	}
	if !errors.Is(lost, syscall.EPIPE) {
		t.printError(fmt.Errorf("can't write the standard output: %w", lost))
	}
	return statusFailed
}

// report prints err and returns the exit status.
func report(ctx context.Context, t *terminal, err error) int {
	var usage *usageError
	var problems *config.Problems
	var unread *config.ReadError
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
	case errors.As(err, &problems), errors.As(err, &unread):
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
