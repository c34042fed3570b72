package policy

// dangerous are kinds of one group that are refused.
type dangerous struct {
	kinds []string
	objection
}

var endpoints = []dangerous{{
	// CVE-2021-25740.
	[]string{"Endpoints", "EndpointSlice"},
	objection{allowEndpoints, "a Service could point to any address with it, in other namespaces, too", "let the Service select its pods"},
}}

// dangerousKinds are the kinds that reach beyond their namespace, by group.
var dangerousKinds = map[string][]dangerous{
	"":                 endpoints,
	"discovery.k8s.io": endpoints,
	"apps": {{
		[]string{"DaemonSet"},
		objection{allowDaemonSet, "it would run on every node", "use a Deployment"},
	}},
	"authorization.openshift.io": {{
		[]string{"Role", "RoleBinding"},
		objection{allowClusterRole, "what it allows can't be checked", "write it for rbac.authorization.k8s.io/v1"},
	}},
	"gateway.networking.k8s.io": {{
		[]string{"Gateway", "ListenerSet"},
		objection{allowLoadBalancer, "it would open a port to the world for each preview", "use a Gateway that all previews share"},
	}, {
		[]string{"ReferenceGrant"},
		objection{allowReferenceGrant, "other namespaces could use what is in the preview's", "take it out"},
	}, {
		[]string{"TCPRoute", "UDPRoute"},
		objection{allowOtherHost, "it has no host, so it would take all that comes to a Gateway's port", "use an HTTPRoute, GRPCRoute or TLSRoute"},
	}},
}

// hostKinds are kinds, by group, that name hosts, and that the overlay knows
// nothing of.
var hostKinds = map[string][]string{
	"externaldns.k8s.io":  {"DNSEndpoint"},
	"getambassador.io":    {"Host", "Listener", "Mapping", "TCPMapping"},
	"networking.istio.io": {"Gateway", "ServiceEntry", "VirtualService"},
	"projectcontour.io":   {"HTTPProxy"},
	"route.openshift.io":  {"Route"},
	"traefik.io":          {"IngressRoute", "IngressRouteTCP", "IngressRouteUDP"},
	"traefik.containo.us": {"IngressRoute", "IngressRouteTCP", "IngressRouteUDP"},
}

// deployers are groups of Argo CD, Flux, Helm and the Operator Lifecycle Manager,
// with those of their kinds whose controllers apply what such an object names,
// mostly as administrators of the cluster; without kinds, all of a group's. Flux has
// more groups, see deploys.
var deployers = map[string][]string{
	"argoproj.io":            {"Application", "ApplicationSet", "AppProject"},
	"fluxcd.controlplane.io": nil,
	"helm.cattle.io":         nil,
	"operators.coreos.com":   nil,
}
