package object

import "sigs.k8s.io/kustomize/api/resource"

// IsNamespace reports whether r is a Namespace.
func IsNamespace(r *resource.Resource) bool {
	return r.GetKind() == "Namespace" && r.GetApiVersion() == "v1"
}

// Describe returns "Kind name" for messages.
func Describe(r *resource.Resource) string { return OneLine(r.GetKind() + " " + r.GetName()) }
