package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/policy"
)

// TestReferencesToNamespaces tries references in a preview, and in a base, whose namespace is not
// known yet.
func TestReferencesToNamespaces(t *testing.T) {
	t.Parallel()
	const monitor, chaos, store, prometheus = "monitoring.coreos.com/v1 ServiceMonitor", "chaos-mesh.org/v1alpha1 PodChaos",
		"external-secrets.io/v1 SecretStore", "monitoring.coreos.com/v1 Prometheus"
	for _, tt := range []struct{ kind, spec, inPreview, inBase string }{
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: {name: x}}", "", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: x}", "", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: {namespace: own}}", "", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: {namespace: other}}", "other-namespace", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: {namespace: {}}}", "other-namespace", "other-namespace"},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: [null, x, {namespace: own}]}", "", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: [{namespace: own}, {namespace: other}]}", "other-namespace", ""},
		{"k8s.mariadb.com/v1 User", "{mariaDbRef: [[{namespace: own}]]}", "other-namespace", "other-namespace"},
		{"example.com/v1 User", "{mariaDbRef: {namespace: other}}", "", ""},
		{monitor, "{namespaceSelector: {matchNames: [own, '', null]}}", "", ""},
		{monitor, "{namespaceSelector: {matchNames: [own, other]}}", "other-namespace", ""},
		{monitor, "{namespaceSelector: {matchNames: {own: own}}}", "other-namespace", "other-namespace"},
		{monitor, "{namespaceSelector: {any: true}}", "other-namespace", "other-namespace"},
		{prometheus, "{ruleNamespaceSelector: null}", "", ""},
		{prometheus, "{ruleNamespaceSelector: {}}", "other-namespace", "other-namespace"},
		{prometheus, "{ruleNamespaceSelector: {matchLabels: {kubernetes.io/metadata.name: own}}}", "", ""},
		{prometheus, "{ruleNamespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}", "other-namespace", ""},
		{prometheus, "{ruleNamespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ''}}}", "other-namespace", "other-namespace"},
		{prometheus, "{ruleNamespaceSelector: {matchLabels: {a: own}}}", "other-namespace", "other-namespace"},
		{prometheus, "{affinity: {namespaceSelector: {}}}", "", ""},
		{chaos, "{selector: {pods: {own: [x]}}}", "", ""},
		{chaos, "{selector: {pods: {own: [x], other: [x]}}}", "other-namespace", ""},
		{chaos, "{selector: {pods: [own]}}", "other-namespace", "other-namespace"},
		{store, "{provider: {aws: {auth: {secretRef: {accessKeyIDSecretRef: {name: x}}}}}}", "", ""},
		{store, "{provider: {aws: {auth: {secretRef: {accessKeyIDSecretRef: {name: ''}}}}}}", "credentials", "credentials"},
		{store, "{provider: {aws: {auth: {secretRef: {accessKeyIDSecretRef: {key: x}}}}}}", "credentials", "credentials"},
		{store, "{provider: {aws: {caProvider: {name: x}, name: x}}}", "credentials", "credentials"},
		{"monitoring.coreos.com/v1alpha1 ScrapeConfig", "{kubernetesSDConfigs: [{namespaces: {names: [own]}}]}", "", ""},
		{"monitoring.coreos.com/v1alpha1 ScrapeConfig", "{kubernetesSDConfigs: [{namespaces: {names: [other], ownNamespace: true}}]}", "scrape", ""},
		{"monitoring.coreos.com/v1alpha1 ScrapeConfig", "{kubernetesSDConfigs: [{namespaces: {ownNamespace: false}}]}", "scrape", "scrape"},
		{"monitoring.coreos.com/v1alpha1 ScrapeConfig", "{kubernetesSDConfigs: [{namespaces: {names: []}}]}", "scrape", "scrape"},
	} {
		apiVersion, kind, _ := strings.Cut(tt.kind, " ")
		object := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x, namespace: own}\nspec: %s\n", apiVersion, kind, tt.spec)
		expect(t, policy.Scope{Own: "own"}, object, tt.inPreview)
		expect(t, policy.Scope{}, object, tt.inBase)
	}
}
