package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// noDangerousKind refuses kinds that reach beyond their namespace.
func noDangerousKind(r *resource.Resource, _ scope) []objection {
	gvk := r.GetGvk()
	for _, k := range dangerousKinds(gvk.Group) {
		if slices.Contains(k.kinds, gvk.Kind) {
			return []objection{{k.word, k.why, k.fix}}
		}
	}
	if deploys(gvk.Group, gvk.Kind) {
		return []objection{{allowDeployer, "its controller would deploy what it names with rights of its own, past all that is checked here", "write what it deploys into the base"}}
	}
	return nil
}

// dangerous are kinds of one group that are refused.
type dangerous struct {
	kinds          []string
	word, why, fix string
}

// dangerousKinds are the kinds of a group that are refused.
func dangerousKinds(group string) []dangerous {
	switch group {
	case "apps":
		return []dangerous{{[]string{"DaemonSet"}, allowDaemonSet, "it would run on every node", "use a Deployment"}}
	case "", "discovery.k8s.io":
		// CVE-2021-25740.
		return []dangerous{{[]string{"Endpoints", "EndpointSlice"}, allowEndpoints, "a Service could point to any address with it, in other namespaces, too", "let the Service select its pods"}}
	case "authorization.openshift.io":
		return []dangerous{{[]string{"Role", "RoleBinding"}, allowClusterRole, "what it allows can't be checked", "write it for rbac.authorization.k8s.io/v1"}}
	case "gateway.networking.k8s.io":
		return []dangerous{
			{[]string{"Gateway", "ListenerSet"}, allowLoadBalancer, "it would open a port to the world for each preview", "use a Gateway that all previews share"},
			{[]string{"ReferenceGrant"}, allowReferenceGrant, "other namespaces could use what is in the preview's", "take it out"},
			{[]string{"TCPRoute", "UDPRoute"}, allowOtherHost, "it has no host, so it would take all that comes to a Gateway's port", "use an HTTPRoute, GRPCRoute or TLSRoute"},
		}
	}
	if kinds := hostKinds(group); kinds != nil {
		return []dangerous{{kinds, allowOtherHost, "previewset does not set its hosts, so it could take those of others", "use an Ingress or an HTTPRoute"}}
	}
	return nil
}

// hostKinds are kinds that name hosts, and that the overlay knows nothing of.
func hostKinds(group string) []string {
	switch group {
	case "externaldns.k8s.io":
		return []string{"DNSEndpoint"}
	case "getambassador.io":
		return []string{"Host", "Listener", "Mapping", "TCPMapping"}
	case "networking.istio.io":
		return []string{"Gateway", "ServiceEntry", "VirtualService"}
	case "projectcontour.io":
		return []string{"HTTPProxy"}
	case "route.openshift.io":
		return []string{"Route"}
	case "traefik.io", "traefik.containo.us":
		return []string{"IngressRoute", "IngressRouteTCP", "IngressRouteUDP"}
	}
	return nil
}

// deploys reports whether a kind is of Argo CD, Flux, Helm or the Operator
// Lifecycle Manager, whose controllers apply what such an object names, mostly
// as administrators of the cluster.
func deploys(group, kind string) bool {
	switch group {
	case "argoproj.io":
		return slices.Contains([]string{"Application", "ApplicationSet", "AppProject"}, kind)
	case "helm.cattle.io", "fluxcd.controlplane.io", "operators.coreos.com":
		return true
	}
	return strings.HasSuffix(group, ".toolkit.fluxcd.io")
}

// noOpenService refuses Services that are open to the world, or lead elsewhere.
func noOpenService(r *resource.Resource, _ scope) []objection {
	if gvk := r.GetGvk(); gvk.Group != "" || gvk.Kind != "Service" {
		return nil
	}
	spec := node(r.YNode(), "spec")
	var out []objection
	switch kind := node(spec, "type"); {
	case isOneOf(kind, "", "ClusterIP"):
	case isOneOf(kind, "NodePort"):
		out = append(out, objection{allowNodePort, "it would take a port of every node", "use an Ingress or an HTTPRoute"})
	case isOneOf(kind, "ExternalName"):
		// Through an Ingress, it opens what only the cluster may reach.
		out = append(out, objection{allowExternalName, "it can lead into other namespaces", "let pods use the other name themselves"})
	default:
		out = append(out, objection{allowLoadBalancer, "it would open a load balancer for each preview", "use an Ingress or an HTTPRoute"})
	}
	if !isNull(node(spec, "externalIPs")) {
		// CVE-2020-8554.
		out = append(out, objection{allowExternalIP, "spec.externalIPs: it could take the traffic of any address", "take it out"})
	}
	return out
}
