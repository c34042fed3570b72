package kinds

// kubernetesGroups has the kinds of Kubernetes 1.36, and the kinds of earlier versions.
var kubernetesGroups = []group{
	{
		name:    "",
		cluster: "ComponentStatus Namespace Node PersistentVolume",
		namespaced: `
			Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate
			ReplicationController ResourceQuota Secret Service ServiceAccount`,
		source: kubernetes,
	},
	{
		name:    "admissionregistration.k8s.io",
		cluster: "ExternalAdmissionHookConfiguration InitializerConfiguration",
		source:  "documentation of Kubernetes 1.8: admissionregistration.k8s.io/v1alpha1",
	},
	{
		name: "admissionregistration.k8s.io",
		cluster: `
			MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
			ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration`,
		source: kubernetes,
	},
	{name: "apiextensions.k8s.io", cluster: "CustomResourceDefinition", source: kubernetes},
	{name: "apiregistration.k8s.io", cluster: "APIService", source: kubernetes},
	{name: "apps", namespaced: "DeploymentRollback Scale", source: "k8s.io/api@v0.36.3: apps/v1beta1"},
	{name: "apps", namespaced: "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", source: kubernetes},
	{name: "auditregistration.k8s.io", cluster: "AuditSink", source: "k8s.io/api@v0.18.0: auditregistration/v1alpha1"},
	{name: "authentication.k8s.io", cluster: "SelfSubjectReview TokenReview", namespaced: "TokenRequest", source: kubernetes},
	{
		name:       "authorization.k8s.io",
		cluster:    "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
		namespaced: "LocalSubjectAccessReview",
		source:     kubernetes,
	},
	{name: "autoscaling", namespaced: "HorizontalPodAutoscaler Scale", source: kubernetes},
	{name: "batch", namespaced: "JobTemplate", source: "k8s.io/api@v0.20.0: batch/v1beta1"},
	{name: "batch", namespaced: "CronJob Job", source: kubernetes},
	{
		name:       "certificates.k8s.io",
		cluster:    "CertificateSigningRequest ClusterTrustBundle",
		namespaced: "PodCertificateRequest",
		source:     kubernetes,
	},
	{name: "coordination.k8s.io", namespaced: "Lease LeaseCandidate", source: kubernetes},
	{
		name:    "custom.metrics.k8s.io",
		cluster: "MetricValue",
		source:  "k8s.io/metrics@v0.36.3: pkg/apis/custom_metrics/v1beta2, which describes objects of both scopes",
	},
	{name: "discovery.k8s.io", namespaced: "EndpointSlice", source: kubernetes},
	{name: "events.k8s.io", namespaced: "Event", source: kubernetes},
	{name: "extensions", cluster: "ThirdPartyResource", source: "documentation of Kubernetes 1.7"},
	{name: "extensions", cluster: "PodSecurityPolicy", source: "k8s.io/api@v0.20.0: extensions/v1beta1"},
	{
		name:       "extensions",
		namespaced: "DaemonSet Deployment DeploymentRollback Ingress NetworkPolicy ReplicaSet Scale",
		source:     "k8s.io/api@v0.36.3: extensions/v1beta1",
	},
	{
		name:       "external.metrics.k8s.io",
		namespaced: "ExternalMetricValue",
		source:     "k8s.io/metrics@v0.36.3: pkg/apis/external_metrics/v1beta1",
	},
	{name: "flowcontrol.apiserver.k8s.io", cluster: "FlowSchema PriorityLevelConfiguration", source: kubernetes},
	{name: "imagepolicy.k8s.io", cluster: "ImageReview", source: "k8s.io/api@v0.36.3: imagepolicy/v1alpha1"},
	{name: "internal.apiserver.k8s.io", cluster: "StorageVersion", source: kubernetes},
	{
		name:       "metrics.k8s.io",
		cluster:    "NodeMetrics",
		namespaced: "PodMetrics",
		source:     "k8s.io/metrics@v0.36.3: pkg/apis/metrics/v1beta1",
	},
	{name: "networking.k8s.io", cluster: "ClusterCIDR", source: "k8s.io/api@v0.28.0: networking/v1alpha1"},
	{
		name:       "networking.k8s.io",
		cluster:    "IPAddress IngressClass ServiceCIDR",
		namespaced: "Ingress NetworkPolicy",
		source:     kubernetes,
	},
	{name: "node.k8s.io", cluster: "RuntimeClass", source: kubernetes},
	{name: "policy", cluster: "PodSecurityPolicy", source: "k8s.io/api@v0.24.0: policy/v1beta1"},
	{name: "policy", namespaced: "Eviction PodDisruptionBudget", source: kubernetes},
	{
		name:       "rbac.authorization.k8s.io",
		cluster:    "ClusterRole ClusterRoleBinding",
		namespaced: "Role RoleBinding",
		source:     kubernetes,
	},
	{
		name:       "resource.k8s.io",
		cluster:    "ResourceClass",
		namespaced: "PodScheduling PodSchedulingContext ResourceClaimParameters ResourceClassParameters",
		source:     "k8s.io/api@v0.30.0: resource/v1alpha2; PodScheduling from v0.26.0: resource/v1alpha1",
	},
	{
		name:       "resource.k8s.io",
		cluster:    "DeviceClass DeviceTaintRule ResourcePoolStatusRequest ResourceSlice",
		namespaced: "ResourceClaim ResourceClaimTemplate",
		source:     kubernetes,
	},
	{name: "scheduling.k8s.io", cluster: "PriorityClass", namespaced: "PodGroup Workload", source: kubernetes},
	{name: "settings.k8s.io", namespaced: "PodPreset", source: "k8s.io/api@v0.18.0: settings/v1alpha1"},
	{
		name:       "storage.k8s.io",
		cluster:    "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
		namespaced: "CSIStorageCapacity",
		source:     kubernetes,
	},
	{name: "storagemigration.k8s.io", cluster: "StorageVersionMigration", source: kubernetes},
}
