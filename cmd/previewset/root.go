package main

import (
	"github.com/spf13/cobra"
)

// The groups of commands in the help.
const (
	groupRun       = "run"
	groupLook      = "look"
	groupDatabases = "databases"
	groupSetUp     = "set up"
	groupOther     = "other"
)

// rootCommand returns the program's command line.
func rootCommand(t *terminal) *cobra.Command {
	c := commandGroup(&cobra.Command{
		Use:   "previewset COMMAND [flags]",
		Short: "preview environments for Argo CD, managed through Git commits",
		Long:  "previewset: preview environments for Argo CD, managed through Git commits.",
	})
	c.SilenceErrors, c.SilenceUsage = true, true // Run prints them
	c.SetOut(t.stdout)
	c.SetErr(t.stderr)
	c.SetFlagErrorFunc(flagError)
	c.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	c.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run it"},
		&cobra.Group{ID: groupLook, Title: "Look before you change anything"},
		&cobra.Group{ID: groupDatabases, Title: "Databases"},
		&cobra.Group{ID: groupSetUp, Title: "Set up"},
		&cobra.Group{ID: groupOther, Title: "Other"},
	)
	commands := []*cobra.Command{
		serveCommand(t), pruneCommand(t), listCommand(t), explainCommand(t), planCommand(t), renderCommand(t), dbCommand(t),
		validateCommand(t), schemaCommand(t), checkCommand(t), demoCommand(t), componentsCommand(t), versionCommand(t),
	}
	c.AddCommand(commands...)
	addVersionFlag(c, t)
	commands = append(commands, addCompletionCommand(c), addHelpCommand(c))
	c.SetUsageFunc(func(c *cobra.Command) error { return printUsage(c, commands) })
	addHelpFlags(c)
	return c
}

// commandGroup makes c a parent of subcommands. Without a subcommand, c prints its
// help and fails.
func commandGroup(c *cobra.Command) *cobra.Command {
	c.Args = cobra.ArbitraryArgs
	c.SuggestionsMinimumDistance = 2
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			c.SetOut(c.ErrOrStderr())
			_ = c.Help() // never fails
			return exitStatus(statusUsage)
		case args[0] == "help":
			return helpFor(c, args[1:])
		}
		return unknownCommand(c, args[0])
	}
	return c
}
