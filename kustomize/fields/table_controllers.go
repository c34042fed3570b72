package fields

import "slices"

// openShiftHosts has the Route of OpenShift (github.com/openshift/api/route/v1) and the
// kinds of Knative (knative.dev/serving/pkg/apis/serving/v1beta1,
// knative.dev/networking/pkg/apis/networking/v1alpha1). OpenShift generates the host of a
// Route without one. The name of a DomainMapping is its host.
func openShiftHosts() []Row {
	const route, knative = "route.openshift.io", "serving.knative.dev"
	const internal = "networking.internal.knative.dev"
	kinds := []string{"Route"}
	return []Row{
		{Group: route, Kinds: kinds, Path: "spec.host", Is: Host, Match: []string{"spec.path?"}},
		{
			Group: route, Kinds: kinds, Path: "spec.subdomain", Is: OtherHost, Form: Pattern,
			If: []Condition{{Path: "spec.host", Not: true}}, Fix: "remove it, and OpenShift generates a host",
		},
		{
			Group: route, Kinds: kinds, Path: "spec.wildcardPolicy", Is: OtherHost, Form: Pattern,
			If: []Condition{{Path: "spec.wildcardPolicy", Values: []string{"None"}, Not: true}}, Fix: "remove it",
		},
		{Group: knative, Kinds: []string{"DomainMapping"}, Path: "metadata.name", Is: Host},
		{Group: internal, Kinds: []string{"Ingress"}, Path: "spec.rules[].hosts?[]", Is: Host, Mesh: true},
		{Group: internal, Kinds: []string{"Ingress"}, Path: "spec.tls[].hosts[]", Is: Host, Mesh: true},
	}
}

// controllerHosts has the kinds of other ingress controllers.
func controllerHosts() []Row {
	return slices.Concat(
		contourHosts(), nginxHosts(), kongHosts(), apisixHosts(), emissaryHosts(), glooHosts(), skipperHosts(), tunnelHosts(), gatewayOperatorHosts(),
	)
}

// contourHosts has the HTTPProxy of Contour
// (github.com/projectcontour/contour/apis/projectcontour/v1). Without a virtualhost,
// others include it.
func contourHosts() []Row {
	const group = "projectcontour.io"
	kinds := []string{"HTTPProxy"}
	return append(
		mentioned(group, kinds,
			"spec.virtualhost.corsPolicy.allowOrigin[]", "spec.virtualhost.jwtProviders[].issuer", "spec.virtualhost.jwtProviders[].remoteJWKS.uri",
			"spec.routes[].requestRedirectPolicy.hostname", "spec.routes[].requestHeadersPolicy.set[].value",
			"spec.routes[].responseHeadersPolicy.set[].value", "spec.routes[].cookieRewritePolicies[].domainRewrite.value",
			"spec.routes[].services[].requestHeadersPolicy.set[].value", "spec.routes[].healthCheckPolicy.host"),
		Row{Group: group, Kinds: kinds, Path: "spec.virtualhost.fqdn?", Is: Host, Match: []string{"spec.ingressClassName?"}},
	)
}

// nginxHosts has the kinds of F5 NGINX
// (github.com/nginx/kubernetes-ingress/pkg/apis/configuration/v1). A TransportServer
// without a host takes a port of the controller.
func nginxHosts() []Row {
	const group = "k8s.nginx.org"
	server, route := []string{"VirtualServer"}, []string{"VirtualServerRoute"}
	var actions []string
	for _, action := range []string{".", ".splits[].", ".matches[].", ".matches[].splits[]."} {
		for _, field := range []string{"action.redirect.url", "action.proxy.requestHeaders.set[].value"} {
			actions = append(actions, action+field)
		}
	}
	below := func(routes string) []string {
		var paths []string
		for _, action := range actions {
			paths = append(paths, routes+action)
		}
		return paths
	}
	return slices.Concat(
		[]Row{
			{Group: group, Kinds: server, Path: "spec.host?", Is: Host, Match: []string{"spec.ingressClassName?"}},
			{Group: group, Kinds: route, Path: "spec.host?", Is: Host},
			{
				Group: group, Kinds: []string{"TransportServer"}, Path: "spec.host?", Is: Host, Required: true,
				Fix: "set spec.host, with a listener for TLS passthrough or with spec.tls",
			},
		},
		mentioned(group, server, below("spec.routes[]")...),
		mentioned(group, route, below("spec.subroutes[]")...),
		mentioned(group, []string{"Policy"},
			"spec.oidc.authEndpoint", "spec.oidc.tokenEndpoint", "spec.oidc.jwksURI", "spec.oidc.endSessionEndpoint", "spec.oidc.redirectURI"),
	)
}

// kongHosts has the kinds of Kong (github.com/kong/kubernetes-configuration/api). A rule
// of a TCPIngress without a host takes a port of Kong.
func kongHosts() []Row {
	const group = "configuration.konghq.com"
	return slices.Concat(
		[]Row{{
			Group: group, Kinds: []string{"TCPIngress"}, Path: "spec.rules[].host?", Is: Host, Required: true,
			Fix: "set the host of the rule, with spec.tls",
		}},
		covering(group, []string{"TCPIngress"}, "spec.tls[].hosts[]"),
		served(group, []string{"KongIngress"}, "route.snis[]"),
		served(group, []string{"KongRoute"}, "spec.hosts?[]", "spec.snis[]"),
		served(group, []string{"KongSNI"}, "spec.name"),
		mentioned(group, []string{"KongPlugin"}, "config.origins[]", "config.redirect_uri", "config.redirect_uri[]", "config.issuer"),
	)
}

// apisixHosts has the kinds of APISIX
// (github.com/apache/apisix-ingress-controller/api/v2). A stream without a host takes a
// port of APISIX.
func apisixHosts() []Row {
	const group = "apisix.apache.org"
	route := []string{"ApisixRoute"}
	return slices.Concat(
		[]Row{
			{Group: group, Kinds: route, Path: "spec.http[].match.hosts?[]", Is: Host, Match: []string{"paths"}},
			{
				Group: group, Kinds: route, Path: "spec.stream[].match.host?", Is: Host, Required: true,
				Fix: "set the host of the stream",
			},
		},
		served(group, route, "spec.rules[].host?"), // v1
		covering(group, []string{"ApisixTls"}, "spec.hosts[]"),
		mentioned(group, []string{"ApisixUpstream"}, "spec.externalNodes[].name"),
	)
}

// emissaryHosts has the kinds of Emissary
// (github.com/emissary-ingress/emissary/pkg/api/getambassador.io). A Mapping has its host
// in one of two fields. A TCPMapping without a host takes a port of Emissary.
func emissaryHosts() []Row {
	const group = "getambassador.io"
	mapping := []string{"Mapping"}
	regular := Condition{Path: "spec.host_regex", Values: []string{"true"}}
	plain := regular
	plain.Not = true
	attach := &Attachment{Kinds: []string{"Host"}}
	return slices.Concat(
		[]Row{
			{Group: group, Kinds: []string{"Host"}, Path: "spec.hostname?", Is: Host, Listens: true},
			{
				Group: group, Kinds: mapping, Path: "spec.hostname?", Is: Host, Create: []Condition{{Path: "spec.host", Not: true}},
				Match: []string{"spec.prefix?", "spec.method?", "spec.headers?"}, Attach: attach,
			},
			{
				Group: group, Kinds: mapping, Path: "spec.host", Is: Host, If: []Condition{plain},
				Match: []string{"spec.prefix?", "spec.method?", "spec.headers?"}, Attach: attach,
			},
			{Group: group, Kinds: mapping, Path: "spec.host", Is: OtherHost, Form: Pattern, If: []Condition{regular}, Fix: "remove host_regex, and name the host"},
			{
				Group: group, Kinds: []string{"TCPMapping"}, Path: "spec.host?", Is: Host, Required: true,
				Fix: "set spec.host, with a TLSContext",
			},
		},
		covering(group, []string{"TLSContext"}, "spec.hosts[]"),
		mentioned(group, mapping, "spec.host_rewrite", "spec.cors.origins", "spec.cors.origins[]", "spec.headers[*]", "spec.add_request_headers[*].value"),
	)
}

// glooHosts has the kinds of Gloo (github.com/solo-io/gloo/projects/gateway/pkg/api/v1).
// A RouteTable has no hosts: VirtualServices refer to it.
func glooHosts() []Row {
	const group = "gateway.solo.io"
	service := []string{"VirtualService"}
	return slices.Concat(
		[]Row{{
			Group: group, Kinds: service, Path: "spec.virtualHost.domains?[]", Is: Host,
			Match: []string{"spec.virtualHost.routes[].matchers?"},
		}},
		covering(group, service, "spec.sslConfig.sniDomains[]"),
		served(group, []string{"Gateway"}, "spec.tcpGateway.tcpHosts[].sslConfig.sniDomains[]"),
		mentioned(group, service,
			"spec.virtualHost.routes[].redirectAction.hostRedirect", "spec.virtualHost.routes[].options.hostRewrite", "spec.virtualHost.options.cors.allowOrigin[]"),
		mentioned(group, []string{"RouteTable"},
			"spec.routes[].redirectAction.hostRedirect", "spec.routes[].options.hostRewrite", "spec.routes[].options.cors.allowOrigin[]"),
	)
}

// skipperHosts has the kinds of Skipper and of Zalando's StackSets
// (github.com/szuecs/routegroup-client/apis/zalando.org/v1).
func skipperHosts() []Row {
	const group = "zalando.org"
	return slices.Concat(
		[]Row{{Group: group, Kinds: []string{"RouteGroup"}, Path: "spec.hosts?[]", Is: Host, Match: []string{"spec.routes[]"}}},
		covering(group, []string{"RouteGroup"}, "spec.tls[].hosts[]"),
		served(group, []string{"StackSet"}, "spec.ingress.hosts[]", "spec.routegroup.hosts[]"),
	)
}

// tunnelHosts has the kinds of ngrok (github.com/ngrok/ngrok-operator/api) and of the
// operator of Cloudflare Tunnels (github.com/adyanth/cloudflare-operator/api).
func tunnelHosts() []Row {
	return slices.Concat(
		served("ingress.k8s.ngrok.com", []string{"Domain"}, "spec.domain"),
		served("ingress.k8s.ngrok.com", []string{"HTTPSEdge", "TLSEdge"}, "spec.hostports[]"),
		served("ngrok.k8s.ngrok.com", []string{"CloudEndpoint", "AgentEndpoint"}, "spec.url"),
		served("networking.cfargotunnel.com", []string{"TunnelBinding"}, "subjects[].spec?.fqdn"),
	)
}

// gatewayOperatorHosts has API gateways and autoscalers with routes: Tyk, Oathkeeper, Authorino, the
// HTTP add-on of KEDA and Consul. The rules of Oathkeeper and Authorino count in all namespaces.
func gatewayOperatorHosts() []Row {
	const keda = "http.keda.sh"
	return slices.Concat(
		served("tyk.tyk.io", []string{"ApiDefinition"}, "spec.domain?"),
		served("oathkeeper.ory.sh", []string{"Rule"}, "spec.match.url"),
		served("authorino.kuadrant.io", []string{"AuthConfig"}, "spec.hosts[]"),
		mentioned("oathkeeper.ory.sh", []string{"Rule"}, "spec.upstream.url"),
		served(keda, []string{"HTTPScaledObject"}, "spec.host"),
		[]Row{{
			Group: keda, Kinds: []string{"HTTPScaledObject"}, Path: "spec.hosts?[]", Is: Host, Create: []Condition{{Path: "spec.host", Not: true}},
			Match: []string{"spec.pathPrefixes?"},
		}},
		served(keda, []string{"InterceptorRoute"}, "spec.rules[].hosts?[]"),
		served("consul.hashicorp.com", []string{"IngressGateway"}, "spec.listeners[].services[].hosts[]"),
	)
}
