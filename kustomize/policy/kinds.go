package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// noDangerousKind refuses kinds that have an effect outside their namespace.
func noDangerousKind(r *resource.Resource, _ Scope) []objection {
	gvk := r.GetGvk()
	for _, k := range dangerousKinds[gvk.Group] {
		if slices.Contains(k.kinds, gvk.Kind) {
			return []objection{k.objection}
		}
	}
	if deploys(gvk.Group, gvk.Kind) {
		return []objection{{allowDeployer, "its controller would deploy other objects with rights of its own, and this policy could not check them", "write those objects into the base"}}
	}
	return nil
}

// deploys reports whether the controller of a kind applies other objects that such an
// object refers to.
func deploys(group, kind string) bool {
	kinds, known := deployers[group]
	return known && (kinds == nil || slices.Contains(kinds, kind)) || strings.HasSuffix(group, ".toolkit.fluxcd.io")
}

// noOpenService refuses Services that are reachable from outside the cluster, or that
// point to addresses outside the preview.
func noOpenService(r *resource.Resource, _ Scope) []objection {
	if gvk := r.GetGvk(); gvk.Group != "" || gvk.Kind != "Service" {
		return nil
	}
	spec := object.At(r.YNode(), "spec")
	var out []objection
	switch kind := object.At(spec, "type"); {
	case isOneOf(kind, "", "ClusterIP"):
	case isOneOf(kind, "NodePort"):
		out = append(out, objection{allowNodePort, "it would take a port of every node", "use an Ingress or an HTTPRoute"})
	case isOneOf(kind, "ExternalName"):
		// With an Ingress, it would expose services that are internal to the cluster.
		out = append(out, objection{allowExternalName, "it can lead into other namespaces", "let pods use the external name directly"})
	default:
		out = append(out, objection{allowLoadBalancer, "it would open a load balancer for each preview", "use an Ingress or an HTTPRoute"})
	}
	if !isListOf(object.At(spec, "externalIPs"), isNull) {
		// CVE-2020-8554.
		out = append(out, objection{allowExternalIP, "spec.externalIPs: it could take the traffic of any address", "remove it"})
	}
	return out
}
