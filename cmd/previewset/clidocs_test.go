package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write docs/cli.md and the golden files of examples/bases")

// TestCommandLineDocs checks that docs/cli.md has the help of every command. With -update,
// it writes the file.
func TestCommandLineDocs(t *testing.T) {
	t.Setenv("PREVIEWSET_CONFIG", "")
	const file = "../../docs/cli.md"
	want := commandLineDocs(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("docs/cli.md differs from the help of the commands (%v): run go test ./cmd/previewset -run TestCommandLineDocs -update", err)
	}
}

func commandLineDocs(t *testing.T) string {
	t.Helper()
	var sections, contents strings.Builder
	eachCommand(rootCommand(newTerminal(&strings.Builder{}, &strings.Builder{})), func(c *cobra.Command) {
		path := c.CommandPath()
		fmt.Fprintf(&contents, "- [`%s`](#%s): %s\n", path, strings.ReplaceAll(path, " ", "-"), c.Short)
		fmt.Fprintf(&sections, "\n## %s\n```text\n%s```\n", path, helpText(t, strings.Fields(path)[1:]...))
	})
	return fmt.Sprintf(`# Command line

<!-- Written by go test ./cmd/previewset -run TestCommandLineDocs -update -->

The help of all commands. [Operation](operation.md#use-the-command-line) describes how to complete
commands in a shell, and how to get manual pages.

%s
## Exit statuses
| exit status | meaning |
| --- | --- |
| %d | done |
| %d | failed, or the output cannot be written. %s and %s print the sets that they can read |
| %d | the usage or the configuration is wrong, or the configuration cannot be read |
| %d | %s found changes, and all of them can be written |
%s`, contents.String(), statusDone, statusFailed, "`list`", "`plan`", statusUsage, statusChanges, "`plan --exit-code`", sections.String())
}
