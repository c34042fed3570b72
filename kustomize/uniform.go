package kustomize

import (
	"bytes"
	"strings"
)

// What follows says when a mould can stand for a build. Kustomize has to do the
// same to every preview's overlay, whatever the values are. It does, because
// overlays are written so that each value is a whole scalar, and of what
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
// The exceptions are what uniform and opaque look for, and newMould in what was
// built.

// uniform reports whether overlays on b are built the same whatever their values.
// read is what b was read from.
func (b *Base) uniform(read *closure) bool {
	switch {
	case len(b.renderer.components) > 0: // reads values from the ConfigMap, and computes with them
	case read.vars: // puts values in the midst of others
	case read.configured: // can make a reference of any field
	case b.facts.bindings || read.mentions("RoleBinding"): // has subjects, which are found by namespace
	default:
		return !b.renderer.annotatesReferences()
	}
	return false
}

// mentions reports whether a file has word in it: objects that are for Kustomize
// alone are not in what it builds.
func (c *closure) mentions(word string) bool {
	for _, content := range c.files {
		if bytes.Contains(content, []byte(word)) {
			return true
		}
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

// opaque reports whether Kustomize has no reason to treat the values of c
// otherwise than a placeholder. It reads them as strings wherever they are, and
// "default" is for it the same as no namespace. Labels, tags and names have few
// characters anyhow, and what the ConfigMap says is read once and only copied;
// annotations go through several parsers.
func (c *content) opaque() bool {
	if !isWord(c.namespace) || !isWord(c.host) || !isWord(c.schema) || c.namespace == "default" {
		return false
	}
	for _, values := range []map[string]quoted{c.annotations, c.links} {
		for _, value := range values {
			if !isASCII(string(value)) {
				return false
			}
		}
	}
	return true
}
