package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize"
)

func copyComponents(_ context.Context, t *terminal, args []string) error {
	f := newFlags(t, "components copy", "NAME…", "Write built-in components into a directory of the GitOps repository, where they are yours to change.")
	dir := f.String("to", "components", "`DIRECTORY` to write them into, one directory each")
	force := f.Bool("force", false, "overwrite files that differ")
	names, err := f.parse(args, 1, math.MaxInt)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, name := range names {
		if found, all := kustomize.Builtin(name); !found {
			return f.usage("there is no component %q: want some of %s", name, strings.Join(all, ", "))
		}
		parts, err := kustomize.BuiltinFiles(name)
		if err != nil {
			return err
		}
		maps.Copy(files, parts)
	}
	if err := writeComponents(*dir, files, *force); err != nil {
		return err
	}
	t.printf("Written to %s. In the configuration, with their path in the GitOps repository:\n\n", *dir)
	t.printf("  overlay:\n    components:\n")
	for _, name := range names {
		t.printf("    - %s\n", path.Join(*dir, name))
	}
	return nil
}

// writeComponents writes files into dir, all of them or none where one that is
// there differs. It follows no symbolic link out of dir.
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
		return fmt.Errorf("%s: these files are there and differ: %s: say --force to overwrite them", dir, strings.Join(different, ", "))
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

// compareFiles returns the names of files that are not in root, and of those
// that are there with another content.
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
