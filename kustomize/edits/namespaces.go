package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// maxEdited bounds the texts in which overlays replace namespaces, in bytes.
const maxEdited = 4096

// ownNamespaces are the namespaces of a base, and the names of its objects. Overlays move
// the objects to the namespace of the preview, and the references to them.
type ownNamespaces struct {
	names []string
	// kinds has the kinds of the objects in these namespaces. They include the objects that
	// controllers create for them.
	kinds map[objectName][]string
	// sample is the namespace of the sample preview.
	sample string
}

// objectName is the name of objects. The namespace is "" for objects of a base without one.
type objectName struct{ namespace, name string }

// namespacesOf returns the namespaces of a base with these objects. A base whose objects
// have no namespace has none. admin is the administration namespace, and sample the namespace
// of the sample preview.
func namespacesOf(objects []*resource.Resource, admin, sample string) ownNamespaces {
	own := ownNamespaces{kinds: map[objectName][]string{}, sample: sample}
	for _, r := range objects {
		name := r.GetNamespace()
		if object.IsNamespace(r) {
			name = r.GetName()
		}
		if admin != "" && (name == admin || r.GetNamespace() == admin) {
			continue
		}
		if name == sample { // set by a component
			name = ""
		}
		fields.Derived(r, func(kind, of string) {
			key := objectName{name, of}
			own.kinds[key] = append(own.kinds[key], kind)
		})
		if name != "" && !slices.Contains(own.names, name) {
			own.names = append(own.names, name)
		}
	}
	return own
}

// has reports whether the base has the object of a reference to namespace. Each namespace
// has a ServiceAccount default and a ConfigMap kube-root-ca.crt.
func (own ownNamespaces) has(ref fields.Reference, namespace string) bool {
	if ref.Name == "" {
		return true
	}
	kinds := own.kindsOf(ref.Name, namespace)
	switch ref.Name {
	case "default":
		kinds = append(kinds, "ServiceAccount")
	case "kube-root-ca.crt":
		kinds = append(kinds, "ConfigMap")
	}
	if len(ref.Kinds) == 0 {
		return len(kinds) > 0
	}
	return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(ref.Kinds, kind) })
}

// kindsOf returns the kinds of the objects called name in namespace.
func (own ownNamespaces) kindsOf(name, namespace string) []string {
	return slices.Concat(own.kinds[objectName{namespace, name}], own.kinds[objectName{"", name}])
}

// mention is a namespace of the base in a field. moves is true if its meaning is certain,
// so that overlays replace it.
type mention struct {
	fields.Reference
	moves bool
}

// mentionsIn calls visit with each field of r that mentions a namespace of the base, in
// the order of the fields.
func (own ownNamespaces) mentionsIn(r *resource.Resource, table *fields.Table, visit func(fields.Place, []mention)) {
	if len(own.names) == 0 || object.IsNamespace(r) {
		return
	}
	known := rowsAt(r, table)
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		if isIdentity(p) {
			return true
		}
		refs := fields.ReferencesAt(r.YNode(), p, own.names)
		row, declared := known[p.Pointer]
		if declared {
			refs = row.ReferencesAt(refs, object.String(p.Node), own.names)
		}
		refs = slices.DeleteFunc(refs, func(ref fields.Reference) bool {
			return ref.Unsure() && ref.Name != "" && !slices.Contains(own.kindsOf(ref.Name, ref.In(object.String(p.Node))), "Service")
		})
		if len(refs) > 0 {
			visit(p, own.judged(p, refs, declared || !isConfigData(r, p)))
		}
		return true
	})
}

// rowsAt returns the rows of the Namespace fields of r by their pointers.
func rowsAt(r *resource.Resource, table *fields.Table) map[string]fields.Row {
	known := map[string]fields.Row{}
	for _, row := range table.Rows(r.GetGvk(), fields.Namespace) {
		for _, place := range row.Places(r.YNode()) {
			known[place.Pointer] = row
		}
	}
	return known
}

// judged returns references in the string at p, which overlays can change if it is
// editable, with what happens to them.
func (own ownNamespaces) judged(p fields.Place, refs []fields.Reference, editable bool) []mention {
	value := object.String(p.Node)
	editable = editable && len(value) <= maxEdited && !strings.Contains(value, own.sample)
	var all []mention
	for _, ref := range refs {
		all = append(all, mention{ref, editable && !ref.Unsure() && own.has(ref, ref.In(value))})
	}
	return all
}

// isIdentity reports whether p is in the metadata of an object, except its annotations of
// users. Kustomize changes the namespace, and annotations of tools have no effect.
func isIdentity(p fields.Place) bool {
	annotation, found := strings.CutPrefix(p.Pointer, "/metadata/annotations/")
	if !found {
		return strings.HasPrefix(p.Pointer, "/metadata/")
	}
	return strings.HasPrefix(annotation, "meta.helm.sh~1") || strings.HasPrefix(annotation, "internal.config.kubernetes.io") || strings.HasPrefix(annotation, "config.kubernetes.io") ||
		strings.HasPrefix(annotation, "kubectl.kubernetes.io~1last-applied-configuration")
}

// isConfigData reports whether p is in the data of a ConfigMap. Overlays change them only if
// overlay.fields has the field: they are files of programs, whose form is not known.
func isConfigData(r *resource.Resource, p fields.Place) bool {
	return r.GetKind() == "ConfigMap" && r.GetApiVersion() == "v1" && !strings.HasPrefix(p.Pointer, "/metadata/")
}
