package main

import (
	"github.com/spf13/cobra"
)

// componentsCommand has the commands about the built-in components.
func componentsCommand(t *terminal) *cobra.Command {
	c := commandGroup(&cobra.Command{
		Use:     "components COMMAND [flags]",
		GroupID: groupSetUp,
		Short:   "list and copy the built-in components of overlays",
		Long:    "Built-in Kustomize components, for overlay.components: [builtin:NAME].",
	})
	c.AddCommand(componentsListCommand(t), componentsCopyCommand(t))
	return c
}
