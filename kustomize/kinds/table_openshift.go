package kinds

// openshiftGroups has the kinds of OpenShift and its operators.
var openshiftGroups = []group{
	{
		name: "",
		namespaced: `
			Build BuildConfig DeploymentConfig ImageStream ImageStreamImage ImageStreamTag Route
			Template`,
		source: openshiftAPI + ": legacy.go of its packages, for OpenShift 3",
	},
	{name: "apiextensions.openshift.io", cluster: "CompatibilityRequirement", source: openshiftAPI},
	{name: "apiserver.openshift.io", cluster: "APIRequestCount", source: openshiftAPI},
	{
		name:       "apps.openshift.io",
		namespaced: "DeploymentConfig DeploymentConfigRollback DeploymentRequest",
		source:     openshiftAPI + ": apps/v1",
	},
	{name: "authorization.openshift.io", namespaced: "RoleBindingRestriction", source: openshiftAPI},
	{
		name:    "authorization.openshift.io",
		cluster: "ClusterRole ClusterRoleBinding ResourceAccessReview SubjectAccessReview",
		namespaced: `
			LocalResourceAccessReview LocalSubjectAccessReview Role RoleBinding
			SelfSubjectRulesReview SubjectRulesReview`,
		source: openshiftAPI + ": authorization/v1",
	},
	{
		name:       "autoscaling.openshift.io",
		cluster:    "ClusterAutoscaler",
		namespaced: "MachineAutoscaler",
		source:     "documentation of OpenShift",
	},
	{name: "build.openshift.io", namespaced: "Build BuildConfig BuildLog BuildRequest", source: openshiftAPI + ": build/v1"},
	{name: "cloud.network.openshift.io", cluster: "CloudPrivateIPConfig", source: openshiftAPI},
	{name: "cloudcredential.openshift.io", namespaced: "CredentialsRequest", source: "documentation of OpenShift"},
	{
		name: "compliance.openshift.io",
		namespaced: `
			ComplianceCheckResult ComplianceRemediation ComplianceScan ComplianceSuite Profile
			ProfileBundle Rule ScanSetting ScanSettingBinding TailoredProfile Variable`,
		source: "documentation of the Compliance Operator",
	},
	{
		name: "config.openshift.io",
		cluster: `
			APIServer Authentication Backup Build CRIOCredentialProviderConfig ClusterImagePolicy
			ClusterMonitoring ClusterOperator ClusterVersion Console DNS FeatureGate Image
			ImageContentPolicy ImageDigestMirrorSet ImageTagMirrorSet Infrastructure Ingress
			InsightsDataGather Network Node OAuth OperatorHub PKI Project Proxy Scheduler`,
		namespaced: "ImagePolicy",
		source:     openshiftAPI,
	},
	{
		name: "console.openshift.io",
		cluster: `
			ConsoleCLIDownload ConsoleExternalLogLink ConsoleLink ConsoleNotification ConsolePlugin
			ConsoleQuickStart ConsoleSample ConsoleYAMLSample`,
		source: openshiftAPI,
	},
	{name: "controlplane.operator.openshift.io", namespaced: "PodNetworkConnectivityCheck", source: openshiftAPI},
	{name: "etcd.openshift.io", cluster: "PacemakerCluster", source: openshiftAPI},
	{
		name:       "fileintegrity.openshift.io",
		namespaced: "FileIntegrity FileIntegrityNodeStatus",
		source:     "documentation of the File Integrity Operator",
	},
	{name: "helm.openshift.io", cluster: "HelmChartRepository", namespaced: "ProjectHelmChartRepository", source: openshiftAPI},
	{name: "hypershift.openshift.io", namespaced: "HostedCluster HostedControlPlane NodePool", source: "documentation of HyperShift"},
	{
		name:    "image.openshift.io",
		cluster: "Image ImageSignature",
		namespaced: `
			ImageStream ImageStreamImage ImageStreamImport ImageStreamLayers ImageStreamMapping
			ImageStreamTag ImageTag`,
		source: openshiftAPI + ": image/v1",
	},
	{name: "imageregistry.operator.openshift.io", cluster: "Config ImagePruner", source: openshiftAPI},
	{name: "ingress.operator.openshift.io", namespaced: "DNSRecord", source: openshiftAPI},
	{name: "insights.openshift.io", cluster: "DataGather", source: openshiftAPI},
	{name: "kataconfiguration.openshift.io", cluster: "KataConfig", source: "documentation of OpenShift sandboxed containers"},
	{
		name:       "local.storage.openshift.io",
		namespaced: "LocalVolume LocalVolumeDiscovery LocalVolumeDiscoveryResult LocalVolumeSet",
		source:     "documentation of OpenShift",
	},
	{
		name:       "logging.openshift.io",
		namespaced: "ClusterLogForwarder ClusterLogging LogFileMetricExporter",
		source:     "documentation of OpenShift Logging",
	},
	{name: "lvm.topolvm.io", namespaced: "LVMCluster LVMVolumeGroup LVMVolumeGroupNodeStatus", source: "documentation of OpenShift"},
	{name: "machine.openshift.io", namespaced: "ControlPlaneMachineSet Machine MachineHealthCheck MachineSet", source: openshiftAPI},
	{
		name: "machineconfiguration.openshift.io",
		cluster: `
			ContainerRuntimeConfig ControllerConfig InternalReleaseImage KubeletConfig MachineConfig
			MachineConfigNode MachineConfigPool MachineOSBuild MachineOSConfig OSImageStream
			PinnedImageSet`,
		source: openshiftAPI,
	},
	{
		name:    "metal3.io",
		cluster: "Provisioning",
		namespaced: `
			BMCEventSubscription BareMetalHost DataImage FirmwareSchema HardwareData
			HostFirmwareComponents HostFirmwareSettings HostUpdatePolicy PreprovisioningImage`,
		source: "documentation of Metal3",
	},
	{name: "monitoring.openshift.io", namespaced: "AlertRelabelConfig AlertingRule", source: openshiftAPI},
	{
		name:       "network.openshift.io",
		cluster:    "ClusterNetwork HostSubnet NetNamespace",
		namespaced: "DNSNameResolver EgressNetworkPolicy",
		source:     openshiftAPI,
	},
	{name: "network.operator.openshift.io", namespaced: "EgressRouter", source: openshiftAPI},
	{
		name: "oauth.openshift.io",
		cluster: `
			OAuthAccessToken OAuthAuthorizeToken OAuthClient OAuthClientAuthorization
			UserOAuthAccessToken`,
		source: openshiftAPI + ": oauth/v1",
	},
	{name: "observability.openshift.io", namespaced: "ClusterLogForwarder", source: "documentation of OpenShift Logging 6"},
	{
		name: "operator.openshift.io",
		cluster: `
			Authentication CSISnapshotController CloudCredential ClusterAPI ClusterCSIDriver
			ClusterVersionOperator Config Console DNS Etcd EtcdBackup ImageContentSourcePolicy
			Ingress InsightsOperator KubeAPIServer KubeControllerManager KubeScheduler
			KubeStorageVersionMigrator MachineConfiguration Network OLM OpenShiftAPIServer
			OpenShiftControllerManager ServiceCA Storage`,
		namespaced: "IngressController",
		source:     openshiftAPI,
	},
	{name: "performance.openshift.io", cluster: "PerformanceProfile", source: "documentation of OpenShift"},
	{name: "pipelines.openshift.io", cluster: "GitopsService", source: "documentation of OpenShift GitOps"},
	{name: "project.openshift.io", cluster: "Project ProjectRequest", source: openshiftAPI + ": project/v1"},
	{name: "ptp.openshift.io", namespaced: "NodePtpDevice PtpConfig PtpOperatorConfig", source: "documentation of OpenShift"},
	{name: "quota.openshift.io", cluster: "ClusterResourceQuota", source: openshiftAPI},
	{name: "quota.openshift.io", namespaced: "AppliedClusterResourceQuota", source: openshiftAPI + ": quota/v1"},
	{name: "route.openshift.io", namespaced: "Route", source: openshiftAPI},
	{name: "samples.operator.openshift.io", cluster: "Config", source: openshiftAPI},
	{name: "security.internal.openshift.io", cluster: "RangeAllocation", source: openshiftAPI},
	{name: "security.openshift.io", cluster: "SecurityContextConstraints", source: openshiftAPI},
	{
		name:       "security.openshift.io",
		cluster:    "RangeAllocation",
		namespaced: "PodSecurityPolicyReview PodSecurityPolicySelfSubjectReview PodSecurityPolicySubjectReview",
		source:     openshiftAPI + ": security/v1",
	},
	{name: "sharedresource.openshift.io", cluster: "SharedConfigMap SharedSecret", source: openshiftAPI},
	{
		name:       "template.openshift.io",
		cluster:    "BrokerTemplateInstance",
		namespaced: "ProcessedTemplate Template TemplateInstance",
		source:     openshiftAPI + ": template/v1",
	},
	{name: "tuned.openshift.io", namespaced: "Profile Tuned", source: "documentation of OpenShift"},
	{name: "user.openshift.io", cluster: "Group Identity User UserIdentityMapping", source: openshiftAPI + ": user/v1"},
}
