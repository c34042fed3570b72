package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		GroupID: groupOther,
		Short:   "print the version",
		Long:    "Print the version of previewset and of Go.",
		Example: "  previewset version",
		Args:    operands(0, 0),
		RunE:    func(*cobra.Command, []string) error { return printVersion(t) },
	}
}

// addVersionFlag adds --version to the root command. It prints the same as the
// version command.
func addVersionFlag(root *cobra.Command, t *terminal) {
	showVersion := root.Flags().Bool("version", false, "print the version")
	run := root.RunE
	root.RunE = func(c *cobra.Command, args []string) error {
		if *showVersion && len(args) == 0 {
			return printVersion(t)
		}
		return run(c, args)
	}
}

func printVersion(t *terminal) error {
	t.printf("previewset %s (%s)\n", version(), runtime.Version())
	return nil
}

// version returns the version of previewset, "unknown" if the binary does not have it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
