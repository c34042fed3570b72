package policy

// What Services do outside of the preview, and the remedies.
const (
	useRoute          = "use an Ingress or an HTTPRoute"
	opensLoadBalancer = "it would open a load balancer for each preview"
	takesNodePort     = "it would take a port of every node"
	leadsElsewhere    = "it can lead into other namespaces"
	useExternalName   = "let pods use the external name directly"
	takesAnyIP        = "it could take the traffic of any address"
)

// serviceRows has Services, and other kinds that make Services reachable or lead them to
// other addresses.
var serviceRows = []Row{
	{
		Word: allowLoadBalancer, Kinds: []string{"Service"}, Path: "spec.type", Except: texts("ClusterIP", "NodePort", "ExternalName"),
		Why: opensLoadBalancer, Fix: useRoute,
		Source: "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
	},
	{
		Word: allowNodePort, Kinds: []string{"Service"}, Path: "spec.type", Except: otherThan("NodePort"),
		Why: takesNodePort, Fix: useRoute,
		Source: "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
	},
	{
		// With an Ingress, it would expose services that are internal to the cluster.
		Word: allowExternalName, Kinds: []string{"Service"}, Path: "spec.type", Except: otherThan("ExternalName"),
		Why: leadsElsewhere, Fix: useExternalName,
		Source: "https://kubernetes.io/docs/concepts/services-networking/service/#externalname",
	},
	{
		Word: allowEndpoints, Kinds: []string{"Endpoints"},
		Why: "with it, a Service could point to any address, also in other namespaces", Fix: "let the Service select its pods",
		Source: "CVE-2021-25740",
	},
	{
		Word: allowEndpoints, Group: "discovery.k8s.io", Kinds: []string{"EndpointSlice"},
		Why: "with it, a Service could point to any address, also in other namespaces", Fix: "let the Service select its pods",
		Source: "CVE-2021-25740",
	},
}
