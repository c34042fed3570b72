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

// builtinPrefix marks a component of the library in Spec.Components.
const builtinPrefix = "builtin:"

// component is one that overlays are built with: a directory of the repository,
// or one of the library, whose files go into each entry. So an entry needs
// nothing that a newer previewset has otherwise.
type component struct {
	dir     string // "" for one of the library
	builtin string
}

// from returns how an overlay in the directory entry refers to c.
func (c component) from(entry string) string {
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

// componentsDir is where an entry has its components of the library.
const componentsDir = "components"

// Builtin reports whether the library has a component of that name, and returns
// the names of all.
func Builtin(name string) (found bool, all []string) {
	// Reading what is embedded does not fail.
	entries, _ := fs.ReadDir(components.FS(), ".")
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return slices.Contains(all, name), all
}

// directory checks that dir is a directory of the repository below its root,
// and returns it in its shortest form.
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

// newComponent reads an entry of Spec.Components.
func newComponent(field, text string) (component, error) {
	name, ok := strings.CutPrefix(text, builtinPrefix)
	if !ok {
		dir, err := directory(field, text)
		return component{dir: dir}, err
	}
	if found, all := Builtin(name); !found {
		return component{}, fmt.Errorf("%s: there is no built-in component %q: want one of %s", field, name, strings.Join(all, ", "))
	}
	return component{builtin: name}, nil
}

// BuiltinFiles returns the files of a component of the library, and of those
// that it is made of, by path: "quota/kustomization.yaml". The error is
// fs.ErrNotExist for one that is not there.
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
