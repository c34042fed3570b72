package kinds

// policyGroups has the kinds of policy engines and security tools.
var policyGroups = []group{
	{
		name: "aquasecurity.github.io",
		cluster: `
			ClusterComplianceReport ClusterInfraAssessmentReport ClusterRbacAssessmentReport
			ClusterSbomReport ClusterVulnerabilityReport`,
		namespaced: "ExposedSecretReport InfraAssessmentReport RbacAssessmentReport SbomReport",
		source:     "documentation of the Trivy operator",
	},
	{
		name:       "cilium.io",
		cluster:    "TracingPolicy",
		namespaced: "PodInfo TracingPolicyNamespaced",
		source:     "github.com/cilium/tetragon@4fbfe2d74ecb",
	},
	{name: "config.gatekeeper.sh", namespaced: "Config", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{name: "connection.gatekeeper.sh", namespaced: "Connection", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{name: "constraints.gatekeeper.sh", cluster: "*", source: "documentation of Gatekeeper: constraints"},
	{name: "eraser.sh", cluster: "ImageJob ImageList", source: "documentation of Eraser"},
	{name: "expansion.gatekeeper.sh", cluster: "ExpansionTemplate", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{name: "externaldata.gatekeeper.sh", cluster: "Provider", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{name: "gvkmanifest.gatekeeper.sh", cluster: "GVKManifest", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{
		name:       "kyverno.io",
		cluster:    "ClusterAdmissionReport ClusterBackgroundScanReport ClusterReportChangeRequest",
		namespaced: "AdmissionReport BackgroundScanReport GenerateRequest ReportChangeRequest",
		source:     "documentation of Kyverno 1.10",
	},
	{
		name:       "kyverno.io",
		cluster:    "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
		namespaced: "CleanupPolicy Policy PolicyException UpdateRequest",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:    "mutations.gatekeeper.sh",
		cluster: "Assign AssignImage AssignMetadata ModifySet",
		source:  "github.com/open-policy-agent/gatekeeper@dd8507eb97f5",
	},
	{
		name: "neuvector.com",
		cluster: `
			NvAdmissionControlSecurityRule NvClusterSecurityRule NvComplianceProfile
			NvDlpSecurityRule NvResponseRuleSecurityRule NvVulnerabilityProfile NvWafSecurityRule`,
		namespaced: "NvGroupDefinition NvSecurityRule",
		source:     "github.com/neuvector/neuvector-helm@900de6f4a939",
	},
	{name: "openreports.io", cluster: "ClusterReport", namespaced: "Report", source: "documentation of OpenReports"},
	{
		name:       "policies.kubewarden.io",
		cluster:    "ClusterAdmissionPolicy ClusterAdmissionPolicyGroup PolicyServer",
		namespaced: "AdmissionPolicy AdmissionPolicyGroup",
		source:     "github.com/kubewarden/kubewarden-controller@3460bb719b38",
	},
	{
		name:    "policies.kyverno.io",
		cluster: "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
		namespaced: `
			NamespacedDeletingPolicy NamespacedGeneratingPolicy NamespacedImageValidatingPolicy
			NamespacedMutatingPolicy NamespacedValidatingPolicy PolicyException`,
		source: "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{name: "policy.sigstore.dev", cluster: "ClusterImagePolicy TrustRoot", source: "documentation of the Sigstore policy controller"},
	{name: "rbacmanager.reactiveops.io", cluster: "RBACDefinition", source: "documentation of RBAC Manager"},
	{
		name:       "reports.kyverno.io",
		cluster:    "ClusterEphemeralReport",
		namespaced: "EphemeralReport",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
	{
		name:       "security-profiles-operator.x-k8s.io",
		cluster:    "AppArmorProfile RawSelinuxProfile SeccompProfile SelinuxProfile",
		namespaced: "ProfileBinding ProfileRecording SecurityProfileNodeStatus SecurityProfilesOperatorDaemon",
		source:     "documentation of the Security Profiles Operator",
	},
	{
		name: "status.gatekeeper.sh",
		namespaced: `
			ConfigPodStatus ConnectionPodStatus ConstraintPodStatus ConstraintTemplatePodStatus
			ExpansionTemplatePodStatus MutatorPodStatus ProviderPodStatus`,
		source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5",
	},
	{name: "susecloud.net", cluster: "CspAdapterUsageRecord", source: "github.com/neuvector/neuvector-helm@900de6f4a939"},
	{name: "syncset.gatekeeper.sh", cluster: "SyncSet", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{name: "templates.gatekeeper.sh", cluster: "ConstraintTemplate", source: "github.com/open-policy-agent/gatekeeper@dd8507eb97f5"},
	{
		name:       "wgpolicyk8s.io",
		cluster:    "ClusterPolicyReport",
		namespaced: "PolicyReport",
		source:     "github.com/kyverno/kyverno@111e07bbecc6",
	},
}
