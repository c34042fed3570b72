package main

import (
	"context"
	"fmt"
	"io"
)

// group is a command of commands.
type group struct {
	name, about string // name ends in a space; that of the program is ""
	commands    []command
}

func (g group) run(ctx context.Context, t *terminal, args []string) error {
	if len(args) == 0 {
		g.printUsage(t.stderr)
		return exitStatus(statusUsage)
	}
	if args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		g.printUsage(t.stdout)
		return nil
	}
	for _, c := range g.commands {
		if c.name == args[0] {
			return c.run(ctx, t, args[1:])
		}
	}
	return &usageError{command: g.name, message: fmt.Sprintf("there is no command %q", g.name+args[0])}
}

func (g group) printUsage(w io.Writer) {
	_, _ = fmt.Fprintf(w, "%s\n\nUsage: previewset %sCOMMAND [flags]\n\n", g.about, g.name)
	for _, c := range g.commands {
		_, _ = fmt.Fprintf(w, "  %-10s %s\n", c.name, c.summary)
	}
	_, _ = fmt.Fprintf(w, "\nRun \"previewset %sCOMMAND --help\" for its flags.\n", g.name)
}
