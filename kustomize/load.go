package kustomize

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// Load reads the base and the components of tree with everything that they
// refer to, at most 2,000 files of 1 MiB and 32 MiB in all, and builds them.
//
// It returns a *object.BuildError if they do not build, a *object.RefusedError if they
// hold or refer to what a preview must not have (both can be among several joined
// errors), and the tree's own error if it can't be read.
func (r *Renderer) Load(tree Tree) (b *Base, err error) {
	defer object.Recovered(r.base, &err)
	c, err := closure.Read(tree, r.Paths())
	if err != nil {
		return nil, err
	}
	inputs, err := hashes(tree, c.Paths(r.Paths()))
	if err != nil {
		return nil, err
	}
	b = &Base{
		renderer: r, files: c, dirs: c.Dirs(), inputs: inputs,
		library: map[string][]byte{}, declared: declarations{},
	}
	if err := b.addComponents(); err != nil {
		return nil, err
	}
	if b.facts, err = b.probe(); err != nil {
		return nil, err
	}
	b.fillable = b.isFillable()
	return b, nil
}

// hashes returns those of paths.
func hashes(tree Tree, paths []string) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range paths {
		hash, err := tree.Hash(p)
		if err != nil {
			return nil, fmt.Errorf("hash of %s: %w", p, err)
		}
		out[p] = hash
	}
	return out, nil
}

// addComponents takes the files of built-in components, and the parameters that
// all components declare.
func (b *Base) addComponents() error {
	given := b.renderer.given
	for _, c := range b.renderer.components {
		if c.dir != "" {
			file, content := b.files.Kustomization(c.dir)
			if err := b.declared.add(c, file, content, given); err != nil {
				return err
			}
			continue
		}
		files, err := BuiltinFiles(c.builtin)
		if err != nil {
			return err
		}
		for _, p := range slices.Sorted(maps.Keys(files)) {
			b.library[componentsDir+"/"+p] = files[p]
			if path.Base(p) != kustomizationFile {
				continue
			}
			if err := b.declared.add(component{builtin: path.Dir(p)}, builtinPrefix+p, files[p], given); err != nil {
				return err
			}
		}
	}
	return nil
}

// probe builds the base alone, and then as an overlay with its components, and
// says what is in it.
func (b *Base) probe() (facts, error) {
	k := newKustomization()
	k.BuildMetadata = []string{"originAnnotations"}
	k.Resources = []string{closure.Relative(probeDir, b.renderer.base)}
	f, err := b.probeBuild(k, nil)
	if err != nil || len(b.renderer.components) == 0 {
		return f, err
	}
	p := example(b.renderer.given)
	c := content{namespace: p.Namespace, marks: marksOf(p), links: linksOf(p, waveBefore(f.lowest))}
	if c.parameters, err = b.parameters(p, p.Params(), probeDir); err != nil {
		return f, &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	files := map[string]any{parametersFile: b.parametersObject(c)}
	if f.namespace == "" {
		files[namespaceFile] = namespaceObject(c.namespace, c.links)
	}
	k.Resources = append(slices.Sorted(maps.Keys(files)), k.Resources...)
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
	files, err := object.WriteAll(objects)
	if err != nil {
		return facts{}, err
	}
	maps.Copy(files, b.library)
	m, err := b.files.Build(probeDir, files)
	if err != nil {
		return facts{}, err
	}
	f, err := inspect(foreign(m), b.renderer.scope(""))
	if err != nil {
		return f, err
	}
	// Printing is tried here and not for each overlay: what overlays add can
	// always be printed. The policy comes first, since it names file and remedy.
	_, err = closure.Print(m, b.renderer.base)
	return f, err
}
