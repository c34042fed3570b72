package kustomize

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

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
	return relative(entry, c.dir)
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

// newComponent reads an entry of Spec.Components.
func newComponent(field, text string) (component, error) {
	name, ok := strings.CutPrefix(text, builtinPrefix)
	if !ok {
		dir, errs := directory(field, text, nil)
		if len(errs) > 0 {
			return component{}, errs[0]
		}
		return component{dir: dir}, nil
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

// BuiltinParameters returns the parameters that files of BuiltinFiles take, with
// their defaults, which are templates over a preview's parameters.
func BuiltinParameters(files map[string][]byte) (map[string]string, error) {
	all := map[string]string{}
	for _, file := range sortedKeys(files) {
		if path.Base(file) != kustomizationFile {
			continue
		}
		declared, err := declaredIn(files[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		maps.Copy(all, declared)
	}
	return all, nil
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
