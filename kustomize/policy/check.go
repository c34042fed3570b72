package policy

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// A law says what is wrong with an object that was built, and what to do about
// it; "" if nothing is.
type law func(r *resource.Resource, in Scope) (reason, fix string)

// laws returns what is asked of the objects of every overlay.
func laws() []law {
	return []law{onlyPlainYAML, readable, noSecret, noClusterKind, onlyHooks, noLateHook, ownNamespace}
}

// A rule says what is wrong with an object that was built, unless that is
// allowed.
type rule func(r *resource.Resource, in Scope) []objection

// rules returns what is asked of the objects of an overlay, but for what
// overlay.allow lets through.
func rules() []rule {
	return []rule{noDangerousKind, noOpenService, noForeignPower, noLowerGuard, noForeignAccount, noDangerousField}
}

// Check returns a *object.RefusedError for the first law that an object breaks,
// or else for everything that the rules forbid in it. origin returns the file that
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
