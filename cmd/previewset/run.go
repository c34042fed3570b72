package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/previewset/previewset/internal/config"
)

// The exit statuses.
const (
	statusDone    = 0
	statusFailed  = 1
	statusUsage   = 2
	statusChanges = 3 // plan --exit-code
)

// Run is the whole program: it parses args, runs the subcommand until it is
// done or ctx ends, and returns the exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	t := newTerminal(stdout, stderr)
	err := program().run(ctx, t, args)
	var usage *usageError
	var problems *config.Problems
	var status exitStatus
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return statusDone
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		t.complain(err)
		_, _ = fmt.Fprintf(stderr, "Run %q for help.\n", "previewset "+usage.command+"--help")
		return statusUsage
	case errors.As(err, &problems):
		t.complain(err)
		return statusUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return statusFailed
	}
	t.complain(err)
	return statusFailed
}

// command is a subcommand.
type command struct {
	name, summary string
	run           func(ctx context.Context, t *terminal, args []string) error
}

// program is what there is to run.
func program() group {
	return group{"", "previewset: preview environments for Argo CD, managed through Git commits.", commands()}
}

func commands() []command {
	return []command{
		{"serve", "answer Argo CD, and keep the GitOps repository up to date", serve},
		{"prune", "delete entries whose pull request or branch has ended", prune},
		{"plan", "show what serve and prune would change now", plan},
		{"render", "print the overlay of one preview, or what it builds to", render},
		{"explain", "say why a pull request or branch has, or has not, a preview", explain},
		{"db", "make, drop and sweep the databases of previews", db},
		{"validate", "check a configuration file", validate},
		{"demo", "show the whole story on repositories of its own", runDemo},
		{"components", "list and copy the built-in components of overlays", components},
		{"version", "print the version", version},
	}
}

// usageError is a mistake on the command line.
type usageError struct {
	command, message string // command ends in a space
}

func (e *usageError) Error() string { return e.message }

// exitStatus ends the program without a word.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func version(_ context.Context, t *terminal, args []string) error {
	f := newFlags(t, "version", "", "Print the version of previewset and of Go.")
	if _, err := f.parse(args, 0, 0); err != nil {
		return err
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("the binary holds no build information")
	}
	t.printf("previewset %s (%s)\n", info.Main.Version, info.GoVersion)
	return nil
}
