package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// addCompletionCommand adds cobra's command that prints the scripts for shells, and
// returns it.
func addCompletionCommand(root *cobra.Command) *cobra.Command {
	root.InitDefaultCompletionCmd()
	c, _, _ := root.Find([]string{"completion"}) // it is there
	commandGroup(c)
	c.Use, c.GroupID = "completion SHELL", groupOther
	c.Short = "print the script that completes commands in a shell"
	c.Long = "Print the script that completes commands, flags and their values in a shell."
	for _, shell := range c.Commands() {
		shell.Args = operands(0, 0)
		shell.Short = "print the script for " + shell.Name()
	}
	return c
}

// complete has shells complete the values of a flag of c, which must have it.
func completeFlag(c *cobra.Command, flag string, values cobra.CompletionFunc) {
	_ = c.RegisterFlagCompletionFunc(flag, values)
}

// oneOf completes one of a few values.
func oneOf(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// files completes the names of all files.
func files() cobra.CompletionFunc {
	return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
}

// yamlFiles completes the names of files with a configuration.
func yamlFiles() cobra.CompletionFunc {
	return cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
}

// directories completes the names of directories.
func directories() cobra.CompletionFunc {
	return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
}

// completeSets completes the last of several names with commas to a set of the
// configuration. It reads that file and nothing else.
func (f *flags) completeSets(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	c, err := config.Load(f.config)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	before := typed[:strings.LastIndex(typed, ",")+1]
	var names []string
	for _, set := range c.Sets {
		if name := before + set.Name; strings.HasPrefix(name, typed) {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeComponents completes the names of built-in components.
func completeComponents(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	_, names := kustomize.Builtin("")
	return names, cobra.ShellCompDirectiveNoFileComp
}
