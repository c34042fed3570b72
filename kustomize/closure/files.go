package closure

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"

	"github.com/previewset/previewset/kustomize/object"
)

// noFile is the reason of a BuildError for a missing file.
const noFile = "the file does not exist"

// files has the files that were read from a source, by path.
type files struct {
	source  source
	content map[string][]byte
}

// read adds a file that Kustomize does not parse.
func (f files) read(p string) error {
	if _, ok := f.content[p]; ok {
		return nil
	}
	mode, err := f.source.mode(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &object.BuildError{Path: p, Reason: noFile}
	case err != nil:
		return fmt.Errorf("read %s: %w", p, err)
	case mode&fs.ModeSymlink != 0:
		return symlink(p)
	case mode&fs.ModeIrregular != 0:
		return f.submodule(p)
	case !mode.IsRegular():
		return &object.BuildError{Path: p, Reason: "is not a file"}
	}
	content, err := f.source.read(p)
	var refused *object.RefusedError
	if errors.As(err, &refused) {
		return err
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", p, err)
	}
	f.content[p] = content
	return nil
}

// readYAML adds a file that Kustomize parses. nested means that Kustomize also parses
// strings in the file.
func (f files) readYAML(p string, nested bool) error {
	if err := f.read(p); err != nil {
		return err
	}
	if err := f.unparsable(p); err != nil {
		return err
	}
	err := object.CheckYAML(f.content[p], nested)
	if errors.Is(err, object.ErrBomb) {
		return &object.RefusedError{Path: p, Reason: err.Error(), Fix: "write it without YAML aliases"}
	}
	if err != nil {
		return f.unreadable(p, err)
	}
	return nil
}

// unreadable is like the function unreadable, but also looks at the content of p.
func (f files) unreadable(p string, err error) error {
	if text := unfinished(f.content[p]); text != "" {
		return &object.BuildError{Path: p, Reason: text}
	}
	return unreadable(p, err)
}

// unreadable returns the error for a file that Kustomize can't parse.
func unreadable(p string, err error) error {
	text, resource := worded(err.Error())
	return &object.BuildError{Path: p, Resource: resource, Reason: text}
}

// isDir reports whether p exists and is a directory. A directory of a submodule is an
// error.
func (f files) isDir(p string) (bool, error) {
	mode, err := f.source.mode(p)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", p, err)
	}
	if mode&fs.ModeIrregular != 0 {
		return false, f.submodule(p)
	}
	return mode.IsDir(), nil
}

// kustomizationIn returns the path of the kustomization in dir. dir must have exactly
// one.
func (f files) kustomizationIn(dir string) (string, error) {
	var found []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		p := path.Join(dir, name)
		mode, err := f.source.mode(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read %s: %w", p, err)
		}
		if mode&fs.ModeSymlink != 0 {
			return "", symlink(p)
		}
		if mode&fs.ModeIrregular != 0 {
			return "", f.submodule(p)
		}
		found = append(found, p)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", f.noKustomization(dir)
	}
	return "", &object.BuildError{Path: dir, Reason: "the directory has more than one kustomization: keep one of " + strings.Join(found, ", ")}
}

// noKustomization returns the error for a directory without a kustomization.
func (f files) noKustomization(dir string) error {
	for _, name := range misspelled {
		if mode, err := f.source.mode(path.Join(dir, name)); err == nil && mode.IsRegular() {
			return &object.BuildError{Path: path.Join(dir, name), Reason: "Kustomize does not know a kustomization of this name: rename it to kustomization.yaml"}
		}
	}
	return &object.BuildError{Path: dir, Reason: "the directory has no kustomization.yaml: add one, or refer to another directory"}
}

func symlink(p string) error {
	return &object.RefusedError{Path: p, Reason: "is a symbolic link, or its path contains one", Fix: "replace the link by the file"}
}

// submoduleFix is the remedy for files of a submodule.
const submoduleFix = "copy the files into the repository, and refer to the copy"

// submodule returns the error for p, which is a submodule or is in one.
func (f files) submodule(p string) error {
	root, err := f.submoduleOf(p)
	if err != nil {
		return err
	}
	return &object.RefusedError{Path: p, Reason: "is in the Git submodule " + root + ", and previewset reads only the repository itself", Fix: submoduleFix}
}

// submoduleOf returns the submodule that contains p, or "".
func (f files) submoduleOf(p string) (root string, err error) {
	for ; p != "."; p = path.Dir(p) {
		mode, err := f.source.mode(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", fmt.Errorf("read %s: %w", p, err)
		case mode&fs.ModeIrregular == 0:
			return root, nil
		default:
			root = p
		}
	}
	return root, nil
}

// unparsable returns an error if a tool stored the file p, which was read, in a form that
// Kustomize can't parse.
func (f files) unparsable(p string) error {
	if what, fix := object.Unparsable(f.content[p]); what != "" {
		return &object.RefusedError{Path: p, Reason: what, Fix: fix}
	}
	return nil
}

// encrypted returns an error if the file p, which was read, is encrypted. Unlike an
// object or a patch, it configures Kustomize, and can't be judged after the build.
func (f files) encrypted(p string) error {
	if what, fix := object.Foreign(f.content[p]); what != "" {
		return &object.RefusedError{Path: p, Reason: what, Fix: fix}
	}
	return nil
}
