package policy

// refusedKinds has kinds of one group that are refused for the same reason.
type refusedKinds struct {
	kinds []string
	objection
}

var endpoints = []refusedKinds{{
	// CVE-2021-25740.
	[]string{"Endpoints", "EndpointSlice"},
	objection{allowEndpoints, "with it, a Service could point to any address, also in other namespaces", "let the Service select its pods"},
}}

// withoutHost are kinds with a port of a shared controller and no host.
func withoutHost(kinds ...string) []refusedKinds {
	return []refusedKinds{{kinds, objection{allowOtherHost, "it has no host, so it would take a port of a shared controller", "use a kind of route with a host"}}}
}

// dangerousKinds has the kinds that have an effect outside their namespace, by group.
var dangerousKinds = map[string][]refusedKinds{
	"":                 endpoints,
	"discovery.k8s.io": endpoints,
	"apps": {{
		[]string{"DaemonSet"},
		objection{allowDaemonSet, "it would run on every node", "use a Deployment"},
	}},
	"authorization.openshift.io": {{
		[]string{"Role", "RoleBinding"},
		objection{allowClusterRole, "its rules can't be checked", "write it for rbac.authorization.k8s.io/v1"},
	}},
	"configuration.konghq.com": withoutHost("UDPIngress"),
	"getambassador.io":         withoutHost("Listener"),
	"traefik.io":               withoutHost("IngressRouteUDP"),
	"traefik.containo.us":      withoutHost("IngressRouteUDP"),
	"gateway.networking.x-k8s.io": {{
		[]string{"XListenerSet"},
		objection{allowLoadBalancer, "it would open a port to the world for each preview", "use a Gateway that all previews share"},
	}},
	"gateway.networking.k8s.io": {{
		[]string{"Gateway", "ListenerSet"},
		objection{allowLoadBalancer, "it would open a port to the world for each preview", "use a Gateway that all previews share"},
	}, {
		[]string{"ReferenceGrant"},
		objection{allowReferenceGrant, "other namespaces could use objects of the preview's namespace", "remove it"},
	}, {
		[]string{"TCPRoute", "UDPRoute"},
		objection{allowOtherHost, "it has no host, so it would take all traffic of a Gateway's port", "use an HTTPRoute, GRPCRoute or TLSRoute"},
	}},
}

// deployers has the kinds of Argo CD, Flux, Helm and the Operator Lifecycle Manager
// whose controllers apply other objects, mostly as administrators of the cluster, by
// group. nil means all kinds of the group. deploys knows the other groups of Flux.
var deployers = map[string][]string{
	"argoproj.io":            {"Application", "ApplicationSet", "AppProject"},
	"fluxcd.controlplane.io": nil,
	"helm.cattle.io":         nil,
	"operators.coreos.com":   nil,
}
