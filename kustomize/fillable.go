package kustomize

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// The functions in this file decide when filled objects can replace a build. Kustomize
// must process the overlay of every preview in the same way, for all values. It does,
// because each value is a complete scalar in an overlay, and because of how Kustomize
// works:
//
//   - It first processes the base and the kustomizations below it, without any value.
//   - It applies patches, namespace, labels, annotations and images by names, kinds
//     and fields. All of them come from the base.
//   - It adds hashes of the data of ConfigMaps that the base generates. An overlay
//     does not change this data.
//   - It updates references by name and namespace. An overlay changes only the name
//     of the Namespace, and there is only one namespace.
//
// isFillable and hasPlainValues check for the exceptions, and newObjects checks for them
// in the built objects.

// isFillable reports whether Kustomize builds all overlays on b in the same way, for
// all values.
func (b *Base) isFillable() bool {
	switch {
	case len(b.renderer.components) > 0: // they read values from the ConfigMap, and compute with them
	case b.files.Vars: // they insert values into other values
	case b.files.Configured: // it can make any field a reference
	case b.facts.bindings || b.files.Mentions("RoleBinding"): // Kustomize finds their subjects by namespace
	default:
		return !b.renderer.annotatesReferences()
	}
	return false
}

// annotatesReferences reports whether Kustomize could use an annotation of the set as
// the name of an object. It does so for some annotations of Ingress controllers
// (namereference.go in api/internal/konfig/builtinpluginconsts).
func (r *Renderer) annotatesReferences() bool {
	for _, a := range r.annotations {
		if strings.Contains(a.key, "ingress.kubernetes.io/") {
			return true
		}
	}
	return false
}

// hasPlainValues reports whether Kustomize processes the values of c in the same way as
// placeholders. It must read each value as a string, and it treats the namespace
// "default" as no namespace. Labels, tags and names can have only a few characters
// anyway. The data of the ConfigMap is parsed once and then copied. Annotations are
// parsed several times.
func (c *content) hasPlainValues() bool {
	if !object.IsWord(c.namespace) || !object.IsWord(c.schema) || c.namespace == "default" {
		return false
	}
	if slices.ContainsFunc(c.edits, func(value string) bool { return !object.IsASCII(value) }) {
		return false
	}
	for _, values := range []map[string]object.Quoted{c.annotations, c.namespaceAnnotations} {
		for _, value := range values {
			if !object.IsASCII(string(value)) {
				return false
			}
		}
	}
	return true
}
