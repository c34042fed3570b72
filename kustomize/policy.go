package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A rule says what is wrong with an object that was built, and what to do
// about it; "" if nothing is. namespace is the preview's, or "" as long as no
// preview is known.
type rule func(r *resource.Resource, namespace string) (reason, fix string)

// rules returns all that is asked of the objects of an overlay.
func rules() []rule {
	return []rule{noSecret, noClusterKind, ownNamespace}
}

// checkPolicy returns a *RefusedError for every object that a rule forbids.
// origin tells the file that an object comes from.
func checkPolicy(objects []*resource.Resource, namespace string, origin func(name string) string) error {
	var errs []error
	for _, r := range objects {
		for _, rule := range rules() {
			if reason, fix := rule(r, namespace); reason != "" {
				errs = append(errs, &RefusedError{Path: origin(label(r)), Resource: label(r), Reason: reason, Fix: fix})
				break
			}
		}
	}
	return joined(errs)
}

// noSecret keeps secrets out of Git, where they stay readable in history.
func noSecret(r *resource.Resource, _ string) (reason, fix string) {
	if r.GetKind() != "Secret" || r.GetApiVersion() != "v1" {
		return "", ""
	}
	return "a plain Secret must not be committed", "use an ExternalSecret or a SealedSecret, or copy it into the namespace in the cluster"
}

// noClusterKind keeps previews from changing what they share.
func noClusterKind(r *resource.Resource, namespace string) (reason, fix string) {
	if isNamespace(r) {
		if namespace != "" && r.GetName() != namespace {
			return "it is not the preview's own namespace, " + namespace, "leave it out of the base"
		}
		return "", ""
	}
	if !clusterWide(r) {
		return "", ""
	}
	return r.GetKind() + " is a cluster-wide kind, which all previews would share", "leave it out of the base and install it once for the cluster"
}

// ownNamespace keeps previews out of other namespaces.
func ownNamespace(r *resource.Resource, namespace string) (reason, fix string) {
	if namespace == "" || isNamespace(r) || r.GetNamespace() == namespace {
		return "", ""
	}
	return "it is in the namespace \"" + oneLine(r.GetNamespace()) + "\" and not in the preview's own, " + namespace, "take out what sets its namespace"
}

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
	case "storagemigration.k8s.io":
		return []string{"StorageVersionMigration"}
	case "gateway.networking.k8s.io":
		return []string{"GatewayClass"}
	case "cert-manager.io":
		return []string{"ClusterIssuer"}
	case "external-secrets.io":
		return []string{"ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"}
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
