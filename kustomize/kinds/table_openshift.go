package kinds

// openshiftGroups has the kinds of OpenShift.
var openshiftGroups = []group{
	{
		name:    "apiextensions.openshift.io",
		cluster: "CompatibilityRequirement",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "apiserver.openshift.io",
		cluster: "APIRequestCount",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "apps.openshift.io",
		namespaced: "DeploymentConfig DeploymentConfigRollback DeploymentRequest",
		source:     "github.com/openshift/api@2a3d73913b5a: apps/v1",
	},
	{
		name:       "authorization.openshift.io",
		namespaced: "RoleBindingRestriction",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "authorization.openshift.io",
		cluster: "ClusterRole ClusterRoleBinding ResourceAccessReview SubjectAccessReview",
		namespaced: `
			LocalResourceAccessReview LocalSubjectAccessReview Role RoleBinding
			SelfSubjectRulesReview SubjectRulesReview`,
		source: "github.com/openshift/api@2a3d73913b5a: authorization/v1",
	},
	{
		name:       "build.openshift.io",
		namespaced: "Build BuildConfig BuildLog BuildRequest",
		source:     "github.com/openshift/api@2a3d73913b5a: build/v1",
	},
	{
		name:    "cloud.network.openshift.io",
		cluster: "CloudPrivateIPConfig",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name: "config.openshift.io",
		cluster: `
			APIServer Authentication Backup Build CRIOCredentialProviderConfig ClusterImagePolicy
			ClusterMonitoring ClusterOperator ClusterVersion Console DNS FeatureGate Image
			ImageContentPolicy ImageDigestMirrorSet ImageTagMirrorSet Infrastructure Ingress
			InsightsDataGather Network Node OAuth OperatorHub PKI Project Proxy Scheduler`,
		namespaced: "ImagePolicy",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name: "console.openshift.io",
		cluster: `
			ConsoleCLIDownload ConsoleExternalLogLink ConsoleLink ConsoleNotification ConsolePlugin
			ConsoleQuickStart ConsoleSample ConsoleYAMLSample`,
		source: "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "controlplane.operator.openshift.io",
		namespaced: "PodNetworkConnectivityCheck",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "etcd.openshift.io",
		cluster: "PacemakerCluster",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "helm.openshift.io",
		cluster:    "HelmChartRepository",
		namespaced: "ProjectHelmChartRepository",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "image.openshift.io",
		cluster: "Image ImageSignature",
		namespaced: `
			ImageStream ImageStreamImage ImageStreamImport ImageStreamLayers ImageStreamMapping
			ImageStreamTag ImageTag`,
		source: "github.com/openshift/api@2a3d73913b5a: image/v1",
	},
	{
		name:    "imageregistry.operator.openshift.io",
		cluster: "Config ImagePruner",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "ingress.operator.openshift.io",
		namespaced: "DNSRecord",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "insights.openshift.io",
		cluster: "DataGather",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "machine.openshift.io",
		namespaced: "ControlPlaneMachineSet Machine MachineHealthCheck MachineSet",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name: "machineconfiguration.openshift.io",
		cluster: `
			ContainerRuntimeConfig ControllerConfig InternalReleaseImage KubeletConfig MachineConfig
			MachineConfigNode MachineConfigPool MachineOSBuild MachineOSConfig OSImageStream
			PinnedImageSet`,
		source: "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "monitoring.openshift.io",
		namespaced: "AlertRelabelConfig AlertingRule",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "network.openshift.io",
		cluster:    "ClusterNetwork HostSubnet NetNamespace",
		namespaced: "DNSNameResolver EgressNetworkPolicy",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "network.operator.openshift.io",
		namespaced: "EgressRouter",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name: "oauth.openshift.io",
		cluster: `
			OAuthAccessToken OAuthAuthorizeToken OAuthClient OAuthClientAuthorization
			UserOAuthAccessToken`,
		source: "github.com/openshift/api@2a3d73913b5a: oauth/v1",
	},
	{
		name: "operator.openshift.io",
		cluster: `
			Authentication CSISnapshotController CloudCredential ClusterAPI ClusterCSIDriver
			ClusterVersionOperator Config Console DNS Etcd EtcdBackup ImageContentSourcePolicy
			Ingress InsightsOperator KubeAPIServer KubeControllerManager KubeScheduler
			KubeStorageVersionMigrator MachineConfiguration Network OLM OpenShiftAPIServer
			OpenShiftControllerManager ServiceCA Storage`,
		namespaced: "IngressController",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "project.openshift.io",
		cluster: "Project ProjectRequest",
		source:  "github.com/openshift/api@2a3d73913b5a: project/v1",
	},
	{
		name:    "quota.openshift.io",
		cluster: "ClusterResourceQuota",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "quota.openshift.io",
		namespaced: "AppliedClusterResourceQuota",
		source:     "github.com/openshift/api@2a3d73913b5a: quota/v1",
	},
	{
		name:       "route.openshift.io",
		namespaced: "Route",
		source:     "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "samples.operator.openshift.io",
		cluster: "Config",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "security.internal.openshift.io",
		cluster: "RangeAllocation",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:    "security.openshift.io",
		cluster: "SecurityContextConstraints",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "security.openshift.io",
		cluster:    "RangeAllocation",
		namespaced: "PodSecurityPolicyReview PodSecurityPolicySelfSubjectReview PodSecurityPolicySubjectReview",
		source:     "github.com/openshift/api@2a3d73913b5a: security/v1",
	},
	{
		name:    "sharedresource.openshift.io",
		cluster: "SharedConfigMap SharedSecret",
		source:  "github.com/openshift/api@2a3d73913b5a",
	},
	{
		name:       "template.openshift.io",
		cluster:    "BrokerTemplateInstance",
		namespaced: "ProcessedTemplate Template TemplateInstance",
		source:     "github.com/openshift/api@2a3d73913b5a: template/v1",
	},
	{
		name:    "user.openshift.io",
		cluster: "Group Identity User UserIdentityMapping",
		source:  "github.com/openshift/api@2a3d73913b5a: user/v1",
	},
}
