package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// noDangerousKind refuses kinds that reach beyond their namespace.
func noDangerousKind(r *resource.Resource, _ Scope) []objection {
	gvk := r.GetGvk()
	for _, k := range dangerousKinds[gvk.Group] {
		if slices.Contains(k.kinds, gvk.Kind) {
			return []objection{k.objection}
		}
	}
	if slices.Contains(hostKinds[gvk.Group], gvk.Kind) {
		return []objection{{allowOtherHost, "previewset does not set its hosts, so it could take those of others", "use an Ingress or an HTTPRoute"}}
	}
	if deploys(gvk.Group, gvk.Kind) {
		return []objection{{allowDeployer, "its controller would deploy what it names with rights of its own, past all that is checked here", "write what it deploys into the base"}}
	}
	return nil
}

// deploys reports whether the controller of a kind applies what such an object
// names.
func deploys(group, kind string) bool {
	kinds, known := deployers[group]
	return known && (kinds == nil || slices.Contains(kinds, kind)) || strings.HasSuffix(group, ".toolkit.fluxcd.io")
}

// noOpenService refuses Services that are open to the world, or lead elsewhere.
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
		// Through an Ingress, it opens what only the cluster may reach.
		out = append(out, objection{allowExternalName, "it can lead into other namespaces", "let pods use the other name themselves"})
	default:
		out = append(out, objection{allowLoadBalancer, "it would open a load balancer for each preview", "use an Ingress or an HTTPRoute"})
	}
	if !isNull(object.At(spec, "externalIPs")) {
		// CVE-2020-8554.
		out = append(out, objection{allowExternalIP, "spec.externalIPs: it could take the traffic of any address", "take it out"})
	}
	return out
}
