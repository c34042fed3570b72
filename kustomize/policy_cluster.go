package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// clusterKinds are the cluster-wide kinds of Kubernetes 1.36, of the Gateway
// API and of controllers that previews often meet, by group. Kustomize's own
// table knows some versions of some of them.
func clusterKinds(group string) []string {
	switch group {
	case "":
		return []string{"ComponentStatus", "Namespace", "Node", "PersistentVolume"}
	case "admissionregistration.k8s.io":
		return []string{"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"}
	case "apiextensions.k8s.io":
		return []string{"CustomResourceDefinition"}
	case "apiregistration.k8s.io":
		return []string{"APIService"}
	case "certificates.k8s.io":
		return []string{"CertificateSigningRequest", "ClusterTrustBundle"}
	case "flowcontrol.apiserver.k8s.io":
		return []string{"FlowSchema", "PriorityLevelConfiguration"}
	case "internal.apiserver.k8s.io":
		return []string{"StorageVersion"}
	case "networking.k8s.io":
		return []string{"IPAddress", "IngressClass", "ServiceCIDR"}
	case "node.k8s.io":
		return []string{"RuntimeClass"}
	case "policy":
		return []string{"PodSecurityPolicy"}
	case "rbac.authorization.k8s.io":
		return []string{"ClusterRole", "ClusterRoleBinding"}
	case "resource.k8s.io":
		return []string{"DeviceClass", "DeviceTaintRule", "ResourceSlice"}
	case "scheduling.k8s.io":
		return []string{"PriorityClass"}
	case "storage.k8s.io":
		return []string{"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"}
	case "snapshot.storage.k8s.io":
		return []string{"VolumeSnapshotClass", "VolumeSnapshotContent"}
	case "groupsnapshot.storage.k8s.io":
		return []string{"VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent"}
	case "storagemigration.k8s.io":
		return []string{"StorageVersionMigration"}
	case "gateway.networking.k8s.io":
		return []string{"GatewayClass"}
	case "cert-manager.io":
		return []string{"ClusterIssuer"}
	case "external-secrets.io":
		return []string{"ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"}
	case "cilium.io":
		return []string{"CiliumClusterwideNetworkPolicy"}
	case "kyverno.io":
		return []string{"ClusterCleanupPolicy", "ClusterPolicy"}
	}
	return nil
}

// clusterWide reports whether r is of a kind that is known to be cluster-wide.
// Unknown kinds pass for namespaced ones.
func clusterWide(r *resource.Resource) bool {
	gvk := r.GetGvk()
	if slices.Contains(clusterKinds(gvk.Group), gvk.Kind) {
		return true
	}
	return openapi.IsCertainlyClusterScoped(yaml.TypeMeta{APIVersion: r.GetApiVersion(), Kind: gvk.Kind})
}
