package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	istioTypes   = "istio.io/api networking/v1alpha3"
	onlyExported = `set spec.exportTo: ["."], so that only this namespace uses it`
)

// meshRows has service meshes. What configures only the sidecars of the preview has no row: in
// Istio, EnvoyFilter, WasmPlugin, Sidecar, DestinationRule, Telemetry and the policies of a
// namespace other than the root namespace; in Linkerd, ServiceProfile and the policies.
var meshRows = slices.Concat(istioRows, consulRows, []Row{
	{Word: allowEndpoints, Group: "workload.linkerd.io", Kinds: []string{"ExternalWorkload"}, Why: "with it, a Service could point to any address", Fix: "let the Service select its pods", Source: "https://linkerd.io/2/features/non-kubernetes-workloads/"},
	{Word: allowLoadBalancer, Group: "kuma.io", Kinds: []string{"MeshGatewayInstance"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: "https://kuma.io/docs/latest/using-mesh/managing-ingress-traffic/builtin/"},
	{Word: allowSnippet, Group: "cilium.io", Kinds: []string{"CiliumEnvoyConfig"}, Why: "the proxies of all nodes would execute it", Fix: "use an Ingress or the Gateway API", Source: "https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/"},
	{Word: allowExternalIP, Group: "cilium.io", Kinds: []string{"CiliumLocalRedirectPolicy"}, Path: "spec.redirectFrontend.addressMatcher", Why: "it would take the traffic of any address on its nodes", Fix: "use serviceMatcher", Source: "https://docs.cilium.io/en/stable/network/kubernetes/local-redirect-policy/"},
})

// istioRows has Istio, in addition to the hosts of its kinds. A ServiceEntry that others use can
// lead their gateways to any address.
var istioRows = slices.Concat(
	atPaths(
		Row{Word: allowProxyTarget, Group: "networking.istio.io", Kinds: []string{"VirtualService"}, Except: ownDestinations, Why: "a shared gateway would send requests to Services of other namespaces", Fix: nameService, Source: istioTypes},
		"spec.http", "spec.tls",
	),
	[]Row{
		{Word: allowOtherHost, Group: "networking.istio.io", Kinds: []string{"VirtualService"}, Path: "spec.tcp", Except: onlyInMesh, Why: "it has no host, so it would take all traffic of a gateway's port", Fix: "use spec.http or spec.tls", Source: istioTypes},
		{Word: allowOtherHost, Group: "networking.istio.io", Kinds: []string{"Gateway"}, Path: "spec.servers[].port.protocol", Except: withHosts, Why: "it has no host, so it would take a port of a shared gateway", Fix: "use HTTP, HTTPS or TLS", Source: istioTypes},
		{Word: allowProxyTarget, Group: "networking.istio.io", Kinds: []string{"ServiceEntry"}, Path: "spec.endpoints", Except: onlyForOwn, Why: "a shared gateway could send requests to any address", Fix: onlyExported, Source: istioTypes},
		{Word: allowExternalIP, Group: "networking.istio.io", Kinds: []string{"ServiceEntry"}, Path: "spec.addresses", Except: onlyForOwn, Why: "it would take the traffic of others to these addresses", Fix: onlyExported, Source: istioTypes},
		{Word: allowEndpoints, Group: "networking.istio.io", Kinds: []string{"WorkloadEntry"}, Why: "with it, a Service could point to any address", Fix: "let the Service select its pods", Source: istioTypes},
		{
			Word: allowProxyTarget, Group: "security.istio.io", Kinds: []string{"RequestAuthentication"}, Path: "spec.jwtRules[].jwksUri", Except: publicURL,
			Why: "the control plane would request it, and pods would get the answer", Fix: "use a URL on the Internet, or spec.jwtRules[].jwks", Source: "https://istio.io/latest/docs/reference/commands/pilot-discovery/ BLOCKED_CIDRS_IN_JWKS_URIS",
		},
		{
			Word: allowProxyTarget, Group: "security.istio.io", Kinds: []string{"RequestAuthentication"}, Path: "spec.jwtRules[].issuer", Except: issuerWithKeys,
			Why: "the control plane would request its keys, and pods would get the answer", Fix: "use a URL on the Internet, or spec.jwtRules[].jwks", Source: "istio.io/api security/v1beta1",
		},
	},
)

// ownDestinations are routes of the sidecars of a mesh, and those of gateways to Services of the
// preview and to names outside of the cluster.
var ownDestinations = Values{"routes without a gateway, and to Services of the preview", func(p fields.Place, in Scope) bool {
	return isOnlyInMesh(p.Holder) || !leadsToOthers(p.Node, in)
}}

// onlyInMesh are routes of the sidecars of a mesh.
var onlyInMesh = Values{"routes without a gateway", func(p fields.Place, _ Scope) bool { return isOnlyInMesh(p.Holder) }}

// isOnlyInMesh reports whether a VirtualService has no gateway other than the mesh.
func isOnlyInMesh(spec *yaml.Node) bool {
	return isListOf(object.Child(spec, "gateways"), func(gateway *yaml.Node) bool { return isOneOf(gateway, "mesh") })
}

// leadsToOthers reports whether n has a destination, a mirror or a delegate in another namespace.
func leadsToOthers(n *yaml.Node, in Scope) bool {
	for _, key := range object.Keys(n) {
		value := object.Child(n, key)
		host, namespace := object.Scalar(object.Child(value, "host")), object.Scalar(object.Child(value, "namespace"))
		switch {
		case (key == "destination" || key == "mirror") && in.isForeignService(host),
			key == "delegate" && in.Own != "" && namespace != "" && namespace != in.Own,
			leadsToOthers(value, in):
			return true
		}
	}
	return slices.ContainsFunc(object.Items(n), func(item *yaml.Node) bool { return leadsToOthers(object.Resolved(item), in) })
}

// withHosts are the protocols in which requests have a host.
var withHosts = ifText("`HTTP`, `HTTP2`, `HTTPS`, `GRPC`, `GRPC-WEB`, `TLS`", func(text string, _ Scope) bool {
	return slices.Contains([]string{"HTTP", "HTTP2", "HTTPS", "GRPC", "GRPC-WEB", "TLS"}, strings.ToUpper(text))
})

// onlyForOwn is any value in an object that is exported only to its own namespace.
var onlyForOwn = Values{"with `exportTo: [\".\"]`", func(p fields.Place, _ Scope) bool {
	to := object.Child(p.Holder, "exportTo")
	return len(object.Items(to)) > 0 && isListOf(to, func(namespace *yaml.Node) bool { return object.Scalar(namespace) == "." })
}}

// issuerWithKeys is an issuer whose keys are there, that is no URL, or that everybody can request.
var issuerWithKeys = Values{"texts that are no URLs, with `jwks` or `jwksUri`, and " + publicURL.Text, func(p fields.Place, in Scope) bool {
	hasKeys := object.Scalar(object.Child(p.Holder, "jwks"))+object.Scalar(object.Child(p.Holder, "jwksUri")) != ""
	return hasKeys || !strings.Contains(object.Scalar(p.Node), "://") || publicURL.have(p, in)
}}

// consulRows has Consul, in whose free edition all namespaces of Kubernetes are one. The name of
// a configuration entry is that of a service of all of them.
var consulRows = []Row{
	{
		Word: allowProxyTarget, Group: "consul.hashicorp.com",
		Kinds: []string{
			"ControlPlaneRequestLimit", "ExportedServices", "JWTProvider", "Mesh", "PeeringAcceptor", "PeeringDialer", "ProxyDefaults", "SamenessGroup", "ServiceDefaults",
			"ServiceIntentions", "ServiceResolver", "ServiceRouter", "ServiceSplitter", "TerminatingGateway",
		},
		Why: "Consul would apply it to the services of all namespaces", Fix: useShared, Source: "github.com/hashicorp/consul-k8s control-plane/api/v1alpha1",
	},
}
