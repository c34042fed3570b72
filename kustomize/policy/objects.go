package policy

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

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
// all previews would share them, and objects of unknown kinds, which can be cluster-wide.
func noClusterKind(r *resource.Resource, scope Scope) (reason, fix string) {
	switch {
	case scope.IsAdminNamespace(r):
		return "all previews share the administration namespace", "leave it out of the base and install it once for the cluster"
	case object.IsNamespace(r) && scope.Own != "" && r.GetName() != scope.Own:
		return "it is not the preview's own namespace", "leave it out of the base"
	case object.IsNamespace(r):
		return "", ""
	}
	switch scope.Kinds.scopeOf(r.GetGvk()) {
	case kinds.Cluster:
		return r.GetKind() + " is a cluster-wide kind, which all previews would share", "leave it out of the base and install it once for the cluster"
	case kinds.Unknown:
		return unknownKind(r.GetGvk())
	case kinds.Namespaced:
	}
	return "", ""
}

// unknownKind refuses a kind whose scope nobody has stated: if it is cluster-wide, all
// previews would share the object. The syntax of the kind is valid.
func unknownKind(gvk resid.Gvk) (reason, fix string) {
	key := keyOf(gvk)
	reason = "previewset does not know whether " + key + " is cluster-wide, and all previews would share such an object"
	fix = "if it is namespaced (kubectl api-resources), add this to the overlay of the set: kinds: {scopes: {" + key + ": Namespaced}}"
	if others := sameKind(gvk); len(others) > 0 {
		fix = "correct its apiVersion if it is " + strings.Join(others, " or ") + ", or, " + fix
	}
	return reason, fix
}

// sameKind returns the namespaced kinds with the same name whose group the author can have
// meant, or nil if they are many.
func sameKind(gvk resid.Gvk) (others []string) {
	const most = 3
	for _, group := range kinds.Groups() {
		meant := gvk.Group == "" || ownerOf(gvk.Group) == ownerOf(group.Name)
		if meant && slices.Contains(group.Namespaced, gvk.Kind) && !strings.HasPrefix(group.Name, "*") {
			others = append(others, keyOf(resid.Gvk{Group: group.Name, Kind: gvk.Kind}))
		}
	}
	if len(others) > most {
		return nil
	}
	return others
}

// ownerOf returns the name of the project that owns a group: "istio" for networking.istio.io. Many
// projects have a kind with a name such as Test, so only a group of the same project is a mistake.
// Groups without a dot are those of Kubernetes.
func ownerOf(group string) string {
	labels := strings.Split(group, ".")
	if len(labels) == 1 {
		return "k8s"
	}
	return labels[len(labels)-2]
}

// onlyOwnNamespace refuses objects in namespaces of others.
func onlyOwnNamespace(r *resource.Resource, scope Scope) (reason, fix string) {
	if scope.Own == "" || object.IsNamespace(r) || r.GetNamespace() == scope.Own || scope.IsAdmin(r) {
		return "", ""
	}
	return "it is in the namespace \"" + object.OneLine(r.GetNamespace()) + "\" and not in the preview's own", "remove its namespace"
}
