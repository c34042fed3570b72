package fields

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Attachment describes the listeners from which a route gets requests: fields with
// Row.Listens of other objects.
type Attachment struct {
	// Kinds are the kinds of these objects. Parents is the path of the references to them, ""
	// for a route that needs no reference.
	Kinds   []string
	Parents string
	// Protocols are those of the listeners, nil for any.
	Protocols []string

	parents Path
}

// Listener is a listener of an object.
type Listener struct {
	Kind, Namespace, Name string
	// Section is the name of the listener in the object.
	Section, Port, Protocol string
}

// Accepts reports whether l can have requests for a route: n, an object in namespace.
func (a Attachment) Accepts(l Listener, n *yaml.Node, namespace string) bool {
	if !slices.Contains(a.Kinds, l.Kind) || a.Protocols != nil && !slices.Contains(a.Protocols, l.Protocol) {
		return false
	}
	return a.Parents == "" || slices.ContainsFunc(a.parents.Places(n), func(p Place) bool { return l.isParent(p.Node, namespace) })
}

// isParent reports whether ref, in a route in namespace, refers to l (ParentReference in
// sigs.k8s.io/gateway-api/apis/v1).
func (l Listener) isParent(ref *yaml.Node, namespace string) bool {
	for key, want := range map[string]string{"kind": l.Kind, "namespace": l.Namespace, "name": l.Name, "sectionName": l.Section, "port": l.Port} {
		value := object.Scalar(object.Child(ref, key))
		switch {
		case value != "":
		case key == "kind":
			value = "Gateway"
		case key == "namespace":
			value = namespace
		default:
			continue
		}
		if value != want {
			return false
		}
	}
	return true
}
