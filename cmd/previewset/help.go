package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// printUsage writes how c is called, the commands that it consists of, examples
// and flags.
func printUsage(c *cobra.Command) error {
	w := c.OutOrStderr()
	_, _ = fmt.Fprintf(w, "Usage: %s\n", c.UseLine())
	for _, group := range c.Groups() {
		_, _ = fmt.Fprintf(w, "\n%s:\n", group.Title)
		printCommands(w, c, group.ID)
	}
	if c.HasAvailableSubCommands() && len(c.Groups()) == 0 {
		_, _ = fmt.Fprintln(w)
		printCommands(w, c, "")
	}
	if c.HasExample() {
		_, _ = fmt.Fprintf(w, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableLocalFlags() {
		_, _ = fmt.Fprintf(w, "\nFlags:\n%s", c.LocalFlags().FlagUsages())
	}
	if c.HasAvailableSubCommands() {
		_, _ = fmt.Fprintf(w, "\nRun \"%s COMMAND --help\" for its flags.\n", c.CommandPath())
	}
	return nil
}

// printCommands writes the commands of c that are in a group.
func printCommands(w io.Writer, c *cobra.Command, group string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.GroupID == group {
			_, _ = fmt.Fprintf(w, "  %-10s %s\n", sub.Name(), sub.Short)
		}
	}
}

// addHelpCommand adds cobra's help command, and has it fail for a command that
// does not exist.
func addHelpCommand(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	c, _, _ := root.Find([]string{"help"}) // it is there
	c.Use, c.GroupID = "help [COMMAND…]", groupOther
	c.Short, c.Long = "print the help of a command", "Print the help of a command."
	c.Run = nil
	c.RunE = func(_ *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return unknownCommand(found, rest[0])
		}
		found.InitDefaultHelpFlag()
		return found.Help()
	}
}
