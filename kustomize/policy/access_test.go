package policy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

const rbac = "rbac.authorization.k8s.io/v1"

// listCase is a field with texts of which only some pass.
type listCase struct {
	name  string
	scope policy.Scope
	// object is the object in YAML, with a place for a text.
	object, word string
	texts        []string
}

func listCases() []listCase {
	admin := policy.Scope{Admin: "admin", Account: "previewset-db"}
	role := func(rule string) string { return ofKind(rbac, "Role", "rules: [{"+rule+"}]") }
	binding := func(fields string) string { return ofKind(rbac, "RoleBinding", fields) }
	own := "subjects: [{kind: ServiceAccount, name: default, namespace: %s}]\nroleRef: {kind: Role, name: y}"
	job := func(pod string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: admin, annotations: {argocd.argoproj.io/hook: PreSync}}\n" +
			"spec: {template: {spec: {" + pod + "}}}\n"
	}
	accounts := []string{"", "default", "previewset-db"}
	return []listCase{
		{"verbs of a Role", policy.Scope{}, role("resources: [pods], verbs: [get, %s]"), "role", []string{"get", "list", "watch"}},
		{"resources of a Role", policy.Scope{}, role("resources: [events, %s], verbs: [create]"), "role", []string{"configmaps", "events", "leases"}},
		{
			"kind of a subject",
			policy.Scope{},
			binding("subjects: [{kind: %s, name: y}]\nroleRef: {kind: Role, name: y}"), "foreign-subject",
			[]string{"ServiceAccount"},
		},
		{
			"namespace of a subject",
			policy.Scope{Own: "own"},
			"apiVersion: " + rbac + "\nkind: RoleBinding\nmetadata: {name: x, namespace: own}\n" + own, "foreign-subject",
			[]string{"own"},
		},
		{"kind of a roleRef", policy.Scope{}, binding("subjects: [{kind: ServiceAccount, name: y}]\nroleRef: {kind: %s, name: y}"), "cluster-role", []string{"", "Role"}},
		{
			"label of a Namespace",
			policy.Scope{},
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {pod-security.kubernetes.io/enforce: %s}}\n",
			"pod-security",
			[]string{"", "baseline", "restricted"},
		},
		{"serviceAccountName", admin, job("serviceAccountName: %s"), "service-account", accounts},
		{"serviceAccount", admin, job("serviceAccount: %s"), "service-account", accounts},
	}
}

// TestListsAcceptOnlyTheirWords tries every word of the source code in each list.
func TestListsAcceptOnlyTheirWords(t *testing.T) {
	t.Parallel()
	all := append(someWords(), "get", "default", "own", "admin", "previewset-db", "privileged", "ClusterRole", "pods/exec", "deletecollection")
	for _, tt := range listCases() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, text := range slices.Concat(all, tt.texts) {
				word := tt.word
				if slices.Contains(tt.texts, text) {
					word = ""
				}
				expect(t, tt.scope, fmt.Sprintf(tt.object, quoted(text)), word)
			}
		})
	}
}

// TestFormsOfRolesAndBindings tries rules, subjects and roleRefs that are missing or
// have another type.
func TestFormsOfRolesAndBindings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, fields, word string }{
		{"no rules", "Role", "", ""},
		{"rules that are null", "Role", "rules: null", ""},
		{"rules that are no list", "Role", "rules: {verbs: [get]}", "role"},
		{"a rule that is a text", "Role", "rules: [get]", "role"},
		{"a second rule", "Role", "rules: [{resources: [pods], verbs: [get]}, {resources: [pods], verbs: [create]}]", "role"},
		{"verbs that are a text", "Role", "rules: [{resources: [pods], verbs: create}]", "role"},
		{"no verbs", "Role", "rules: [{resources: [pods]}]", ""},
		{"no subjects", "RoleBinding", "roleRef: {kind: Role}", ""},
		{"subjects that are no list", "RoleBinding", "roleRef: {kind: Role}\nsubjects: {kind: ServiceAccount}", "foreign-subject"},
		{"a subject without a kind", "RoleBinding", "roleRef: {kind: Role}\nsubjects: [{name: y}]", "foreign-subject"},
		{"a second subject", "RoleBinding", "roleRef: {kind: Role}\nsubjects: [{kind: ServiceAccount}, {kind: User}]", "foreign-subject"},
		{"a roleRef that is a text", "RoleBinding", "roleRef: Role", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, policy.Scope{}, ofKind(rbac, tt.kind, tt.fields), tt.word)
		})
	}
}

// TestAccountsOutsideTheAdministrationNamespace checks Jobs that are not in the
// administration namespace. Their ServiceAccounts belong to the preview.
func TestAccountsOutsideTheAdministrationNamespace(t *testing.T) {
	t.Parallel()
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: own}\nspec: {template: {spec: {serviceAccountName: owner}}}\n"
	expect(t, policy.Scope{Own: "own", Admin: "admin"}, job, "")
	expect(t, policy.Scope{}, job, "")
}
