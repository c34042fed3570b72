package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// man is the directory for the manual pages of `make man`. A test writes them, so that no
// binary links their formatter.
var man = flag.String("man", "", "`DIRECTORY` to write the manual pages to")

func TestManualPages(t *testing.T) {
	t.Parallel()
	dir := *man
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	root := rootCommand(newTerminal(&strings.Builder{}, &strings.Builder{}))
	root.DisableAutoGenTag = true
	if err := doc.GenManTree(root, &doc.GenManHeader{Source: "previewset", Manual: "previewset"}, dir); err != nil {
		t.Fatal(err)
	}
	eachCommand(root, func(c *cobra.Command) {
		if c.Name() == "help" {
			return
		}
		page, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), ".SH SYNOPSIS") || c.HasExample() && !strings.Contains(string(page), ".SH EXAMPLE") {
			t.Errorf("%s: %s", c.CommandPath(), page)
		}
	})
}
