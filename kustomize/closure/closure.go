package closure

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/previewset/previewset/kustomize/object"
)

// Closure is the set of all files that kustomizations refer to. All of them were
// checked. It is safe for concurrent use.
type Closure struct {
	// Vars is true if a kustomization uses the deprecated vars. Configured is true
	// if a kustomization configures which fields Kustomize's transformers change.
	Vars, Configured bool
	// Shared has the first field with which a kustomization can change objects of the
	// kustomizations that refer to it, such as vars, by the path of the kustomization.
	Shared map[string]string
	// Deprecated has Kustomize's warnings about deprecated fields, by the path of the
	// kustomization. Kustomize prints them at each build, without the path.
	Deprecated map[string][]string

	// kustomizations has the path of each kustomization, by its directory.
	kustomizations map[string]string
	snapshot       *snapshot
}

// Read reads the kustomizations in roots and all files that they refer to: at most
// 2,000 files, 1 MiB in one file and 32 MiB in total. Kustomize makes at most 2,000 objects and
// kustomizations of them, and less than 64 MiB.
//
// It returns a *object.BuildError if a file is missing or is not valid YAML, and a
// *object.RefusedError for a file or field that Kustomize must not read. Several such
// errors are joined. If the tree can't be read, it returns the tree's error.
func Read(tree fs.FS, roots []string) (*Closure, error) {
	// Kustomize loads its schema when a build first needs it, into maps that other builds
	// read without a lock (kyaml/openapi, IsNamespaceScoped). So load it before all builds.
	openapi.Schema()
	r := newReader(newTreeSource(tree))
	for _, dir := range roots {
		if found, err := r.isDir(dir); err != nil {
			return nil, err
		} else if !found {
			return nil, &object.BuildError{Path: dir, Reason: "the directory does not exist: correct its path in the configuration, or add it"}
		}
		if err := r.add(dir, 0); err != nil {
			return nil, err
		}
	}
	if err := r.estimates.check(roots, r.kustomizations[roots[0]]); err != nil {
		return nil, err
	}
	return &Closure{r.vars, r.configured, r.shared, r.deprecated, r.kustomizations, newSnapshot(r.content)}, nil
}

// Check makes the checks of Read for the kustomization in dir, with files added to
// dir. Every file that it refers to must be in the closure or in files.
func (c *Closure) Check(dir string, files map[string][]byte) error {
	return newReader(c.snapshot.with(dir, files)).add(dir, 0)
}

// Kustomization returns the path and the content of the kustomization in dir. dir
// must be in Dirs.
func (c *Closure) Kustomization(dir string) (path string, content []byte) {
	path = c.kustomizations[dir]
	return path, c.snapshot.files[path]
}

// Dirs returns the directories that have a kustomization, sorted.
func (c *Closure) Dirs() []string { return slices.Sorted(maps.Keys(c.kustomizations)) }

// Paths returns roots, and all directories and files of the closure outside roots.
func (c *Closure) Paths(roots []string) []string {
	paths := slices.Clone(roots)
	for _, p := range slices.Concat(c.Dirs(), slices.Sorted(maps.Keys(c.snapshot.files))) {
		if !slices.ContainsFunc(paths, func(dir string) bool { return Within(p, dir) }) {
			paths = append(paths, p)
		}
	}
	return paths
}

// Mentions reports whether a file of the closure contains word. It searches files
// and not built objects, because Kustomize's output does not have all objects.
func (c *Closure) Mentions(word string) bool {
	for _, content := range c.snapshot.files {
		if bytes.Contains(content, []byte(word)) {
			return true
		}
	}
	return false
}
