package fields

// kubernetesHosts has the hosts of Kubernetes' own routes.
var kubernetesHosts = []Row{
	// An Ingress without rules, and a rule without a host, serve every host.
	{Group: "networking.k8s.io", Kinds: []string{"Ingress"}, Path: "spec.rules?[].host", Is: Host},
	{Group: "networking.k8s.io", Kinds: []string{"Ingress"}, Path: "spec.tls[].hosts?[]", Is: Host},
	{Group: "extensions", Kinds: []string{"Ingress"}, Path: "spec.rules?[].host", Is: Host},
	{Group: "extensions", Kinds: []string{"Ingress"}, Path: "spec.tls[].hosts?[]", Is: Host},
	{Group: "gateway.networking.k8s.io", Kinds: []string{"HTTPRoute", "GRPCRoute", "TLSRoute"}, Path: "spec.hostnames?[]", Is: Host},
}
