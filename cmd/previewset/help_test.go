package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// helpText returns the help of the command args.
func helpText(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if status := Run(t.Context(), append(args, "--help"), &out, &out); status != statusDone {
		t.Errorf("previewset %s --help: status %d", strings.Join(args, " "), status)
	}
	return out.String()
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ command, want string }{
		{"", "\nRun it:\n  serve       answer"},
		{"", "\n  prune       delete"},
		{"", "\n  components  list and copy"},
		{"", "\nOther:\n  version     print the version\n  completion  print the script"},
		{"", "\n  help        print the help of a command\n"},
		{"", "\n  -h, --help      print this help\n"},
		{"", "\nRun \"previewset COMMAND --help\" for more.\n"},
		{"db", "\n  create  create"},
		{"db", "\nRun \"previewset db COMMAND --help\" for more.\n"},
		{"completion", "\n  powershell  print"},
		{"completion", "\nRun \"previewset completion SHELL --help\" for more.\n"},
		{"serve", " print this help\n"},
		{"db create", "such as pr-42 (required)\n"},
		{"db create", "environment variable NAME with the server's URL;"},
		{"serve", " configuration FILE, or $PREVIEWSET_CONFIG (default"},
		{"serve", "debug, info, warn or error (default \"info\")\n"},
		{"explain", "a number (42 or '#42')"},
	} {
		if got := helpText(t, strings.Fields(test.command)...); !strings.Contains(got, test.want) {
			t.Errorf("the help of %q lacks %q:\n%s", test.command, test.want, got)
		}
	}
}

func TestHelpFitsWidth(t *testing.T) {
	t.Parallel()
	eachCommand(rootCommand(newTerminal(&strings.Builder{}, &strings.Builder{})), func(c *cobra.Command) {
		for line := range strings.Lines(helpText(t, strings.Fields(c.CommandPath())[1:]...)) {
			if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > helpWidth {
				t.Errorf("%s: %d columns: %s", c.CommandPath(), width, line)
			}
		}
	})
}
