package policy

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const rbac = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"

// accessRows has rights: Roles with which the preview's pods could create objects that this
// policy refuses, bindings that grant rights in the preview to foreign subjects, and accounts
// that were created for another purpose.
var accessRows = []Row{
	{
		Word: allowRole, Group: "rbac.authorization.k8s.io", Kinds: []string{"Role"}, Path: "rules", Except: harmlessRules,
		Why: "they let pods change more than ConfigMaps, Events and Leases, so pods could create objects that this policy refuses",
		Fix: "grant only get, list and watch, or only those resources", Source: rbac,
	},
	{
		Word: allowClusterRole, Group: "rbac.authorization.k8s.io", Kinds: []string{"RoleBinding"}, Path: "roleRef.kind", Except: texts("Role"),
		Why: "it binds a ClusterRole, and the rules of a ClusterRole can't be checked", Fix: "bind a Role of the overlay", Source: rbac,
	},
	{
		Word: allowForeignSubject, Group: "rbac.authorization.k8s.io", Kinds: []string{"RoleBinding"}, Path: "subjects", Except: ownAccounts,
		Why: "it grants rights in the preview to subjects other than its ServiceAccounts", Fix: "name only ServiceAccounts of the overlay", Source: rbac,
	},
	{
		Word: allowClusterRole, Group: "authorization.openshift.io", Kinds: []string{"Role", "RoleBinding"},
		Why: "its rules can't be checked", Fix: "write it for rbac.authorization.k8s.io/v1", Source: "github.com/openshift/api authorization/v1",
	},
	{
		Word: allowPodSecurity, Kinds: []string{"Namespace"}, Path: "metadata.labels[pod-security.kubernetes.io/enforce]", Except: texts("baseline", "restricted"),
		Why: "it would admit every pod", Fix: "remove the label, or set it to baseline",
		Source: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
	},
	{
		Word: allowServiceAccount, Group: "batch", Kinds: []string{"Job"}, Path: "spec.template.spec.serviceAccountName", Admin: true, Except: jobAccounts,
		Why: "it would have the token of a ServiceAccount of the administration namespace", Source: accountsOfPods,
	},
	{
		Word: allowServiceAccount, Group: "batch", Kinds: []string{"Job"}, Path: "spec.template.spec.serviceAccount", Admin: true, Except: jobAccounts,
		Why: "it would have the token of a ServiceAccount of the administration namespace", Source: accountsOfPods,
	},
}

const accountsOfPods = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"

// jobAccounts are the accounts for Jobs in the administration namespace.
var jobAccounts = Values{"`default`, and the account of the database Jobs", func(p fields.Place, in Scope) bool {
	return isOneOf(p.Node, "default", in.Account)
}}

// harmlessRules are rules of a Role that grant only read access, or only access to resources
// that can't create pods.
var harmlessRules = anyOf("the verbs `get`, `list` and `watch`, or the resources `configmaps`, `events` and `leases`", func(rules *yaml.Node) bool {
	return isListOf(rules, isHarmlessRule)
})

func isHarmlessRule(rule *yaml.Node) bool {
	readOnly := isListOf(object.At(rule, "verbs"), func(verb *yaml.Node) bool {
		return isOneOf(verb, "get", "list", "watch")
	})
	return rule.Kind == yaml.MappingNode && (readOnly || isListOf(object.At(rule, "resources"), func(kind *yaml.Node) bool {
		return isOneOf(kind, "configmaps", "events", "leases")
	}))
}

// ownAccounts are lists of ServiceAccounts of the preview.
var ownAccounts = Values{"ServiceAccounts of the preview", func(p fields.Place, in Scope) bool { return isListOf(p.Node, in.isOwnAccount) }}

// isOwnAccount reports whether a subject is a ServiceAccount of the preview. In a
// base, the namespace is not known yet.
func (s Scope) isOwnAccount(subject *yaml.Node) bool {
	kind := object.At(subject, "kind")
	return !isNull(kind) && isOneOf(kind, "ServiceAccount") &&
		(s.Own == "" || isOneOf(object.At(subject, "namespace"), s.Own))
}
