package policy

import (
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// noPrivilegedAccess refuses Roles with which the preview's pods could create objects
// that this policy refuses, and bindings that grant rights in the preview to foreign
// subjects.
func noPrivilegedAccess(r *resource.Resource, scope Scope) []objection {
	gvk := r.GetGvk()
	switch {
	case gvk.Group != "rbac.authorization.k8s.io":
		return nil
	case gvk.Kind == "Role" && !isListOf(object.At(r.YNode(), "rules"), isHarmlessRule):
		return []objection{{allowRole, "its rules let pods change more than ConfigMaps, Events and Leases, so pods could create objects that this policy refuses", "grant only get, list and watch, or only those resources"}}
	case gvk.Kind == "RoleBinding":
		return bindingObjections(r.YNode(), scope)
	}
	return nil
}

func bindingObjections(binding *yaml.Node, scope Scope) []objection {
	var out []objection
	if !isOneOf(object.At(binding, "roleRef", "kind"), "Role") {
		out = append(out, objection{allowClusterRole, "roleRef: it binds a ClusterRole, and the rules of a ClusterRole can't be checked", "bind a Role of the overlay"})
	}
	if !isListOf(object.At(binding, "subjects"), scope.isOwnAccount) {
		out = append(out, objection{allowForeignSubject, "subjects: it grants rights in the preview to subjects other than its ServiceAccounts", "name only ServiceAccounts of the overlay"})
	}
	return out
}

// isHarmlessRule reports whether a rule of a Role grants only read access, or only
// access to resources that can't create pods.
func isHarmlessRule(rule *yaml.Node) bool {
	readOnly := isListOf(object.At(rule, "verbs"), func(verb *yaml.Node) bool {
		return isOneOf(verb, "get", "list", "watch")
	})
	return rule.Kind == yaml.MappingNode && (readOnly || isListOf(object.At(rule, "resources"), func(kind *yaml.Node) bool {
		return isOneOf(kind, "configmaps", "events", "leases")
	}))
}

// isOwnAccount reports whether a subject is a ServiceAccount of the preview. In a
// base, the namespace is not known yet.
func (s Scope) isOwnAccount(subject *yaml.Node) bool {
	kind := object.At(subject, "kind")
	return !isNull(kind) && isOneOf(kind, "ServiceAccount") &&
		(s.Own == "" || isOneOf(object.At(subject, "namespace"), s.Own))
}

// noPodSecurityOverride refuses a Namespace that disables the cluster's Pod Security
// admission (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
func noPodSecurityOverride(r *resource.Resource, _ Scope) []objection {
	const enforce = "pod-security.kubernetes.io/enforce"
	if !object.IsNamespace(r) || isOneOf(object.At(r.YNode(), "metadata", "labels", enforce), "baseline", "restricted") {
		return nil
	}
	return []objection{{allowPodSecurity, "its label " + enforce + " would admit every pod", "remove the label, or set it to baseline"}}
}

// noAdminServiceAccount refuses Jobs in the administration namespace that run as a
// ServiceAccount which was created for another purpose.
func noAdminServiceAccount(r *resource.Resource, scope Scope) []objection {
	if !scope.IsAdmin(r) {
		return nil
	}
	pod := object.At(r.YNode(), "spec", "template", "spec") // onlyAdminHooks refuses all kinds but Jobs
	if isOneOf(object.At(pod, "serviceAccountName"), "", "default", scope.Account) && isOneOf(object.At(pod, "serviceAccount"), "", "default", scope.Account) {
		return nil
	}
	return []objection{{allowServiceAccount, "it would have the token of a ServiceAccount of the administration namespace, " + scope.Admin, "remove its serviceAccountName"}}
}
