package policy

import (
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/kinds"
	"github.com/previewset/previewset/kustomize/object"
)

// strangers is the index of StrangerRows.
var strangers = sync.OnceValue(func() *index { return newIndex(StrangerRows()) })

// CheckStrangers returns what previewset refuses in addition to Check if the set has an allow list
// of kinds (overlay.kinds.only): such a base can be written by strangers. objects are those of the
// base as the components of the set change them, in the namespaces of the base. alone are those
// of the base without the components, or nil if it does not build. What alone does not have, if
// all of alone can be read, is of a component, and accepted: the owner of the set chose it. This
// includes texts of fields that a component replaces, but not lists that it changes, and no
// annotations: Kustomize changes names in them if a component adds a prefix. source is that of
// Check.
func CheckStrangers(objects, alone []closure.Object, scope Scope, source func(*resource.Resource) (file, name string)) error {
	if slices.ContainsFunc(alone, func(o closure.Object) bool { return o.Problem().Reason != "" }) {
		alone = nil // what cannot be read can have any effect, and a component can make it readable
	}
	written := writtenIn(alone, scope)
	var errs []error
	for _, o := range objects {
		if o.Problem().Reason != "" {
			continue // Check refuses it
		}
		r := o.Resource()
		refuse := func(reason, fix string) {
			file, name := source(r)
			errs = append(errs, &object.RefusedError{Path: file, Resource: name, Reason: reason, Fix: fix})
		}
		if reason, fix := onlyListedKinds(r, scope); reason != "" {
			refuse(reason, fix)
			continue
		}
		for _, found := range strangers().objections(r, scope) {
			if slices.Contains(scope.Allow, found.word) || alone != nil && !written[found.effect()] {
				continue
			}
			refuse(found.reason, found.waivable())
		}
	}
	return object.Joined(errs)
}

// effect is what the base has, in any object: the component of a set can rename objects.
type effect struct{ word, key, text string }

func (o objection) effect() effect { return effect{o.word, o.key, o.text} }

// writtenIn returns the effects of objects.
func writtenIn(objects []closure.Object, scope Scope) map[effect]bool {
	written := map[effect]bool{}
	for _, o := range objects {
		for _, found := range strangers().objections(o.Resource(), scope) {
			written[found.effect()] = true
		}
	}
	return written
}

// onlyListedKinds refuses objects of kinds that the allow list of the set does not have, and all
// objects in the administration namespace, whose credentials give access to all previews.
func onlyListedKinds(r *resource.Resource, scope Scope) (reason, fix string) {
	key := keyOf(r.GetGvk())
	switch {
	case scope.IsAdmin(r):
		return "it is in the administration namespace, " + scope.Admin + ", and a base with overlay.kinds.only must not reach it", "move it into a component of the set"
	case scope.Kinds.only[key]:
		return "", ""
	case scope.Kinds.scopeOf(r.GetGvk()) == kinds.Cluster:
		return "overlay.kinds.only of the set does not have " + key, "leave it out of the base, or move it into a component of the set"
	}
	return "overlay.kinds.only of the set does not have " + key, "leave it out of the base, move it into a component of the set, or add " + key + " to overlay.kinds.only if every author of the base may have such objects"
}
