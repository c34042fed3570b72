package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/kustomize"
)

// addCompletionCommand adds cobra's completion command, which prints shell scripts,
// and returns it.
func addCompletionCommand(root *cobra.Command) *cobra.Command {
	root.InitDefaultCompletionCmd()
	c, _, _ := root.Find([]string{"completion"}) // InitDefaultCompletionCmd has added it
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

// completeFlag registers the completion of a flag's values. c must have the flag.
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

// yamlFiles completes the names of YAML files.
func yamlFiles() cobra.CompletionFunc {
	return cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
}

// directories completes the names of directories.
func directories() cobra.CompletionFunc {
	return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
}

// completeSets completes the last name of a comma-separated list with the sets of
// the configuration. It reads only the configuration file.
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
