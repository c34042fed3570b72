package policy

import (
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Scope is the part of the policy that depends on the preview and the set.
type Scope struct {
	// Own is the preview's namespace, or "" for a base without a preview.
	Own string
	// Admin is the administration namespace, or "" for none.
	Admin string
	// Account is the ServiceAccount that Jobs in Admin can use, in addition to the
	// default one; "" for none.
	Account string
	// Allow has the words of Allowable that the set allows.
	Allow []string
	// Kinds is what the set says about kinds.
	Kinds Kinds
	// Hosts are the hosts of the preview.
	Hosts []string
	// Table has the fields with hosts.
	Table *fields.Table
}

// IsAdmin reports whether r is in the administration namespace.
func (s Scope) IsAdmin(r *resource.Resource) bool {
	return s.Admin != "" && r.GetNamespace() == s.Admin
}

// IsAdminNamespace reports whether r is the Namespace object of the administration
// namespace.
func (s Scope) IsAdminNamespace(r *resource.Resource) bool {
	return s.Admin != "" && object.IsNamespace(r) && r.GetName() == s.Admin
}

// objection is one reason why a rule refuses an object.
type objection struct {
	// word is the word of overlay.allow that waives the objection.
	word string
	// reason describes the problem, and fix the remedy.
	reason, fix string
	// key is the name of the field, or the key of the annotation or label.
	key string
	// text is the value of a field, or "" for a mapping, a list, an annotation and a label.
	text string
}
