package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/docs"
)

func schemaCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		GroupID: groupSetUp,
		Short:   "print the JSON Schema of the configuration",
		Long: "Print the JSON Schema of the configuration. Editors use it to complete and check keys\n" +
			"of the configuration file and of the files that it includes.",
		Example: "  previewset schema",
		Args:    operands(0, 0),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(t.stdout, docs.ConfigurationSchema)
			return err
		},
	}
}
