package policy

import (
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// What the API server can take for a version and a kind. An apiVersion of
// "/v1" means "v1" to it (ParseGroupVersion in k8s.io/apimachinery), and would
// mean something else here.
var (
	apiVersion = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[a-z0-9]+$`)
	kindName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
)

// readable refuses what could be taken for another kind than it is here. Argo
// CD looks for objects in whatever has a list of items (IsList in
// k8s.io/apimachinery/pkg/apis/meta/v1/unstructured).
func readable(r *resource.Resource, _ Scope) (reason, fix string) {
	switch {
	case !apiVersion.MatchString(r.GetApiVersion()) || !kindName.MatchString(r.GetKind()):
		return "its apiVersion or kind is not one of Kubernetes", "write them as Kubernetes does: apiVersion: group/version or v1"
	case object.At(r.YNode(), "items") != nil:
		return "it has a list of items, and what is in it can't be checked", "write its items as objects of their own"
	}
	return "", ""
}

// noSecret keeps secrets out of Git, where they stay readable in history.
func noSecret(r *resource.Resource, _ Scope) (reason, fix string) {
	if gvk := r.GetGvk(); gvk.Group != "" || gvk.Kind != "Secret" {
		return "", ""
	}
	return "a plain Secret must not be committed", "use an ExternalSecret or a SealedSecret, or copy it into the namespace in the cluster"
}

// noClusterKind keeps previews from changing what they share.
func noClusterKind(r *resource.Resource, in Scope) (reason, fix string) {
	switch {
	case object.IsNamespace(r) && in.Admin != "" && r.GetName() == in.Admin:
		return "all previews share the administration namespace", "leave it out of the base and install it once for the cluster"
	case object.IsNamespace(r) && in.Own != "" && r.GetName() != in.Own:
		return "it is not the preview's own namespace, " + in.Own, "leave it out of the base"
	case object.IsNamespace(r):
		return "", ""
	}
	if !clusterWide(r) {
		return "", ""
	}
	return r.GetKind() + " is a cluster-wide kind, which all previews would share", "leave it out of the base and install it once for the cluster"
}

// ownNamespace keeps previews out of other namespaces.
func ownNamespace(r *resource.Resource, in Scope) (reason, fix string) {
	if in.Own == "" || object.IsNamespace(r) || r.GetNamespace() == in.Own || in.IsAdmin(r) {
		return "", ""
	}
	return "it is in the namespace \"" + object.OneLine(r.GetNamespace()) + "\" and not in the preview's own, " + in.Own, "take out what sets its namespace"
}

// clusterWide reports whether r is of a kind that is known to be cluster-wide.
// Unknown kinds pass for namespaced ones.
func clusterWide(r *resource.Resource) bool {
	gvk := r.GetGvk()
	if slices.Contains(clusterKinds[gvk.Group], gvk.Kind) {
		return true
	}
	return openapi.IsCertainlyClusterScoped(yaml.TypeMeta{APIVersion: r.GetApiVersion(), Kind: gvk.Kind})
}
