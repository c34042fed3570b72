package policy

// The documentation of kinds.
const (
	gatewayAPI = "https://gateway-api.sigs.k8s.io/reference/spec/"
	takesPort  = "it has no host, so it would take a port of a shared controller"
	opensPort  = "it would open a port to the world for each preview"
	withHost   = "use a kind of route with a host"
)

// kindRows has kinds that have an effect outside their namespace.
var kindRows = []Row{
	{Word: allowDaemonSet, Group: "apps", Kinds: []string{"DaemonSet"}, Why: "it would run on every node", Fix: "use a Deployment", Source: "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"},

	// Routes and listeners.
	{Word: allowOtherHost, Group: "configuration.konghq.com", Kinds: []string{"UDPIngress"}, Why: takesPort, Fix: withHost, Source: "https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/"},
	{Word: allowOtherHost, Group: "getambassador.io", Kinds: []string{"Listener"}, Why: takesPort, Fix: withHost, Source: "https://emissary-ingress.dev/docs/3.10/topics/running/listener/"},
	{Word: allowOtherHost, Group: "traefik.io", Kinds: []string{"IngressRouteUDP"}, Why: takesPort, Fix: withHost, Source: "github.com/traefik/traefik/v3 pkg/provider/kubernetes/crd"},
	{Word: allowOtherHost, Group: "traefik.containo.us", Kinds: []string{"IngressRouteUDP"}, Why: takesPort, Fix: withHost, Source: "github.com/traefik/traefik/v2 pkg/provider/kubernetes/crd"},
	{Word: allowLoadBalancer, Group: "gateway.networking.k8s.io", Kinds: []string{"Gateway", "ListenerSet"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: gatewayAPI},
	{Word: allowLoadBalancer, Group: "gateway.networking.x-k8s.io", Kinds: []string{"XListenerSet"}, Why: opensPort, Fix: "use a Gateway that all previews share", Source: gatewayAPI},
	{Word: allowReferenceGrant, Group: "gateway.networking.k8s.io", Kinds: []string{"ReferenceGrant"}, Why: "other namespaces could use objects of the preview's namespace", Fix: "remove it", Source: gatewayAPI},
	{Word: allowOtherHost, Group: "gateway.networking.k8s.io", Kinds: []string{"TCPRoute", "UDPRoute"}, Why: "it has no host, so it would take all traffic of a Gateway's port", Fix: "use an HTTPRoute, GRPCRoute or TLSRoute", Source: gatewayAPI},
}
