package policy

// clusterKinds has the cluster-wide kinds of Kubernetes 1.36, of the Gateway API and
// of common controllers, by group. Kustomize's own table has only some versions of some
// of them.
var clusterKinds = map[string][]string{
	"":                             {"ComponentStatus", "Namespace", "Node", "PersistentVolume"},
	"admissionregistration.k8s.io": {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"},
	"apiextensions.k8s.io":         {"CustomResourceDefinition"},
	"apiregistration.k8s.io":       {"APIService"},
	"certificates.k8s.io":          {"CertificateSigningRequest", "ClusterTrustBundle"},
	"flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
	"internal.apiserver.k8s.io":    {"StorageVersion"},
	"networking.k8s.io":            {"IPAddress", "IngressClass", "ServiceCIDR"},
	"node.k8s.io":                  {"RuntimeClass"},
	"policy":                       {"PodSecurityPolicy"},
	"rbac.authorization.k8s.io":    {"ClusterRole", "ClusterRoleBinding"},
	"resource.k8s.io":              {"DeviceClass", "DeviceTaintRule", "ResourceSlice"},
	"scheduling.k8s.io":            {"PriorityClass"},
	"storage.k8s.io":               {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
	"snapshot.storage.k8s.io":      {"VolumeSnapshotClass", "VolumeSnapshotContent"},
	"groupsnapshot.storage.k8s.io": {"VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent"},
	"storagemigration.k8s.io":      {"StorageVersionMigration"},
	"gateway.networking.k8s.io":    {"GatewayClass"},
	"cert-manager.io":              {"ClusterIssuer"},
	"external-secrets.io":          {"ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"},
	"cilium.io":                    {"CiliumClusterwideNetworkPolicy"},
	"kyverno.io":                   {"ClusterCleanupPolicy", "ClusterPolicy"},
}
