package kustomize

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// Load reads the base, the components and all files that they refer to from tree, and
// builds them. It reads at most 2,000 files, 1 MiB in one file and 32 MiB in total.
//
// It returns a *object.BuildError if they do not build, and a *object.RefusedError for
// an object, file or field that a preview must not have. Several such errors are joined.
// If the tree can't be read, it returns the tree's error.
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

// hashes returns the Git hashes of paths.
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

// addComponents adds the files of built-in components, and the parameters that all
// components declare.
func (b *Base) addComponents() error {
	setParameters := b.renderer.setParameters
	for _, c := range b.renderer.components {
		if c.dir != "" {
			file, content := b.files.Kustomization(c.dir)
			if err := b.declared.add(c, file, content, setParameters); err != nil {
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
			if err := b.declared.add(component{builtin: path.Dir(p)}, builtinPrefix+p, files[p], setParameters); err != nil {
				return err
			}
		}
	}
	return nil
}

// probe builds the base, and then an overlay of the base with the components, and
// returns the facts about the result.
func (b *Base) probe() (facts, error) {
	k := newKustomization()
	k.BuildMetadata = []string{"originAnnotations"}
	k.Resources = []string{closure.Relative(probeDir, b.renderer.base)}
	f, err := b.probeBuild(k, nil)
	if err != nil || len(b.renderer.components) == 0 {
		return f, err
	}
	b.facts = f // components can copy the hosts of the base from the ConfigMap
	p := example(b.renderer.setParameters)
	c := content{namespace: p.Namespace, configMapLabels: identityLabels(p), namespaceAnnotations: namespaceAnnotations(p, waveBefore(f.lowest))}
	if c.parameters, err = b.parameters(p, p.Params(), probeDir); err != nil {
		return f, &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	files := map[string]any{parametersFile: b.parametersObject(c)}
	if f.namespace == "" {
		files[namespaceFile] = namespaceObject(c.namespace, c.namespaceAnnotations)
	}
	k.Resources = append(slices.Sorted(maps.Keys(files)), k.Resources...)
	for _, c := range b.renderer.components {
		k.Components = append(k.Components, c.pathFrom(probeDir))
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
	f, err := inspect(objectsOfBase(m), b.renderer.scope(""))
	if err != nil {
		return f, err
	}
	// Printing is tested here and not for each overlay, because the values that
	// overlays add can always be printed. The policy is checked first, because its
	// errors have the file and the fix.
	_, err = closure.Print(m, b.renderer.base)
	return f, err
}
