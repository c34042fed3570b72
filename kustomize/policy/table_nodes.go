package policy

const notVerified = "its images would not be verified"

// nodeRows has kinds that controllers of nodes and of their networks read, and labels with which
// a cluster skips its own checks.
var nodeRows = []Row{
	{
		Word: allowPodNetwork, Group: "cilium.io", Kinds: []string{"CiliumEndpoint"}, Why: "every node would take any address for that of a pod of the preview", Fix: "let Cilium create it",
		Source: "https://docs.cilium.io/en/stable/network/kubernetes/ciliumendpoint/",
	},
	{
		Word: allowOtherNamespace, Group: "networking.k8s.aws", Kinds: []string{"PolicyEndpoint"}, Why: "it would change the network policies of pods in any namespace", Fix: "use a NetworkPolicy",
		Source: "github.com/aws/amazon-network-policy-controller-k8s api/v1alpha1 PodEndpoint",
	},
	{
		Word: allowPodNetwork, Group: "spiderpool.spidernet.io", Kinds: []string{"SpiderMultusConfig"}, Why: "it can give pods any network device of the node", Fix: useDefaultNet,
		Source: "https://spidernet-io.github.io/spiderpool/latest/reference/crd-spidermultusconfig/",
	},

	{Word: allowPodSecurity, Label: "image-policy.k8s.io/break-glass", Why: notVerified, Source: "https://cloud.google.com/binary-authorization/docs/using-breakglass"},
	{Word: allowPodSecurity, Annotation: "alpha.image-policy.k8s.io/break-glass", Why: notVerified, Source: "https://cloud.google.com/binary-authorization/docs/using-breakglass"},
	{Word: allowPodSecurity, Label: "policy.sigstore.dev/exclude", Why: notVerified, Source: "https://docs.sigstore.dev/policy-controller/overview/"},
	{Word: allowPodText, Label: "workflows.argoproj.io/configmap-type", Except: texts("Cache", "Parameter"), Why: "Argo Workflows would make containers of its texts, which can't be checked", Source: "https://argo-workflows.readthedocs.io/en/latest/executor_plugins/"},
}
