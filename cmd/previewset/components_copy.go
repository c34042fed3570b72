package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/kustomize"
)

type componentsCopyFlags struct {
	*flags
	dir   string
	force bool
}

func componentsCopyCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "copy [flags] NAME…",
		Short: "write components into a directory, to change them",
		Long:  "Write built-in components into a directory of the GitOps repository, where you can change them.",
		Example: `  previewset components copy quota smoke
  previewset components copy quota --to apps/components --force`,
		Args:              operands(1, math.MaxInt),
		ValidArgsFunction: completeComponents,
	}
	f := componentsCopyFlags{flags: newFlags(t, c)}
	c.Flags().StringVar(&f.dir, "to", "components", "`DIRECTORY` to write them into, one directory each")
	completeFlag(c, "to", directories())
	c.Flags().BoolVar(&f.force, "force", false, "overwrite files that differ")
	c.RunE = func(_ *cobra.Command, names []string) error { return f.copyComponents(names) }
	return c
}

func (f componentsCopyFlags) copyComponents(names []string) error {
	files := map[string][]byte{}
	for _, name := range names {
		if found, all := kustomize.Builtin(name); !found {
			return f.usage("unknown component %q: the built-in components are %s", name, strings.Join(all, ", "))
		}
		parts, err := kustomize.BuiltinFiles(name)
		if err != nil {
			return err
		}
		maps.Copy(files, parts)
	}
	if err := writeComponents(f.dir, files, f.force); err != nil {
		return err
	}
	f.t.printf("Written to %s. Add to the configuration, with the path in the GitOps repository:\n\n", f.dir)
	f.t.printf("  overlay:\n    components:\n")
	for _, name := range names {
		f.t.printf("    - %s\n", path.Join(f.dir, name))
	}
	return nil
}

// writeComponents writes files into dir. Without force, it writes nothing if an
// existing file differs. It follows no symbolic link out of dir.
func writeComponents(dir string, files map[string][]byte, force bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as all directories of a repository
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	missing, different, err := compareFiles(root, files)
	if err != nil {
		return err
	}
	if len(different) > 0 && !force {
		return fmt.Errorf("files in %s differ from the built-in ones: %s: use --force to overwrite them", dir, strings.Join(different, ", "))
	}
	for _, name := range append(missing, different...) {
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compareFiles returns the names of files that root lacks, and of files that have
// other content in root.
func compareFiles(root *os.Root, files map[string][]byte) (missing, different []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content, err := root.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, name)
		case err != nil:
			return nil, nil, err
		case !bytes.Equal(content, files[name]):
			different = append(different, name)
		}
	}
	return missing, different, nil
}
