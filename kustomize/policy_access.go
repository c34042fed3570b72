package kustomize

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// noForeignPower refuses roles by which a preview's pods could do what its
// overlay may not, and bindings that give others power over the preview.
func noForeignPower(r *resource.Resource, in scope) []objection {
	gvk := r.GetGvk()
	switch {
	case gvk.Group != "rbac.authorization.k8s.io":
		return nil
	case gvk.Kind == "Role" && !isEach(node(r.YNode(), "rules"), isModest):
		return []objection{{allowRole, "its rules let pods change more than ConfigMaps, Events and Leases, so they could make what is refused here", "grant get, list and watch, or name those resources"}}
	case gvk.Kind == "RoleBinding":
		return bindingObjections(r.YNode(), in)
	}
	return nil
}

func bindingObjections(binding *yaml.Node, in scope) []objection {
	var out []objection
	if !isOneOf(node(binding, "roleRef", "kind"), "Role") {
		out = append(out, objection{allowClusterRole, "roleRef: it binds a ClusterRole, and what that allows can't be checked", "bind a Role of the overlay"})
	}
	if !isEach(node(binding, "subjects"), in.isOwnAccount) {
		out = append(out, objection{allowForeignSubject, "subjects: it gives rights in the preview to others than its ServiceAccounts", "name ServiceAccounts of the overlay alone"})
	}
	return out
}

// isModest reports whether a rule of a Role only lets look, or changes what no
// pod comes from.
func isModest(rule *yaml.Node) bool {
	looks := isEach(node(rule, "verbs"), func(verb *yaml.Node) bool {
		return isOneOf(verb, "get", "list", "watch")
	})
	return rule.Kind == yaml.MappingNode && (looks || isEach(node(rule, "resources"), func(kind *yaml.Node) bool {
		return isOneOf(kind, "configmaps", "events", "leases")
	}))
}

// isOwnAccount reports whether a subject is a ServiceAccount of the preview's.
// In a base, its namespace is not yet known.
func (s scope) isOwnAccount(subject *yaml.Node) bool {
	kind := node(subject, "kind")
	return !isNull(kind) && isOneOf(kind, "ServiceAccount") &&
		(s.own == "" || isOneOf(node(subject, "namespace"), s.own))
}

// noLowerGuard refuses a Namespace that turns off what the cluster itself asks
// of pods (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
func noLowerGuard(r *resource.Resource, _ scope) []objection {
	const enforce = "pod-security.kubernetes.io/enforce"
	if !isNamespace(r) || isOneOf(node(r.YNode(), "metadata", "labels", enforce), "baseline", "restricted") {
		return nil
	}
	return []objection{{allowPodSecurity, "its label " + enforce + " would let every pod in", "take the label out, or make it baseline"}}
}

// noForeignAccount keeps the Jobs in the administration namespace from running
// as somebody who was set up there for something else.
func noForeignAccount(r *resource.Resource, in scope) []objection {
	if !in.isAdmin(r) {
		return nil
	}
	pod := node(r.YNode(), podPath(idOf(r))...)
	if isOneOf(node(pod, "serviceAccountName"), "", "default", in.account) && isOneOf(node(pod, "serviceAccount"), "", "default", in.account) {
		return nil
	}
	return []objection{{allowServiceAccount, "it would have the token of a ServiceAccount of the administration namespace, " + in.admin, "take out its serviceAccountName"}}
}
