package kustomize

import (
	"maps"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

const (
	// ofBaseMark is an annotation that only the build of markedObjects has: on the objects of
	// the base, before its components.
	ofBaseMark = object.Prefix + "of-base"
	// markedDir has the kustomization that sets ofBaseMark, below probeDir.
	markedDir = "base"
)

// strangers returns why the policy refuses the base of a set with an allow list of kinds, because
// strangers can write it. The owner of the set writes the components.
func (b *Base) strangers(p probed) error {
	if !b.renderer.kinds.HasList() {
		return nil
	}
	var alone []closure.Object
	if p.alone != nil {
		alone = closure.View(p.alone)
	}
	return policy.CheckStrangers(closure.View(b.ofBase(p)), alone, b.renderer.scope(""), b.facts.source)
}

// changesOthers refuses fields of the base's kustomizations that also change the objects of
// components, if the set has an allow list of kinds. It does so before a build: variables can
// repeat a text without a bound.
func (r *Renderer) changesOthers(tree Tree) error {
	if !r.kinds.HasList() {
		return nil
	}
	c, err := closure.Read(tree, []string{r.base})
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range slices.Sorted(maps.Keys(c.Shared)) {
		errs = append(errs, &object.RefusedError{
			Path: file, Reason: c.Shared[file] + " can change the objects of components, which a base with overlay.kinds.only must not do",
			Fix: "use replacements or patches instead, or move it into a component of the set",
		})
	}
	return object.Joined(errs)
}

// ofBase returns the objects of the base as the components change them. Objects that the
// components add are missing, under any name. If this can't be decided, all objects are of the
// base.
func (b *Base) ofBase(p probed) []*resource.Resource {
	if len(b.renderer.components) == 0 {
		return p.built.Resources()
	}
	all := p.built.Resources()
	if built, err := b.markedObjects(p); err == nil {
		all = built
	}
	return slices.DeleteFunc(all, func(r *resource.Resource) bool {
		_, marked := r.GetAnnotations()[ofBaseMark]
		//promise:objects-of-the-base-are-listed
		if marked {
			return false
		}
		return b.isAdded(r)
	})
}

// markedObjects builds the base with its components again, with ofBaseMark on the objects of the
// base. Kustomize keeps annotations where it merges, renames and patches objects, and records
// only the file of the last one that it merged.
func (b *Base) markedObjects(p probed) ([]*resource.Resource, error) {
	k, files := p.kustomization, maps.Clone(p.files)
	base := closure.Relative(probeDir, b.renderer.base)
	k.Resources = slices.Clone(k.Resources)
	for i, resource := range k.Resources {
		if resource == base {
			k.Resources[i] = markedDir
		}
	}
	marking := newKustomization()
	marking.Resources = []string{closure.Relative(path.Join(probeDir, markedDir), b.renderer.base)}
	marking.CommonAnnotations = map[string]object.Quoted{ofBaseMark: "true"}
	files[path.Join(markedDir, kustomizationFile)] = marking
	built, err := b.probeBuild(k, files)
	if err != nil {
		return nil, err
	}
	return built.Resources(), nil
}

// isAdded reports whether r, which is not marked, is of a component or of previewset. It returns
// false if a component could have removed the mark with all annotations.
func (b *Base) isAdded(r *resource.Resource) bool {
	if !hasFirstOrigin(r) {
		return false
	}
	origin := originOf(r)
	ofComponent := func(c component) bool { return c.dir != "" && closure.Within(origin, c.dir) }
	return closure.Within(origin, probeDir) || slices.ContainsFunc(b.renderer.components, ofComponent) || !closure.Within(origin, b.renderer.base)
}
