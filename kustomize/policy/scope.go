package policy

import "sigs.k8s.io/kustomize/api/resource"

// Scope is where an overlay may have objects, and which.
type Scope struct {
	// Own is the preview's namespace, "" for a base, which has no preview.
	Own string
	// Admin is the administration namespace, or "" where there is none.
	Admin string
	// Account is the ServiceAccount that its Jobs may run as, besides the default
	// one; "" for none.
	Account string
	// Allow has the words of Allowable that the set permits.
	Allow []string
}

// IsAdmin reports whether r is in the administration namespace.
func (s Scope) IsAdmin(r *resource.Resource) bool {
	return s.Admin != "" && r.GetNamespace() == s.Admin
}

// objection is one reason why a rule refuses an object.
type objection struct {
	// word permits it in overlay.allow.
	word string
	// reason says what is wrong, and fix what to do instead.
	reason, fix string
}
