package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
)

// scope is where an overlay may have objects, and which.
type scope struct {
	// own is the preview's namespace, or "" as long as no preview is known.
	own string
	// admin is the administration namespace, or "" where there is none.
	admin string
	// account is the ServiceAccount that its Jobs may run as, besides the default
	// one; "" for none.
	account string
	// allow has the words of objections that don't count.
	allow []string
}

func (s scope) isAdmin(r *resource.Resource) bool {
	return s.admin != "" && r.GetNamespace() == s.admin
}

// A law says what is wrong with an object that was built, and what to do about
// it; "" if nothing is.
type law func(r *resource.Resource, in scope) (reason, fix string)

// laws returns what is asked of the objects of every overlay.
func laws() []law {
	return []law{readable, noSecret, noClusterKind, onlyHooks, noLateHook, ownNamespace}
}

// A rule says what is wrong with an object that was built, unless that is
// allowed.
type rule func(r *resource.Resource, in scope) []objection

// rules returns what is asked of the objects of an overlay, but for what
// overlay.allow lets through.
func rules() []rule {
	return []rule{noDangerousKind, noOpenService, noForeignPower, noLowerGuard, noForeignAccount, noDangerousField}
}

// objection is what a rule has against an object.
type objection struct {
	// word lets it through.
	word string
	// reason says what is wrong, and fix what to do instead.
	reason, fix string
}

// checkPolicy returns a *RefusedError for the first law that an object breaks,
// or else for everything that the rules forbid in it. origin tells the file
// that an object comes from.
func checkPolicy(objects []*resource.Resource, in scope, origin func(name string) string) error {
	var errs []error
	for _, r := range objects {
		refuse := func(reason, fix string) {
			errs = append(errs, &RefusedError{Path: origin(label(r)), Resource: label(r), Reason: reason, Fix: fix})
		}
		if reason, fix := broken(r, in); reason != "" {
			refuse(reason, fix)
			continue
		}
		for _, o := range objections(r, in) {
			refuse(o.reason, o.fix+", or allow it with overlay.allow: ["+o.word+"]")
		}
	}
	return joined(errs)
}

func broken(r *resource.Resource, in scope) (reason, fix string) {
	for _, law := range laws() {
		if reason, fix := law(r, in); reason != "" {
			return reason, fix
		}
	}
	return "", ""
}

func objections(r *resource.Resource, in scope) []objection {
	var out []objection
	for _, rule := range rules() {
		out = append(out, rule(r, in)...)
	}
	return slices.DeleteFunc(out, func(o objection) bool { return slices.Contains(in.allow, o.word) })
}
