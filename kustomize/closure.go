package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
)

// closure is everything that kustomizations refer to, read and checked before
// Kustomize is let near it.
type closure struct {
	source source
	files  map[string][]byte
	// dirs are those that have a kustomization.
	dirs map[string]bool
	// vars is true where a kustomization uses the deprecated variables, and
	// configured where one says what Kustomize's transformers change.
	vars, configured bool
}

// noFile is the reason of a BuildError about a file that is not there.
const noFile = "there is no such file"

func newClosure(s source) *closure {
	return &closure{source: s, files: map[string][]byte{}, dirs: map[string]bool{}}
}

// kustomization adds the kustomization in dir and all that it refers to. depth
// is how many kustomizations led there.
func (c *closure) kustomization(dir string, depth int) error {
	if c.dirs[dir] {
		return nil
	}
	if depth > maxDepth {
		return &RefusedError{Path: dir, Reason: fmt.Sprintf("kustomizations refer to each other %d levels deep", depth), Fix: "make the base flatter"}
	}
	c.dirs[dir] = true
	file, err := c.kustomizationFile(dir)
	if err != nil {
		return err
	}
	if err := c.yamlFile(file, true); err != nil {
		return err
	}
	var k types.Kustomization
	if err := k.Unmarshal(c.files[file]); err != nil {
		return &BuildError{file, oneLine(err.Error())}
	}
	c.vars = c.vars || len(k.Vars) > 0
	c.configured = c.configured || len(k.Configurations) > 0 || len(k.Crds) > 0
	return fields{closure: c, dir: dir, file: file, depth: depth}.check(&k)
}

// kustomizationFile returns the path of the one kustomization in dir.
func (c *closure) kustomizationFile(dir string) (string, error) {
	var found []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		p := path.Join(dir, name)
		mode, err := c.source.mode(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read %s: %w", p, err)
		}
		if mode&fs.ModeSymlink != 0 {
			return "", symlink(p)
		}
		found = append(found, p)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", &BuildError{dir, "there is no kustomization.yaml"}
	}
	return "", &BuildError{dir, "there is more than one kustomization: " + strings.Join(found, ", ")}
}

// file adds a file that is not a kustomization.
func (c *closure) file(p string) error {
	if _, ok := c.files[p]; ok {
		return nil
	}
	mode, err := c.source.mode(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &BuildError{p, noFile}
	case err != nil:
		return fmt.Errorf("read %s: %w", p, err)
	case mode&fs.ModeSymlink != 0:
		return symlink(p)
	case !mode.IsRegular():
		return &BuildError{p, "is not a file"}
	}
	content, err := c.source.read(p)
	var refused *RefusedError
	if errors.As(err, &refused) {
		return err
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", p, err)
	}
	c.files[p] = content
	return nil
}

// yamlFile adds a file that Kustomize parses. With nested, it parses strings
// in it, too.
func (c *closure) yamlFile(p string, nested bool) error {
	if err := c.file(p); err != nil {
		return err
	}
	err := checkYAML(c.files[p], nested)
	if errors.Is(err, errBomb) {
		return &RefusedError{Path: p, Reason: err.Error(), Fix: "write it without YAML aliases"}
	}
	if err != nil {
		return &BuildError{p, oneLine(err.Error())}
	}
	return nil
}

// isDir reports whether p is a directory. What is not there is none.
func (c *closure) isDir(p string) (bool, error) {
	mode, err := c.source.mode(p)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", p, err)
	}
	return mode.IsDir(), nil
}

func symlink(p string) error {
	return &RefusedError{Path: p, Reason: "is, or is behind, a symbolic link", Fix: "put the file itself there"}
}
