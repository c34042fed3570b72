package fields

import "slices"

// Groups of Istio.
const (
	istioNetworking = "networking.istio.io"
	istioSecurity   = "security.istio.io"
)

// istioHosts has the kinds of Istio (istio.io/api/networking/v1alpha3, security/v1beta1)
// and of Flagger, which writes some of them.
//
// A VirtualService without a Gateway changes how clients in the mesh reach a host, which
// can be a host on the Internet. So does a ServiceEntry. Such hosts are not those of the
// base. Other namespaces use them, unless spec.exportTo is ".".
func istioHosts() []Row {
	return slices.Concat(istioServed(), istioMentioned(), flaggerHosts())
}

func istioServed() []Row {
	onlyMesh := Condition{Path: "spec.gateways?[]", Values: []string{"", "mesh"}}
	withGateway := onlyMesh
	withGateway.Not = true
	exported := Condition{Path: "spec.exportTo?[]", Values: []string{"."}, Not: true}
	const fix = `set spec.exportTo: ["."], so that only this namespace uses it`
	service := []string{"VirtualService"}
	return []Row{
		{
			Group: istioNetworking, Kinds: service, Path: "spec.hosts[]", Is: Host, Mesh: true, If: []Condition{withGateway},
			Match: []string{"spec.http[].match?", "spec.gateways?"},
		},
		{Group: istioNetworking, Kinds: service, Path: "spec.hosts[]", Is: HostReference, Mesh: true, If: []Condition{onlyMesh}},
		{Group: istioNetworking, Kinds: service, Path: "spec.hosts[]", Is: OtherHost, Mesh: true, If: []Condition{onlyMesh, exported}, Fix: fix},
		{Group: istioNetworking, Kinds: service, Path: "spec.tls[].match[].sniHosts[]", Is: Host, Mesh: true, If: []Condition{withGateway}},
		{Group: istioNetworking, Kinds: service, Path: "spec.tls[].match[].sniHosts[]", Is: HostReference, Mesh: true, If: []Condition{onlyMesh}},
		{Group: istioNetworking, Kinds: []string{"Gateway"}, Path: "spec.servers[].hosts?[]", Is: Host, Form: Scoped, Covers: true},
		{Group: istioNetworking, Kinds: []string{"ServiceEntry"}, Path: "spec.hosts[]", Is: HostReference, Mesh: true},
		{Group: istioNetworking, Kinds: []string{"ServiceEntry"}, Path: "spec.hosts[]", Is: OtherHost, Mesh: true, If: []Condition{exported}, Fix: fix},
		{Group: istioNetworking, Kinds: []string{"Sidecar"}, Path: "spec.egress[].hosts[]", Is: HostReference, Form: Scoped, Mesh: true},
	}
}

func istioMentioned() []Row {
	return slices.Concat(
		mentioned(istioNetworking, []string{"VirtualService"},
			"spec.http[].redirect.authority", "spec.http[].rewrite.authority",
			"spec.http[].corsPolicy.allowOrigins[].exact", "spec.http[].corsPolicy.allowOrigin[]",
			"spec.http[].match[].authority.exact",
			"spec.http[].headers.request.set[*]", "spec.http[].headers.response.set[*]",
			"spec.http[].route[].destination.host", "spec.http[].mirror.host", "spec.http[].mirrors[].destination.host",
			"spec.tls[].route[].destination.host", "spec.tcp[].route[].destination.host"),
		mentioned(istioNetworking, []string{"DestinationRule"}, "spec.host", "spec.trafficPolicy.tls.sni", "spec.trafficPolicy.tls.subjectAltNames[]"),
		mentioned(istioNetworking, []string{"ServiceEntry"}, "spec.endpoints[].address", "spec.subjectAltNames[]"),
		mentioned(istioNetworking, []string{"EnvoyFilter"},
			"spec.configPatches[].match.routeConfiguration.vhost.name", "spec.configPatches[].match.listener.filterChain.sni"),
		mentioned(istioSecurity, []string{"AuthorizationPolicy"},
			"spec.rules[].to[].operation.hosts[]", "spec.rules[].to[].operation.notHosts[]", "spec.rules[].when[].values[]"),
		mentioned(istioSecurity, []string{"RequestAuthentication"}, "spec.jwtRules[].issuer", "spec.jwtRules[].jwksUri"),
	)
}

// flaggerHosts has the Canary of Flagger (github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1).
// With gatewayRefs and without hosts, its HTTPRoute serves every host.
func flaggerHosts() []Row {
	kinds := []string{"Canary"}
	return append(
		mentioned("flagger.app", kinds,
			"spec.service.rewrite.authority", "spec.service.corsPolicy.allowOrigins[].exact", "spec.service.corsPolicy.allowOrigin[]",
			"spec.service.headers.request.set[*]", "spec.analysis.webhooks[].url", "spec.analysis.webhooks[].metadata[*]"),
		Row{
			Group: "flagger.app", Kinds: kinds, Path: "spec.service.hosts?[]", Is: Host, Mesh: true,
			Create: []Condition{{Path: "spec.service.gatewayRefs[].name"}},
		},
	)
}
