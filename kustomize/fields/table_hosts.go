package fields

import "slices"

// hostRows returns the rows of hosts. The first row of a field counts.
func hostRows() []Row {
	return slices.Concat(
		ingressHosts(), gatewayHosts(), istioHosts(), traefikHosts(), openShiftHosts(), controllerHosts(),
		certificateHosts(), operatorHosts(), annotationHosts(), templateHosts(),
	)
}

// ingressHosts has Ingresses and the kinds that are written like them. An Ingress without
// rules, and a rule without a host, serve every host.
func ingressHosts() []Row {
	var rows []Row
	for _, k := range []struct{ group, kind, spec string }{
		{"networking.k8s.io", "Ingress", "spec"},
		{"extensions", "Ingress", "spec"},
		{"voyager.appscode.com", "Ingress", "spec"},
		{"networking.gke.io", "MultiClusterIngress", "spec.template.spec"},
	} {
		row := Row{
			Group: k.group, Kinds: []string{k.kind}, Path: k.spec + ".rules?[].host", Is: Host,
			Match: []string{"http?.paths[]", k.spec + ".ingressClassName?", "metadata.annotations?[kubernetes.io/ingress.class]"},
		}
		rows = append(rows, row)
		rows = append(rows, Row{Group: k.group, Kinds: row.Kinds, Path: k.spec + ".tls[].hosts?[]", Is: Host, Covers: true})
	}
	return rows
}

// meshParents are the kinds of the parents of routes in a mesh (GAMMA). Hostnames of such a
// route are those of Services, or of other systems: they are not hosts for users. The kinds are
// those of Kubernetes, Istio, Linkerd and Kuma.
var meshParents = []string{
	"Service", "ServiceImport", "ServiceEntry", "Hostname", "Server", "EgressNetwork",
	"MeshService", "MeshMultiZoneService", "MeshExternalService",
}

// gatewayHosts has the Gateway API (sigs.k8s.io/gateway-api/apis/v1). A listener for TCP or
// UDP must not have a host.
func gatewayHosts() []Row {
	const group, linkerd = "gateway.networking.k8s.io", "policy.linkerd.io"
	inMesh := Condition{Path: "spec.parentRefs[].kind?", Values: meshParents}
	notInMesh := inMesh
	notInMesh.Not = true
	notRaw := []Condition{{Path: "protocol", Values: []string{"TCP", "UDP"}, Not: true, Beside: true}}
	routes := []string{"HTTPRoute", "GRPCRoute"}
	gateways := Attachment{Kinds: []string{"Gateway", "ListenerSet", "XListenerSet"}, Parents: "spec.parentRefs[]"}
	web, tls := gateways, gateways
	web.Protocols, tls.Protocols = []string{"HTTP", "HTTPS"}, []string{"TLS"}
	return slices.Concat(
		[]Row{
			{
				Group: group, Kinds: routes, Path: "spec.hostnames?[]", Is: Host, If: []Condition{notInMesh},
				Match: []string{"spec.rules[].matches?[]", "spec.parentRefs?"}, Attach: &web,
			},
			{Group: group, Kinds: []string{"TLSRoute"}, Path: "spec.hostnames?[]", Is: Host, If: []Condition{notInMesh}, Attach: &tls},
			{Group: group, Kinds: []string{"Gateway", "ListenerSet"}, Path: "spec.listeners[].hostname?", Is: Host, Create: notRaw, Listens: true},
			{Group: "gateway.networking.x-k8s.io", Kinds: []string{"XListenerSet"}, Path: "spec.listeners[].hostname?", Is: Host, Create: notRaw, Listens: true},
			{Group: linkerd, Kinds: []string{"HTTPRoute"}, Path: "spec.hostnames[]", Is: Host, If: []Condition{notInMesh}},
			{Group: group, Kinds: []string{"HTTPRoute", "GRPCRoute", "TLSRoute"}, Path: "spec.hostnames[]", Is: HostReference, Mesh: true, If: []Condition{inMesh}},
			{Group: linkerd, Kinds: []string{"HTTPRoute"}, Path: "spec.hostnames[]", Is: HostReference, Mesh: true, If: []Condition{inMesh}},
		},
		routeFilters(group, routes...),
		routeFilters(linkerd, "HTTPRoute"),
		// Envoy Gateway (github.com/envoyproxy/gateway/api/v1alpha1).
		mentioned("gateway.envoyproxy.io", []string{"SecurityPolicy"},
			"spec.cors.allowOrigins[]", "spec.oidc.redirectURL", "spec.oidc.cookieDomain", "spec.oidc.provider.issuer",
			"spec.oidc.provider.authorizationEndpoint", "spec.oidc.provider.tokenEndpoint", "spec.oidc.provider.endSessionEndpoint",
			"spec.jwt.providers[].issuer", "spec.jwt.providers[].remoteJWKS.uri"),
		mentioned("gateway.envoyproxy.io", []string{"Backend"}, "spec.endpoints[].fqdn.hostname", "spec.endpoints[].hostname"),
	)
}

// routeFilters returns the rows of the filters of routes and of their backends.
func routeFilters(group string, kinds ...string) []Row {
	var paths []string
	for _, filters := range []string{"spec.rules[].filters[].", "spec.rules[].backendRefs[].filters[]."} {
		paths = append(paths,
			filters+"requestRedirect.hostname", filters+"urlRewrite.hostname", filters+"cors.allowOrigins[]",
			filters+"requestHeaderModifier.set[].value", filters+"requestHeaderModifier.add[].value",
			filters+"responseHeaderModifier.set[].value", filters+"responseHeaderModifier.add[].value")
	}
	return mentioned(group, kinds, paths...)
}
