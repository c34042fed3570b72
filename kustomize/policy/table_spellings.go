package policy

const (
	otherGateways = "github.com/hashicorp/consul-k8s charts/consul/templates"
	uncheckedHost = "its hosts can't be checked, so it could take those of others"
	ofGatewayAPI  = "use the kinds of gateway.networking.k8s.io"
)

// spellingRows has kinds with the effect of a kind of the Gateway API or of Contour under another
// group or name: earlier versions of them, and copies for one controller.
var spellingRows = []Row{
	{Word: allowReferenceGrant, Group: "gateway.networking.k8s.io", Kinds: []string{"ReferencePolicy"}, Why: "other namespaces could use objects of the preview's namespace", Fix: "remove it", Source: "https://gateway-api.sigs.k8s.io/geps/gep-709/"},
	{Word: allowReferenceGrant, Group: "consul.hashicorp.com", Kinds: []string{"ReferenceGrant"}, Why: "other namespaces could use objects of the preview's namespace", Fix: "remove it", Source: otherGateways},
	{Word: allowReferenceGrant, Group: "consul.networking.io", Kinds: []string{"ReferenceGrant"}, Why: "other namespaces could use objects of the preview's namespace", Fix: "remove it", Source: otherGateways},
	{Word: allowReferenceGrant, Group: "gateway-operator.konghq.com", Kinds: []string{"WatchNamespaceGrant"}, Why: "a control plane of another namespace could use objects of the preview's namespace", Fix: "remove it", Source: "github.com/kong/kubernetes-configuration api/gateway-operator/v1alpha1"},
	{Word: allowLoadBalancer, Group: "consul.hashicorp.com", Kinds: []string{"Gateway"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: otherGateways},
	{Word: allowLoadBalancer, Group: "consul.networking.io", Kinds: []string{"Gateway"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: otherGateways},
	{Word: allowLoadBalancer, Group: "networking.x-k8s.io", Kinds: []string{"Gateway"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: gatewayAPI},
	{Word: allowOtherHost, Group: "consul.hashicorp.com", Kinds: []string{"GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"}, Why: uncheckedHost, Fix: ofGatewayAPI, Source: otherGateways},
	{Word: allowOtherHost, Group: "consul.networking.io", Kinds: []string{"GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"}, Why: uncheckedHost, Fix: ofGatewayAPI, Source: otherGateways},
	{Word: allowOtherHost, Group: "networking.x-k8s.io", Kinds: []string{"HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"}, Why: uncheckedHost, Fix: ofGatewayAPI, Source: gatewayAPI},
	{Word: allowOtherHost, Group: "contour.heptio.com", Kinds: []string{"IngressRoute"}, Why: uncheckedHost, Fix: "use an HTTPProxy", Source: "https://projectcontour.io/docs/1.0/ingressroute/"},
	{Word: allowReferenceGrant, Group: "contour.heptio.com", Kinds: []string{"TLSCertificateDelegation"}, Why: "other namespaces could use certificates of the preview's namespace", Fix: "remove it", Source: "https://projectcontour.io/docs/1.0/ingressroute/"},
	{Word: allowOtherHost, Group: "stunner.l7mp.io", Kinds: []string{"UDPRoute"}, Why: "it has no host, so it would take all traffic of a Gateway's port", Fix: withHost, Source: "https://docs.l7mp.io/en/stable/GATEWAY/"},
	{Word: allowEndpoints, Group: "stunner.l7mp.io", Kinds: []string{"StaticService"}, Why: "with it, a route could lead to any address", Fix: "use a Service", Source: "https://docs.l7mp.io/en/stable/GATEWAY/"},
	{Word: allowProxyTarget, Group: "tyk.tyk.io", Kinds: []string{"TykOasApiDefinition", "TykStreamsApiDefinition"}, Why: "its targets are in a ConfigMap, and can't be checked", Fix: "use an ApiDefinition", Source: "github.com/TykTechnologies/tyk-operator api/v1alpha1"},
	{Word: allowCredentials, Group: "zalando.org", Kinds: []string{"AWSIAMRole"}, Why: "its controller would get credentials of any role that it can assume", Fix: "use a Secret of the preview", Source: "https://github.com/zalando-incubator/kube-aws-iam-controller"},
}
