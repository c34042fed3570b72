package kustomize

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/components"
)

// builtinPrefix is the prefix of a component of the library in Spec.Components.
const builtinPrefix = "builtin:"

// component is a component of the overlays: a directory of the repository, or a
// component of the library. The files of a library component are copied into each
// entry, so that an entry does not depend on the version of previewset.
type component struct {
	dir     string // "" for a component of the library
	builtin string
}

// pathFrom returns the relative path of c for an overlay in the directory entry.
func (c component) pathFrom(entry string) string {
	if c.builtin != "" {
		return componentsDir + "/" + c.builtin
	}
	return closure.Relative(entry, c.dir)
}

func (c component) String() string {
	if c.builtin != "" {
		return builtinPrefix + c.builtin
	}
	return c.dir
}

// componentsDir is the directory of the library components in an entry.
const componentsDir = "components"

// Builtin reports whether the library has a component called name, and returns all
// names.
func Builtin(name string) (found bool, all []string) {
	// Reading the embedded files does not fail.
	entries, _ := fs.ReadDir(components.FS(), ".")
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return slices.Contains(all, name), all
}

// directory checks that dir is a directory below the root of the repository, and
// returns the clean path.
func directory(field, dir string) (string, error) {
	clean := path.Clean(dir)
	switch {
	case dir == "":
		return "", fmt.Errorf("%s: is missing", field)
	case clean == ".":
		return "", fmt.Errorf("%s: must be a directory below the repository's root, because the overlays are below the root, too", field)
	case !closure.IsDirectory(dir):
		return "", fmt.Errorf("%s: %q is not a directory of the repository", field, dir)
	}
	return clean, nil
}

// newComponent parses an item of Spec.Components.
func newComponent(field, text string) (component, error) {
	name, ok := strings.CutPrefix(text, builtinPrefix)
	if !ok {
		dir, err := directory(field, text)
		return component{dir: dir}, err
	}
	if found, all := Builtin(name); !found {
		return component{}, fmt.Errorf("%s: the built-in component %q does not exist: use one of %s", field, name, strings.Join(all, ", "))
	}
	return component{builtin: name}, nil
}

// BuiltinFiles returns the files of a component of the library, and of the components
// that it includes, by path: "quota/kustomization.yaml". The error is fs.ErrNotExist if
// the library does not have the component.
func BuiltinFiles(name string) (map[string][]byte, error) {
	files := map[string][]byte{}
	return files, addBuiltin(files, name)
}

func addBuiltin(files map[string][]byte, name string) error {
	err := fs.WalkDir(components.FS(), name, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files[p], err = fs.ReadFile(components.FS(), p)
		return err
	})
	if err != nil {
		return err
	}
	k, err := kustomizationOf(files[name+"/"+kustomizationFile])
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, ref := range k.Components {
		part := path.Join(name, ref)
		if _, ok := files[part+"/"+kustomizationFile]; ok {
			continue
		}
		if err := addBuiltin(files, part); err != nil {
			return err
		}
	}
	return nil
}

func kustomizationOf(content []byte) (*types.Kustomization, error) {
	var k types.Kustomization
	return &k, k.Unmarshal(content)
}
