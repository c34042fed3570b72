package policy

import (
	"regexp"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/kinds"
	"github.com/previewset/previewset/kustomize/object"
)

// The syntax of versions and kinds. The API server accepts more: it reads an
// apiVersion of "/v1" as "v1" (ParseGroupVersion in k8s.io/apimachinery), while this
// package would not recognise it.
var (
	apiVersion = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[a-z0-9]+$`)
	kindName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
)

// onlyCheckableKinds refuses objects whose kind Argo CD or the API server could read
// differently, and lists. Argo CD applies the items of any object that has a list of
// items (IsList in k8s.io/apimachinery/pkg/apis/meta/v1/unstructured).
func onlyCheckableKinds(r *resource.Resource, _ Scope) (reason, fix string) {
	switch {
	case !apiVersion.MatchString(r.GetApiVersion()) || !kindName.MatchString(r.GetKind()):
		return "its apiVersion or kind is not valid", "use the syntax of Kubernetes: apiVersion: group/version or v1"
	case object.At(r.YNode(), "items") != nil:
		return "it has a list of items, and the items can't be checked", "write the items as separate objects"
	}
	return "", ""
}

// noClusterKind refuses cluster-wide objects except the preview's Namespace, because
// all previews would share them.
func noClusterKind(r *resource.Resource, scope Scope) (reason, fix string) {
	switch {
	case scope.IsAdminNamespace(r):
		return "all previews share the administration namespace", "leave it out of the base and install it once for the cluster"
	case object.IsNamespace(r) && scope.Own != "" && r.GetName() != scope.Own:
		return "it is not the preview's own namespace", "leave it out of the base"
	case object.IsNamespace(r):
		return "", ""
	}
	if !clusterWide(r) {
		return "", ""
	}
	return r.GetKind() + " is a cluster-wide kind, which all previews would share", "leave it out of the base and install it once for the cluster"
}

// onlyOwnNamespace refuses objects in namespaces of others.
func onlyOwnNamespace(r *resource.Resource, scope Scope) (reason, fix string) {
	if scope.Own == "" || object.IsNamespace(r) || r.GetNamespace() == scope.Own || scope.IsAdmin(r) {
		return "", ""
	}
	return "it is in the namespace \"" + object.OneLine(r.GetNamespace()) + "\" and not in the preview's own", "remove its namespace"
}

// clusterWide reports whether the kind of r is known to be cluster-wide. It returns
// false for unknown kinds.
func clusterWide(r *resource.Resource) bool {
	return kinds.ScopeOf(r.GetGvk().Group, r.GetKind()) == kinds.Cluster
}
