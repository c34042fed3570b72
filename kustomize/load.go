package kustomize

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// Load reads the base, the components and all files that they refer to from tree, and
// builds them. It reads at most 2,000 files, 1 MiB in one file and 32 MiB in total, of
// which Kustomize makes at most 2,000 objects.
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
	if err := r.changesOthers(tree); err != nil {
		return nil, err
	}
	inputs, err := hashes(tree, c.Paths(r.Paths()))
	if err != nil {
		return nil, err
	}
	b = &Base{
		renderer: r, files: c, dirs: c.Dirs(), inputs: inputs,
		library: map[string][]byte{}, declared: declarations{}, renames: renamesIn(c),
	}
	if err := b.addComponents(); err != nil {
		return nil, err
	}
	p, err := b.probe()
	if err != nil {
		return nil, err
	}
	if b.facts, err = b.factsOf(p); err != nil {
		return nil, err
	}
	if err := b.checkVariables(); err != nil {
		return nil, err
	}
	if b.files.Vars && len(b.facts.left) > 0 {
		b.facts.left = b.leftInBuild()
	}
	b.facts.left = append(b.facts.left, unusedFields(r.fields, b.facts.objects, r.table, r.base)...)
	b.fillable = b.isFillable()
	if err := cmp.Or(errors.Join(b.strangers(p), b.refused(closure.View(objectsOfBase(p.built)))), b.refusals()); err != nil {
		return nil, err
	}
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
			if err := b.variables.add(c.dir, file, content); err != nil {
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
			if err := b.variables.add(path.Join(probeDir, componentsDir, path.Dir(p)), builtinPrefix+p, files[p]); err != nil {
				return err
			}
		}
	}
	return nil
}

// factsOf returns the facts about the built base with its components.
func (b *Base) factsOf(p probed) (facts, error) {
	objects, scope := objectsOfBase(p.built), b.renderer.scope("")
	f, err := inspect(objects, b.renderer, p.hosts)
	if err != nil {
		return f, err
	}
	// Printing is tested here and not for each overlay, because the values that
	// overlays add can always be printed. The errors of the policy come first, because
	// they have the file and the fix.
	if _, err = closure.Print(p.built, b.renderer.base); err != nil {
		b.facts = f
		printed := slices.DeleteFunc(closure.View(objects), func(o closure.Object) bool { return o.Problem().Reason != "" })
		return f, cmp.Or(policy.Check(printed, scope, f.source), b.located(err, b.renderer.base))
	}
	err = b.aim(&f, p.kustomization, p.files)
	return f, err
}

// checkVariables checks that the ConfigMap has the values of the variables of components.
func (b *Base) checkVariables() error {
	p := b.sample()
	parameters, err := b.parameters(p, p.Params(), probeDir)
	if err != nil {
		return &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	return b.variables.check(parameters)
}

// refused returns why the policy refuses objects of the base and its components in every
// overlay: it refuses them as they are, and also in the built overlay of a sample
// preview. With such a base, no overlay has to be built to find this out.
func (b *Base) refused(objects []closure.Object) error {
	scope := b.renderer.scope("")
	names := map[string]bool{}
	for _, o := range objects {
		if policy.Check([]closure.Object{o}, scope, b.facts.source) != nil {
			names[object.Describe(o.Resource())] = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	p := b.sample()
	c, ok := b.sampleContent(p)
	if !ok {
		return nil
	}
	err := policy.Check(objects, scope, b.facts.source) // if the overlay does not build, the refusals can be the cause
	if built, buildErr := b.buildContent(c); buildErr == nil {
		err = b.judge(slices.DeleteFunc(closure.View(built), func(o closure.Object) bool {
			_, name := b.facts.sourceOf(o.Resource(), p)
			return !names[name]
		}), p)
	}
	if err != nil && len(b.renderer.components) > 0 {
		b.nameCauses(err, c)
	}
	return err
}

// leftInBuild returns the places that are left in the overlay of a sample preview, too.
// Kustomize resolves variables (vars) at the end of a build: in the base, they have the values
// of the base, and in an overlay those of the preview.
func (b *Base) leftInBuild() []leftover {
	p := b.sample()
	c, ok := b.sampleContent(p)
	if !ok {
		return b.facts.left
	}
	built, err := b.buildContent(c)
	if err != nil {
		return b.facts.left
	}
	names, left := map[string]bool{}, map[[2]string]bool{}
	for _, r := range built {
		_, name := b.facts.sourceOf(r, p)
		names[name] = true
		for _, problem := range b.facts.leftOf(r, nil, b.renderer) {
			left[[2]string{name, problem.Reason}] = true
		}
	}
	return slices.DeleteFunc(b.facts.left, func(l leftover) bool {
		return names[l.resource] && !left[[2]string{l.resource, l.reason}]
	})
}

// sampleContent returns the content of the overlay of the sample preview p. It returns
// false if a template fails, because it may fail only for p.
func (b *Base) sampleContent(p generator.Preview) (content, bool) {
	c, err := b.content(p, probeDir)
	return c, err == nil
}

// buildContent builds the overlay with the content c.
func (b *Base) buildContent(c content) ([]*resource.Resource, error) {
	files, err := b.write(c)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, b.library)
	built, err := b.files.Build(c.dir, files)
	if err != nil {
		return nil, err
	}
	return built.Resources(), nil
}
