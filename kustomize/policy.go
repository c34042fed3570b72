package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A rule says what is wrong with an object that was built, and what to do
// about it; "" if nothing is.
type rule func(r *resource.Resource, in namespaces) (reason, fix string)

// namespaces are those that an overlay may have objects in.
type namespaces struct {
	// own is the preview's, or "" as long as no preview is known.
	own string
	// admin is the administration namespace, or "" where there is none.
	admin string
}

func (n namespaces) isAdmin(r *resource.Resource) bool {
	return n.admin != "" && r.GetNamespace() == n.admin
}

// rules returns all that is asked of the objects of an overlay.
func rules() []rule {
	return []rule{noSecret, noClusterKind, onlyHooks, noLateHook, ownNamespace}
}

// checkPolicy returns a *RefusedError for every object that a rule forbids.
// origin tells the file that an object comes from.
func checkPolicy(objects []*resource.Resource, in namespaces, origin func(name string) string) error {
	var errs []error
	for _, r := range objects {
		for _, rule := range rules() {
			if reason, fix := rule(r, in); reason != "" {
				errs = append(errs, &RefusedError{Path: origin(label(r)), Resource: label(r), Reason: reason, Fix: fix})
				break
			}
		}
	}
	return joined(errs)
}

// noSecret keeps secrets out of Git, where they stay readable in history.
func noSecret(r *resource.Resource, _ namespaces) (reason, fix string) {
	if r.GetKind() != "Secret" || r.GetApiVersion() != "v1" {
		return "", ""
	}
	return "a plain Secret must not be committed", "use an ExternalSecret or a SealedSecret, or copy it into the namespace in the cluster"
}

// noClusterKind keeps previews from changing what they share.
func noClusterKind(r *resource.Resource, in namespaces) (reason, fix string) {
	switch {
	case isNamespace(r) && in.admin != "" && r.GetName() == in.admin:
		return "all previews share the administration namespace", "leave it out of the base and install it once for the cluster"
	case isNamespace(r) && in.own != "" && r.GetName() != in.own:
		return "it is not the preview's own namespace, " + in.own, "leave it out of the base"
	case isNamespace(r):
		return "", ""
	}
	if !clusterWide(r) {
		return "", ""
	}
	return r.GetKind() + " is a cluster-wide kind, which all previews would share", "leave it out of the base and install it once for the cluster"
}

// onlyHooks keeps everything but hooks out of the administration namespace,
// which all previews share and which has credentials that none of them may have.
func onlyHooks(r *resource.Resource, in namespaces) (reason, fix string) {
	if !in.isAdmin(r) {
		return "", ""
	}
	switch have := phasesOf(r); {
	case r.GetKind() != "Job" || r.GetApiVersion() != "batch/v1":
		return "only Jobs (batch/v1) can be in the administration namespace, " + in.admin,
			"take out its namespace, so that it goes into the preview's own, or install it once for all previews"
	case len(have) == 0 || slices.ContainsFunc(have, unknownPhase):
		return "in the administration namespace, " + in.admin + ", a Job must be a hook of Argo CD's",
			"annotate it with " + hook + " and some of " + strings.Join(phases, ", ")
	case (slices.Contains(have, preDelete) || slices.Contains(have, postDelete)) && !deletedWhenDone(r):
		return "it would stay in the administration namespace, " + in.admin + ", and be taken for done when the preview is deleted a second time",
			"annotate it with " + deletePolicy + ": HookSucceeded"
	}
	return "", ""
}

// noLateHook refuses hooks that Argo CD would create after everything else of
// the preview was deleted, into its namespace that was, too.
func noLateHook(r *resource.Resource, in namespaces) (reason, fix string) {
	if in.isAdmin(r) || !slices.Contains(phasesOf(r), postDelete) {
		return "", ""
	}
	reason = "a PostDelete hook runs when the preview's own namespace is gone, so it could not be created, and the deletion would hang"
	if in.admin == "" {
		return reason, "set overlay.adminNamespace, and write that namespace into the metadata of the Job"
	}
	return reason, "make it a Job with metadata.namespace: " + in.admin + " (overlay.adminNamespace)"
}

// ownNamespace keeps previews out of other namespaces.
func ownNamespace(r *resource.Resource, in namespaces) (reason, fix string) {
	if in.own == "" || isNamespace(r) || r.GetNamespace() == in.own || in.isAdmin(r) {
		return "", ""
	}
	return "it is in the namespace \"" + oneLine(r.GetNamespace()) + "\" and not in the preview's own, " + in.own, "take out what sets its namespace"
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
