package kustomize

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// Base is what the overlays of one set are built on: the base and its
// components at one commit. It is safe for concurrent use.
type Base struct {
	renderer *Renderer
	files    *snapshot
	dirs     []string
	vars     bool
	inputs   map[string]string
	// library are the files of the built-in components, by their path in an
	// entry, and declared the parameters that any component takes.
	library  map[string][]byte
	declared map[string]declaration
	facts    facts
	shapes   shapes
	// castable is true where moulds can stand for builds.
	castable bool
}

// Load reads the base and the components of tree with everything that they
// refer to, at most 2,000 files of 1 MiB and 32 MiB in all, and builds them.
//
// It returns a *BuildError if they do not build, a *RefusedError if they hold
// or refer to what a preview must not have (both can be among several joined
// errors), and the tree's own error if it can't be read.
func (r *Renderer) Load(tree Tree) (b *Base, err error) {
	defer recovered(r.base, &err)
	c := newClosure(newTreeSource(tree))
	roots := r.Paths()
	for _, dir := range roots {
		if found, err := c.isDir(dir); err != nil {
			return nil, err
		} else if !found {
			return nil, &BuildError{dir, "there is no such directory"}
		}
		if err := c.kustomization(dir, 0); err != nil {
			return nil, err
		}
	}
	inputs, err := c.inputs(tree, roots)
	if err != nil {
		return nil, err
	}
	b = &Base{
		renderer: r, files: newSnapshot(c.files), dirs: sortedKeys(c.dirs), vars: c.vars, inputs: inputs,
		library: map[string][]byte{}, declared: map[string]declaration{},
	}
	if err := b.addComponents(c); err != nil {
		return nil, err
	}
	if b.facts, err = b.probe(); err != nil {
		return nil, err
	}
	b.castable = b.uniform(c)
	return b, nil
}

// Paths returns the directories of the repository that overlays are built on.
func (r *Renderer) Paths() []string {
	paths := []string{r.base}
	for _, c := range r.components {
		if c.dir != "" {
			paths = append(paths, c.dir)
		}
	}
	return paths
}

// addComponents takes the files of built-in components, and the parameters that
// all components declare.
func (b *Base) addComponents(read *closure) error {
	for _, c := range b.renderer.components {
		if c.dir != "" {
			file, err := read.kustomizationFile(c.dir)
			if err == nil {
				err = b.declare(c, file, read.files[file])
			}
			if err != nil {
				return err
			}
			continue
		}
		files, err := BuiltinFiles(c.builtin)
		if err != nil {
			return err
		}
		for _, p := range sortedKeys(files) {
			b.library[componentsDir+"/"+p] = files[p]
			if path.Base(p) != kustomizationFile {
				continue
			}
			if err := b.declare(component{builtin: path.Dir(p)}, builtinPrefix+p, files[p]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Inputs returns what the overlays are built on: by path, the Git hash of the
// base's directory, of each component's, and of every file and directory
// outside of them that they refer to.
func (b *Base) Inputs() map[string]string { return maps.Clone(b.inputs) }

// inputs returns the hashes of roots and of what of the closure lies outside.
func (c *closure) inputs(tree Tree, roots []string) (map[string]string, error) {
	paths := slices.Clone(roots)
	covered := func(p string) bool {
		return slices.ContainsFunc(paths, func(dir string) bool { return within(p, dir) })
	}
	for _, more := range [][]string{sortedKeys(c.dirs), sortedKeys(c.files)} {
		for _, p := range more {
			if !covered(p) {
				paths = append(paths, p)
			}
		}
	}
	inputs := map[string]string{}
	for _, p := range paths {
		hash, err := tree.Hash(p)
		if err != nil {
			return nil, fmt.Errorf("hash of %s: %w", p, err)
		}
		inputs[p] = hash
	}
	return inputs, nil
}

// probeDir is where the base is built before any preview is. No file is there.
const probeDir = "previewset-probe"

// probe builds the base alone, and then as an overlay with its components, and
// says what is in it.
func (b *Base) probe() (facts, error) {
	k := newKustomization()
	k.BuildMetadata = []string{"originAnnotations"}
	k.Resources = []string{relative(probeDir, b.renderer.base)}
	f, err := b.probeBuild(k, nil)
	if err != nil || len(b.renderer.components) == 0 {
		return f, err
	}
	p := b.renderer.example()
	c := content{namespace: p.Namespace, marks: marksOf(p), links: f.namespaceAnnotations(p)}
	if c.parameters, err = b.parameters(p, p.Params(), probeDir); err != nil {
		return f, &BuildError{b.renderer.base, oneLine(err.Error())}
	}
	files := map[string]any{parametersFile: b.parametersObject(c)}
	if f.namespace == "" {
		files[namespaceFile] = namespaceObject(c)
	}
	k.Resources = append(sortedKeys(files), k.Resources...)
	for _, c := range b.renderer.components {
		k.Components = append(k.Components, c.from(probeDir))
	}
	return b.probeBuild(k, files)
}

func (b *Base) probeBuild(k kustomization, objects map[string]any) (facts, error) {
	objects = maps.Clone(objects)
	if objects == nil {
		objects = map[string]any{}
	}
	objects[kustomizationFile] = k
	files, err := writeAll(objects)
	if err != nil {
		return facts{}, err
	}
	maps.Copy(files, b.library)
	m, err := run(b.files.with(probeDir, files), probeDir)
	if err != nil {
		return facts{}, err
	}
	// Printing is tried here and not for each overlay: what overlays add can
	// always be printed.
	if _, err := manifests(m, b.renderer.base); err != nil {
		return facts{}, err
	}
	return inspect(foreign(m), b.renderer.scope(""))
}

// example returns what stands for any preview while the base is looked at.
func example() generator.Preview {
	return generator.Preview{
		Change: generator.Change{
			Kind: generator.PullRequest, Number: 1, Branch: "example", TargetBranch: "main",
			HeadSHA: "0123456789abcdef0123456789abcdef01234567", Title: "Example", Author: "example",
			URL: "https://forge.example/example/pulls/1", CreatedAt: time.Unix(0, 0), UpdatedAt: time.Unix(0, 0),
		},
		Set:        "example",
		Repository: generator.Repository{Host: "forge.example", Organization: "example", Name: "example", DefaultBranch: "main"},
		Names: generator.Names{
			ID: "pr-1", Application: "example-pr-1", Namespace: "example-pr-1",
			Host: "pr-1.example.preview.localhost", DBSchema: "example_pr_1",
		},
	}
}
