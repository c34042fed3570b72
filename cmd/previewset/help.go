package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth bounds the length of a help line, in columns.
const helpWidth = 100

// printUsage writes the usage line, subcommands, examples and flags of c. commands
// lists the subcommands of the root in the order to print: cobra sorts its own list
// by name.
func printUsage(c *cobra.Command, commands []*cobra.Command) error {
	if c.HasParent() {
		commands = c.Commands()
	}
	w := c.OutOrStderr()
	_, _ = fmt.Fprintf(w, "Usage: %s\n", c.UseLine())
	for _, group := range c.Groups() {
		_, _ = fmt.Fprintf(w, "\n%s:\n", group.Title)
		printCommands(w, commands, group.ID)
	}
	if c.HasAvailableSubCommands() && len(c.Groups()) == 0 {
		_, _ = fmt.Fprintln(w)
		printCommands(w, commands, "")
	}
	if c.HasExample() {
		_, _ = fmt.Fprintf(w, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableLocalFlags() {
		_, _ = fmt.Fprintf(w, "\nFlags:\n%s", c.LocalFlags().FlagUsagesWrapped(helpWidth))
	}
	if c.HasAvailableSubCommands() {
		operand := strings.Fields(c.Use)[1] // COMMAND or SHELL
		_, _ = fmt.Fprintf(w, "\nRun \"%s %s --help\" for more.\n", c.CommandPath(), operand)
	}
	return nil
}

// printCommands writes the commands of one group, in columns that are wide enough
// for all commands.
func printCommands(w io.Writer, commands []*cobra.Command, group string) {
	width := 0
	for _, c := range commands {
		width = max(width, len(c.Name()))
	}
	for _, c := range commands {
		if c.GroupID == group {
			_, _ = fmt.Fprintf(w, "  %-*s%s\n", width+2, c.Name(), c.Short)
		}
	}
}

// addHelpFlags adds --help to c and to all commands below it. It uses cobra's own
// flag, which shell completion knows.
func addHelpFlags(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.Flags().Lookup("help").Usage = "print this help"
	for _, sub := range c.Commands() {
		addHelpFlags(sub)
	}
}

// addHelpCommand adds cobra's help command and returns it. Unlike cobra's own, the
// command fails for an unknown command name.
func addHelpCommand(root *cobra.Command) *cobra.Command {
	root.InitDefaultHelpCmd()
	c, _, _ := root.Find([]string{"help"}) // InitDefaultHelpCmd has added it
	c.Use, c.GroupID = "help [COMMAND…]", groupOther
	c.Short, c.Long = "print the help of a command", "Print the help of a command."
	c.Run = nil
	c.RunE = func(_ *cobra.Command, args []string) error { return helpFor(root, args) }
	return c
}

// helpFor prints the help of the subcommand that has the path names below c.
func helpFor(c *cobra.Command, names []string) error {
	found, rest, err := c.Find(names)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return unknownCommand(found, rest[0])
	}
	return found.Help()
}

// checkHelp returns a usage error if args ask for the help of an unknown command.
// cobra would print the help of the parent command.
func checkHelp(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) == 0 || strings.HasPrefix(rest[0], "_") || strings.HasPrefix(rest[0], "-") {
		return nil //nolint:nilerr // cobra reports the same error later
	}
	wantsHelp := slices.Contains(rest, "--help") || slices.Contains(rest, "-h")
	if wantsHelp && c.HasSubCommands() && rest[0] != "help" {
		return unknownCommand(c, rest[0])
	}
	return nil
}
