package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Row is an effect of objects that the policy refuses, unless overlay.allow has its word.
// It is about one of these:
//
//   - a kind, if it has only Group and Kinds;
//   - the field at Path of a kind;
//   - a field at any depth, by its name Field: of the objects of Kinds, or of any object if
//     there is no Group and no Kinds;
//   - an annotation of any object, also in the templates of other objects, by its key
//     Annotation;
//   - a label, likewise, by its key Label.
type Row struct {
	// Word is the word of overlay.allow.
	Word string
	// Group is the API group, "" for the core group. A group that begins with "*." stands
	// for all groups with the rest as their end.
	Group string
	// Kinds are kinds of Group, nil for all of them.
	Kinds []string
	// Path has the syntax of fields.ParsePath. Missing, null and empty fields have no effect.
	Path string
	// Field is the name of a field. An asterisk at its start stands for any text, and then
	// upper and lower case are the same. Fields in labels, annotations and data are not meant.
	Field string
	// Value is the only text of Field with the effect, in upper or lower case. "" is for all
	// but Except.
	Value string
	// Annotation is the key of an annotation. An asterisk at its start or at its end stands
	// for any text.
	Annotation string
	// Label is the key of a label that an object gets, or "*" for all. Selectors are not meant.
	Label string
	// Admin is true for a row that is only about objects in the administration namespace.
	Admin bool
	// HarmlessInUserNamespace is true for a field of containers that has no effect in a pod
	// with hostUsers: false.
	HarmlessInUserNamespace bool
	// Except are values without the effect. The zero value is for none but null.
	Except Values
	// Why is the reason, and completes a sentence that begins with the object or the field.
	Why string
	// Fix is the remedy, "" for removing the field.
	Fix string
	// Source is where the effect is documented or implemented.
	Source string
}

// accepts reports whether the value at p has no effect outside of the preview. For the API
// server, null is the same as a missing value.
func (r Row) accepts(p fields.Place, in Scope) bool {
	if r.Value != "" && (p.Node.Kind != yaml.ScalarNode || !strings.EqualFold(p.Node.Value, r.Value)) {
		return true
	}
	return isNull(p.Node) || r.Except.have != nil && r.Except.have(p, in)
}

// isOf reports whether the row can be about objects of a kind.
func (r Row) isOf(gvk resid.Gvk) bool {
	switch {
	case r.Group == "" && r.Kinds == nil:
		return true
	case strings.HasPrefix(r.Group, "*."):
		if !strings.HasSuffix(gvk.Group, r.Group[1:]) {
			return false
		}
	case r.Group != gvk.Group:
		return false
	}
	return r.Kinds == nil || slices.Contains(r.Kinds, gvk.Kind)
}

// objectionTo returns the objection to the value at path, which has the key.
func (r Row) objectionTo(path, key string, value *yaml.Node) objection {
	o := objection{word: r.Word, reason: r.Why, fix: r.Fix, key: key}
	if r.Annotation == "" && r.Label == "" {
		o.text = object.Scalar(value)
	}
	if path != "" {
		o.reason = shortPath(path) + ": " + r.Why
	}
	if o.fix == "" {
		o.fix = "remove it"
	}
	return o
}
