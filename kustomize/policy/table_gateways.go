package policy

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	contourTypes  = "github.com/projectcontour/contour apis/projectcontour"
	emissaryTypes = "github.com/emissary-ingress/emissary/v3 pkg/api/getambassador.io/v3alpha1"
	glooTypes     = "github.com/solo-io/gloo projects/gateway/api/v1, projects/gloo/api/v1"
	envoyTypes    = "github.com/envoyproxy/gateway api/v1alpha1"
	kgatewayTypes = "github.com/kgateway-dev/kgateway/v2 api/v1alpha1"
)

// gatewayRows has the gateways with Envoy and NGINX, and the Gateway API. The references of the
// Gateway API to other namespaces need a ReferenceGrant there, and its policies attach to objects
// of their own namespace.
var gatewayRows = slices.Concat(
	contourRows, emissaryRows, glooRows, envoyGatewayRows,
	[]Row{
		{Word: allowSnippet, Group: "gateway.nginx.org", Kinds: []string{"SnippetsFilter", "SnippetsPolicy"}, Why: writesConfig, Fix: "use the other filters", Source: "https://docs.nginx.com/nginx-gateway-fabric/traffic-management/snippets/"},
		{Word: allowProxyTarget, Group: "gateway.kgateway.dev", Kinds: []string{"Backend", "Upstream"}, Path: "spec.static.hosts[].host", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: kgatewayTypes},
		{Word: allowProxyTarget, Group: "gateway.kgateway.dev", Kinds: []string{"Backend"}, Path: "spec.dynamicForwardProxy", Why: sendsAnywhere, Source: kgatewayTypes},
	},
	atPaths(
		Row{Word: allowProxyTarget, Group: "agentgateway.dev", Kinds: []string{"AgentgatewayBackend"}, Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "https://agentgateway.dev/docs/kubernetes/latest/reference/api/"},
		"spec.static.host", "spec.mcp.targets[].static.host",
	),
	atPaths(
		Row{Word: allowProxyTarget, Group: "enterprise.gloo.solo.io", Kinds: []string{"AuthConfig"}, Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: "github.com/solo-io/gloo projects/gloo/api/v1/enterprise/options/extauth/v1"},
		"spec.configs[].passThroughAuth.grpc.address", "spec.configs[].passThroughAuth.http.url",
	),
	// Istio finds the Service of a Hostname in any namespace, without a ReferenceGrant.
	atPaths(
		Row{
			Word: allowProxyTarget, Group: "gateway.networking.k8s.io", Kinds: []string{"GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"}, Except: ownHostname,
			Why: reachesOthers, Fix: nameService, Source: "https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/",
		},
		"spec.rules[].backendRefs[].name",
		"spec.rules[].filters[].requestMirror.backendRef.name", "spec.rules[].backendRefs[].filters[].requestMirror.backendRef.name",
		"spec.rules[].filters[].externalAuth.backendRef.name", "spec.rules[].backendRefs[].filters[].externalAuth.backendRef.name",
	),
)

// ownHostname is a backend other than a Hostname of a Service in another namespace.
var ownHostname = Values{"kinds other than Hostname, and Services of the preview", func(p fields.Place, in Scope) bool {
	return object.Scalar(object.Child(p.Holder, "kind")) != "Hostname" || !in.isForeignService(object.Scalar(p.Node))
}}

// contourRows has Contour. Certificates of other namespaces need a TLSCertificateDelegation there.
var contourRows = slices.Concat(
	atPaths(
		Row{Word: allowProxyTarget, Group: "projectcontour.io", Kinds: []string{"HTTPProxy"}, Except: ownNamespace, Why: reachesOthers, Fix: "include a proxy of the preview", Source: contourTypes},
		"spec.includes[].namespace", "spec.tcpproxy.include.namespace", "spec.tcpproxy.includes.namespace",
	),
	[]Row{
		{Word: allowReferenceGrant, Group: "projectcontour.io", Kinds: []string{"TLSCertificateDelegation"}, Why: "other namespaces could use certificates of the preview's namespace", Fix: "remove it", Source: contourTypes},
		{Word: allowProxyTarget, Group: "projectcontour.io", Kinds: []string{"ContourConfiguration", "ContourDeployment"}, Why: forOthers, Fix: useShared, Source: contourTypes},
	},
)

// ownMapping is the service of a Mapping. With host_redirect, it is only a host for the client.
var ownMapping = Values{"hosts and Services of the preview, and with `host_redirect`", func(p fields.Place, in Scope) bool {
	return object.Scalar(object.Child(p.Holder, "host_redirect")) == "true" || ownService.have(p, in)
}}

// emissaryRows has Emissary.
var emissaryRows = []Row{
	{
		Word: allowProxyTarget, Group: "getambassador.io", Kinds: []string{"AuthService", "ConsulResolver", "DevPortal", "LogService", "RateLimitService", "TracingService"},
		Why: forOthers, Fix: useShared, Source: emissaryTypes,
	},
	{Word: allowSnippet, Group: "getambassador.io", Kinds: []string{"Module"}, Why: "a shared proxy would execute its scripts, also for others", Fix: useShared, Source: emissaryTypes},
	{Word: allowSnippet, Group: "getambassador.io", Kinds: []string{"Mapping"}, Path: "spec.envoy_override", Why: writesConfig, Source: emissaryTypes},
	{Word: allowSnippet, Annotation: "getambassador.io/config", Why: "its objects can't be checked", Fix: "write them as objects", Source: "https://emissary-ingress.dev/docs/3.10/topics/using/intro-mappings/"},
	{Word: allowProxyTarget, Group: "getambassador.io", Kinds: []string{"Mapping"}, Path: "spec.service", Except: ownMapping, Why: sendsAnywhere, Fix: nameService, Source: emissaryTypes},
	{Word: allowProxyTarget, Group: "getambassador.io", Kinds: []string{"TCPMapping"}, Path: "spec.service", Except: ownService, Why: sendsAnywhere, Fix: nameService, Source: emissaryTypes},
	{
		Word: allowCredentials, Group: "getambassador.io", Kinds: []string{"Mapping"}, Path: "spec.error_response_overrides[].body.text_format_source",
		Why: "clients would get any file of a shared proxy", Fix: "use text_format", Source: emissaryTypes,
	},
	{Word: allowProxyTarget, Group: "getambassador.io", Kinds: []string{"FilterPolicy"}, Path: "spec.rules[].host", Except: ownHosts, Why: forOthers, Fix: "name a host of the preview", Source: "https://www.getambassador.io/docs/edge-stack/latest/topics/using/filters/"},
	{Word: allowSnippet, Group: "getambassador.io", Kinds: []string{"Filter"}, Path: "spec.Plugin", Why: runsCode, Source: "https://www.getambassador.io/docs/edge-stack/latest/topics/using/filters/plugin"},
	{Word: allowProxyTarget, Group: "getambassador.io", Kinds: []string{"Filter"}, Path: "spec.External.auth_service", Except: ownService, Why: sendsAnywhere, Fix: nameService, Source: "https://www.getambassador.io/docs/edge-stack/latest/topics/using/filters/external"},
}

// ownHosts is a host of the preview.
var ownHosts = ifText("hosts of the preview", func(text string, in Scope) bool { return in.Own == "" || in.isOwnHost(text) })

// glooRows has Gloo.
var glooRows = slices.Concat(
	glooRoutes("VirtualService", "spec.virtualHost.routes[]."), glooRoutes("RouteTable", "spec.routes[]."),
	[]Row{
		{Word: allowOtherHost, Group: "gateway.solo.io", Kinds: []string{"Gateway", "MatchableHttpGateway", "MatchableTcpGateway"}, Why: takesOfPort, Fix: "use a VirtualService", Source: glooTypes},
		{Word: allowProxyTarget, Group: "gloo.solo.io", Kinds: []string{"Proxy", "Settings"}, Why: forOthers, Fix: useShared, Source: glooTypes},
		{Word: allowProxyTarget, Group: "gloo.solo.io", Kinds: []string{"Upstream"}, Path: "spec.static.hosts[].addr", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: glooTypes},
		{Word: allowProxyTarget, Group: "gloo.solo.io", Kinds: []string{"Upstream"}, Path: "spec.kube.serviceNamespace", Except: ownNamespace, Why: reachesOthers, Fix: nameService, Source: glooTypes},
	},
	atPaths(
		Row{Word: allowProxyTarget, Group: "gloo.solo.io", Kinds: []string{"Upstream"}, Why: sendsAnywhere, Source: glooTypes},
		"spec.aws", "spec.awsEc2", "spec.azure", "spec.consul",
	),
)

// ownUpstream is a reference to an Upstream of the preview. Gloo creates the Upstream of each
// Service in its own namespace, with the name <namespace>-<service>-<port>.
var ownUpstream = Values{"objects of the preview's namespace, and Upstreams of its Services", func(p fields.Place, in Scope) bool {
	namespace := object.Scalar(object.Child(p.Node, "namespace"))
	return in.Own == "" || namespace == "" || namespace == in.Own || strings.HasPrefix(object.Scalar(object.Child(p.Node, "name")), in.Own+"-")
}}

// glooRoutes returns the rows of the routes of a kind.
func glooRoutes(kind, routes string) []Row {
	row := Row{Word: allowProxyTarget, Group: "gateway.solo.io", Kinds: []string{kind}, Why: reachesOthers, Fix: nameService, Source: glooTypes}
	upstream, namespace := row, row
	upstream.Except, namespace.Except = ownUpstream, ownNamespace
	single, multi := routes+"routeAction.single.", routes+"routeAction.multi.destinations[].destination."
	return slices.Concat(
		atPaths(upstream, single+"upstream", multi+"upstream"),
		atPaths(namespace, single+"kube.ref.namespace", multi+"kube.ref.namespace", routes+"delegateAction.ref.namespace", routes+"delegateAction.selector.namespaces[]"),
	)
}

// envoyGatewayRows has Envoy Gateway. The services of SecurityPolicies and of external processors
// are references of the Gateway API.
var envoyGatewayRows = slices.Concat(
	[]Row{{Word: allowSnippet, Group: "gateway.envoyproxy.io", Kinds: []string{"EnvoyPatchPolicy"}, Why: writesConfig, Fix: "use the other policies", Source: envoyTypes}},
	atPaths(
		Row{Word: allowSnippet, Group: "gateway.envoyproxy.io", Kinds: []string{"EnvoyExtensionPolicy"}, Why: runsCode, Source: envoyTypes},
		"spec.wasm", "spec.lua", "spec.dynamicModule",
	),
	atPaths(
		Row{Word: allowProxyTarget, Group: "gateway.envoyproxy.io", Kinds: []string{"Backend"}, Why: sendsAnywhere, Fix: "use fqdn with the name of a Service of the preview", Source: envoyTypes},
		"spec.endpoints[].ip", "spec.endpoints[].unix",
	),
	[]Row{
		{Word: allowProxyTarget, Group: "gateway.envoyproxy.io", Kinds: []string{"Backend"}, Path: "spec.endpoints[].fqdn.hostname", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: envoyTypes},
		{Word: allowProxyTarget, Group: "gateway.envoyproxy.io", Kinds: []string{"Backend"}, Path: "spec.type", Except: texts("Endpoints"), Why: sendsAnywhere, Fix: "use endpoints", Source: envoyTypes},
	},
)
