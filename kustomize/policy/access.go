package policy

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// noForeignPower refuses roles by which a preview's pods could do what its
// overlay may not, and bindings that give others power over the preview.
func noForeignPower(r *resource.Resource, in Scope) []objection {
	gvk := r.GetGvk()
	switch {
	case gvk.Group != "rbac.authorization.k8s.io":
		return nil
	case gvk.Kind == "Role" && !isEach(object.At(r.YNode(), "rules"), isModest):
		return []objection{{allowRole, "its rules let pods change more than ConfigMaps, Events and Leases, so they could make what is refused here", "grant get, list and watch, or name those resources"}}
	case gvk.Kind == "RoleBinding":
		return bindingObjections(r.YNode(), in)
	}
	return nil
}

func bindingObjections(binding *yaml.Node, in Scope) []objection {
	var out []objection
	if !isOneOf(object.At(binding, "roleRef", "kind"), "Role") {
		out = append(out, objection{allowClusterRole, "roleRef: it binds a ClusterRole, and what that allows can't be checked", "bind a Role of the overlay"})
	}
	if !isEach(object.At(binding, "subjects"), in.isOwnAccount) {
		out = append(out, objection{allowForeignSubject, "subjects: it gives rights in the preview to others than its ServiceAccounts", "name ServiceAccounts of the overlay alone"})
	}
	return out
}

// isModest reports whether a rule of a Role only lets look, or changes what no
// pod comes from.
func isModest(rule *yaml.Node) bool {
	looks := isEach(object.At(rule, "verbs"), func(verb *yaml.Node) bool {
		return isOneOf(verb, "get", "list", "watch")
	})
	return rule.Kind == yaml.MappingNode && (looks || isEach(object.At(rule, "resources"), func(kind *yaml.Node) bool {
		return isOneOf(kind, "configmaps", "events", "leases")
	}))
}

// isOwnAccount reports whether a subject is a ServiceAccount of the preview's.
// In a base, its namespace is not yet known.
func (s Scope) isOwnAccount(subject *yaml.Node) bool {
	kind := object.At(subject, "kind")
	return !isNull(kind) && isOneOf(kind, "ServiceAccount") &&
		(s.Own == "" || isOneOf(object.At(subject, "namespace"), s.Own))
}

// noLowerGuard refuses a Namespace that turns off what the cluster itself asks
// of pods (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
func noLowerGuard(r *resource.Resource, _ Scope) []objection {
	const enforce = "pod-security.kubernetes.io/enforce"
	if !object.IsNamespace(r) || isOneOf(object.At(r.YNode(), "metadata", "labels", enforce), "baseline", "restricted") {
		return nil
	}
	return []objection{{allowPodSecurity, "its label " + enforce + " would let every pod in", "take the label out, or make it baseline"}}
}

// noForeignAccount keeps the Jobs in the administration namespace from running
// as somebody who was set up there for something else.
func noForeignAccount(r *resource.Resource, in Scope) []objection {
	if !in.IsAdmin(r) {
		return nil
	}
	pod := object.At(r.YNode(), object.PodPath(r.CurId())...)
	if isOneOf(object.At(pod, "serviceAccountName"), "", "default", in.Account) && isOneOf(object.At(pod, "serviceAccount"), "", "default", in.Account) {
		return nil
	}
	return []objection{{allowServiceAccount, "it would have the token of a ServiceAccount of the administration namespace, " + in.Admin, "take out its serviceAccountName"}}
}
