package closure

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"

	"github.com/previewset/previewset/kustomize/object"
)

// Closure is everything that kustomizations refer to, checked. It is safe for
// concurrent use.
type Closure struct {
	// Vars is true where a kustomization uses the deprecated variables, and
	// Configured where one says what Kustomize's transformers change.
	Vars, Configured bool

	// kustomizations by their directories.
	kustomizations map[string]string
	snapshot       *snapshot
}

// Read reads the kustomizations in roots, and everything that they refer to: at most
// 2,000 files of 1 MiB and 32 MiB in all.
//
// It returns a *object.BuildError if something is missing or can't be read as YAML,
// a *object.RefusedError for what Kustomize must not be given (both can be among
// several joined errors), and the tree's own error if it can't be read.
func Read(tree fs.FS, roots []string) (*Closure, error) {
	r := newReader(newTreeSource(tree))
	for _, dir := range roots {
		if found, err := r.isDir(dir); err != nil {
			return nil, err
		} else if !found {
			return nil, &object.BuildError{Path: dir, Reason: "there is no such directory"}
		}
		if err := r.add(dir, 0); err != nil {
			return nil, err
		}
	}
	return &Closure{r.vars, r.configured, r.kustomizations, newSnapshot(r.content)}, nil
}

// Check checks what the kustomization in dir refers to as Read does, with files
// there: all of it must be in the closure or among files.
func (c *Closure) Check(dir string, files map[string][]byte) error {
	return newReader(c.snapshot.with(dir, files)).add(dir, 0)
}

// Kustomization returns the path and the content of the kustomization in dir, which
// must be one of Dirs.
func (c *Closure) Kustomization(dir string) (path string, content []byte) {
	path = c.kustomizations[dir]
	return path, c.snapshot.files[path]
}

// Dirs returns the directories that have a kustomization, sorted.
func (c *Closure) Dirs() []string { return slices.Sorted(maps.Keys(c.kustomizations)) }

// Paths returns roots, and the directories and files outside of them.
func (c *Closure) Paths(roots []string) []string {
	paths := slices.Clone(roots)
	for _, p := range slices.Concat(c.Dirs(), slices.Sorted(maps.Keys(c.snapshot.files))) {
		if !slices.ContainsFunc(paths, func(dir string) bool { return Within(p, dir) }) {
			paths = append(paths, p)
		}
	}
	return paths
}

// Mentions reports whether a file has word in it. It looks at files because objects
// for Kustomize alone are not in what it builds.
func (c *Closure) Mentions(word string) bool {
	for _, content := range c.snapshot.files {
		if bytes.Contains(content, []byte(word)) {
			return true
		}
	}
	return false
}
