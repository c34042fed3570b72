package closure

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/object"
)

// maxDepth bounds how many kustomizations may lie between a root and another one.
const maxDepth = 20

// Closure is everything that kustomizations refer to, checked. It is safe for
// concurrent use.
type Closure struct {
	// Vars is true where a kustomization uses the deprecated variables, and
	// Configured where one says what Kustomize's transformers change.
	Vars, Configured bool

	files
	// kustomizations by their directories.
	kustomizations map[string]string
	snapshot       *snapshot
}

func newClosure(s source) *Closure {
	return &Closure{files: files{s, map[string][]byte{}}, kustomizations: map[string]string{}}
}

// Read reads the kustomizations in roots, and everything that they refer to: at most
// 2,000 files of 1 MiB and 32 MiB in all.
//
// It returns a *object.BuildError if something is missing or can't be read as YAML,
// a *object.RefusedError for what Kustomize must not be given (both can be among
// several joined errors), and the tree's own error if it can't be read.
func Read(tree fs.FS, roots []string) (*Closure, error) {
	c := newClosure(newTreeSource(tree))
	for _, dir := range roots {
		if found, err := c.isDir(dir); err != nil {
			return nil, err
		} else if !found {
			return nil, &object.BuildError{Path: dir, Reason: "there is no such directory"}
		}
		if err := c.add(dir, 0); err != nil {
			return nil, err
		}
	}
	c.snapshot = newSnapshot(c.content)
	return c, nil
}

// Check checks what the kustomization in dir refers to as Read does, with files
// there: all of it must be in the closure or among files.
func (c *Closure) Check(dir string, files map[string][]byte) error {
	return newClosure(c.snapshot.with(dir, files)).add(dir, 0)
}

// Kustomization returns the path and the content of the kustomization in dir, which
// must be one of Dirs.
func (c *Closure) Kustomization(dir string) (path string, content []byte) {
	path = c.kustomizations[dir]
	return path, c.content[path]
}

// Dirs returns the directories that have a kustomization, sorted.
func (c *Closure) Dirs() []string { return slices.Sorted(maps.Keys(c.kustomizations)) }

// Paths returns roots, and the directories and files outside of them.
func (c *Closure) Paths(roots []string) []string {
	paths := slices.Clone(roots)
	for _, p := range slices.Concat(c.Dirs(), slices.Sorted(maps.Keys(c.content))) {
		if !slices.ContainsFunc(paths, func(dir string) bool { return Within(p, dir) }) {
			paths = append(paths, p)
		}
	}
	return paths
}

// Mentions reports whether a file has word in it: objects that are for Kustomize
// alone are not in what it builds.
func (c *Closure) Mentions(word string) bool {
	for _, content := range c.content {
		if bytes.Contains(content, []byte(word)) {
			return true
		}
	}
	return false
}

// add reads the kustomization in dir and all that it refers to. depth is how many
// kustomizations led there.
func (c *Closure) add(dir string, depth int) error {
	if _, known := c.kustomizations[dir]; known {
		return nil
	}
	if depth > maxDepth {
		return &object.RefusedError{Path: dir, Reason: fmt.Sprintf("kustomizations refer to each other %d levels deep", depth), Fix: "make the base flatter"}
	}
	file, err := c.kustomizationIn(dir)
	if err != nil {
		return err
	}
	c.kustomizations[dir] = file
	if err := c.readYAML(file, true); err != nil {
		return err
	}
	var k types.Kustomization
	if err := k.Unmarshal(c.content[file]); err != nil {
		return &object.BuildError{Path: file, Reason: object.OneLine(err.Error())}
	}
	c.Vars = c.Vars || len(k.Vars) > 0
	c.Configured = c.Configured || len(k.Configurations) > 0 || len(k.Crds) > 0
	if err := checkForbidden(&k, file); err != nil {
		return err
	}
	return place{dir, file, depth}.follow(c, referencesOf(&k))
}

// place is where a reference is: in the kustomization file of dir, which depth
// others led to.
type place struct {
	dir, file string
	depth     int
}

// follow adds what refs lead to.
func (in place) follow(c *Closure, refs []reference) error {
	var errs []error
	for _, r := range refs {
		errs = append(errs, in.followOne(c, r))
	}
	return errors.Join(errs...)
}

func (in place) followOne(c *Closure, r reference) error {
	if r.to == pluginFile {
		if plugins, err := objects([]byte(r.ref)); err == nil {
			return in.followPlugins(c, r.field, plugins)
		}
	}
	p, err := in.resolve(r)
	if err != nil {
		return err
	}
	switch dir, err := c.isDir(p); {
	case err != nil:
		return err
	case dir && r.to == pluginFile:
		// What its plugins are is known only after it was built.
		return refused(in.file, r.field, fmt.Sprintf("%q is a directory", object.OneLine(r.ref)), "list its files one by one")
	case dir && (r.to == directory || r.to == fileOrDirectory):
		return c.add(p, in.depth+1)
	case r.to == directory:
		return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: there is no directory %s", r.field, object.OneLine(r.ref))}
	case r.to == pluginFile:
		return in.followPluginFile(c, r, p)
	case r.to == plainFile:
		return in.missing(r, c.read(p))
	}
	return in.missing(r, c.readYAML(p, false))
}

// followPluginFile adds what the plugins in the file at p refer to.
func (in place) followPluginFile(c *Closure, r reference, p string) error {
	if err := c.readYAML(p, true); err != nil {
		return in.missing(r, err)
	}
	plugins, err := objects(c.content[p])
	if err != nil {
		return &object.BuildError{Path: p, Reason: object.OneLine(err.Error())}
	}
	return in.followPlugins(c, r.field, plugins)
}

// followPlugins adds what plugins refer to, which the field has.
func (in place) followPlugins(c *Closure, field string, plugins []*resource.Resource) error {
	var errs []error
	for _, plugin := range plugins {
		refs, err := pluginReferences(in.file, field, plugin)
		errs = append(errs, err, in.follow(c, refs))
	}
	return errors.Join(errs...)
}

// resolve returns the path that r names.
func (in place) resolve(r reference) (string, error) {
	p, err := local(in.dir, r.ref)
	if err == nil {
		return p, nil
	}
	fix := "refer to a file or directory of this repository"
	if errors.Is(err, errRemote) {
		fix = "copy what it refers to into the repository and refer to that"
	}
	return "", refused(in.file, r.field, fmt.Sprintf("%q %v", object.OneLine(r.ref), err), fix)
}

// missing returns err with the place of r in it, if it is about a file that is not
// there.
func (in place) missing(r reference, err error) error {
	var build *object.BuildError
	if errors.As(err, &build) && build.Reason == noFile {
		return &object.BuildError{Path: in.file, Reason: fmt.Sprintf("%s: there is no file %s", r.field, object.OneLine(r.ref))}
	}
	return err
}
