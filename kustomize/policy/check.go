package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// A law returns what is wrong with a built object and how to fix it; "" if nothing
// is wrong.
type law func(r *resource.Resource, in Scope) (reason, fix string)

// laws returns the laws that the objects of every overlay must keep.
func laws() []law {
	return []law{onlyPlainYAML, readable, noSecret, noClusterKind, onlyHooks, noLateHook, ownNamespace}
}

// A rule returns its objections to a built object. overlay.allow can lift each of
// them.
type rule func(r *resource.Resource, in Scope) []objection

// rules returns the rules that the objects of an overlay must keep, apart from what
// overlay.allow permits.
func rules() []rule {
	return []rule{noDangerousKind, noOpenService, noForeignPower, noLowerGuard, noForeignAccount, noDangerousField}
}

// Check returns a *object.RefusedError for the first law that an object breaks, or,
// if it breaks none, for each objection of the rules. origin returns the file that
// the object called name ("Kind name") comes from.
func Check(objects []*resource.Resource, in Scope, origin func(name string) string) error {
	var errs []error
	for _, r := range objects {
		refuse := func(reason, fix string) {
			name := object.Describe(r)
			errs = append(errs, &object.RefusedError{Path: origin(name), Resource: name, Reason: reason, Fix: fix})
		}
		if reason, fix := broken(r, in); reason != "" {
			refuse(reason, fix)
			continue
		}
		for _, o := range objections(r, in) {
			refuse(o.reason, o.fix+", or allow it with overlay.allow: ["+o.word+"]")
		}
	}
	return object.Joined(errs)
}

func broken(r *resource.Resource, in Scope) (reason, fix string) {
	for _, law := range laws() {
		if reason, fix := law(r, in); reason != "" {
			return reason, fix
		}
	}
	return "", ""
}

func objections(r *resource.Resource, in Scope) []objection {
	var out []objection
	for _, rule := range rules() {
		out = append(out, rule(r, in)...)
	}
	return slices.DeleteFunc(out, func(o objection) bool { return slices.Contains(in.Allow, o.word) })
}
