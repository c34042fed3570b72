package kustomize

import (
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// What follows says when filled objects can stand for a build. Kustomize has to do
// the same to every preview's overlay, whatever the values are. It does, because
// overlays are written so that each value is a complete scalar, and of what
// Kustomize does with an overlay on a base
//
//   - reading what the base refers to, and everything in the kustomizations below
//     it, comes first and knows no value;
//   - patches, namespace, labels, annotations and images are put where names,
//     kinds and fields say, which are the base's;
//   - hashes are of the data of ConfigMaps that the base generates, which an
//     overlay does not change;
//   - references follow names, of which overlays change that of the Namespace
//     alone, and namespaces, of which there is one.
//
// The exceptions are what isFillable and hasPlainValues look for, and newObjects in
// what was built.

// isFillable reports whether overlays on b are built the same whatever their values.
func (b *Base) isFillable() bool {
	switch {
	case len(b.renderer.components) > 0: // reads values from the ConfigMap, and computes with them
	case b.files.Vars: // puts values inside of others
	case b.files.Configured: // can make a reference of any field
	case b.facts.bindings || b.files.Mentions("RoleBinding"): // has subjects, which are found by namespace
	default:
		return !b.renderer.annotatesReferences()
	}
	return false
}

// annotatesReferences reports whether an annotation of the set's could be taken
// for the name of an object, as Kustomize takes those of Ingress controllers
// (namereference.go in api/internal/konfig/builtinpluginconsts).
func (r *Renderer) annotatesReferences() bool {
	for _, a := range r.annotations {
		if strings.Contains(a.key, "ingress.kubernetes.io/") {
			return true
		}
	}
	return false
}

// hasPlainValues reports whether Kustomize has no reason to treat the values of c
// otherwise than placeholders. It reads them as strings wherever they are, and
// "default" is for it the same as no namespace. Labels, tags and names have few
// characters by their own rules, and what the ConfigMap says is read once and only copied;
// annotations go through several parsers.
func (c *content) hasPlainValues() bool {
	if !object.IsWord(c.namespace) || !object.IsWord(c.host) || !object.IsWord(c.schema) || c.namespace == "default" {
		return false
	}
	for _, values := range []map[string]object.Quoted{c.annotations, c.links} {
		for _, value := range values {
			if !object.IsASCII(string(value)) {
				return false
			}
		}
	}
	return true
}
