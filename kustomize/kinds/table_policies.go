package kinds

// policiesGroups has the kinds of policy engines.
var policiesGroups = []group{
	{
		name:    "cli.kyverno.io",
		cluster: "ClusterResource Context Test UserInfo Values",
		source:  "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:    "constraints.gatekeeper.sh",
		cluster: "*",
		source:  "github.com/open-policy-agent/frameworks/constraint@HEAD: pkg/client/crds, which creates them",
	},
	{
		name:       "kyverno.io",
		cluster:    "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
		namespaced: "CleanupPolicy Policy PolicyException UpdateRequest",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:    "policies.kyverno.io",
		cluster: "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
		namespaced: `
			NamespacedDeletingPolicy NamespacedGeneratingPolicy NamespacedImageValidatingPolicy
			NamespacedMutatingPolicy NamespacedValidatingPolicy PolicyException`,
		source: "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:       "reports.kyverno.io",
		cluster:    "ClusterEphemeralReport",
		namespaced: "EphemeralReport",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:       "wgpolicyk8s.io",
		cluster:    "ClusterPolicyReport",
		namespaced: "PolicyReport",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
}
