package kustomize_test

import (
	"strings"
	"testing"
)

// TestListsCoverTheRules has lists of hosts in which one item stands for the hosts of
// several rules. In the preview, the list must have each of them.
func TestListsCoverTheRules(t *testing.T) {
	t.Parallel()
	const host = "pr-42.shop.preview.localhost"
	rules := "rules: [{host: shop.example.com}, {host: api.example.com}]"
	wildcardRules := strings.Replace(rules, ",", ", {host: '*.example.com'},", 1)
	certificate := func(spec string) string {
		return "---\n" + manifest("cert-manager.io/v1", "Certificate", "spec: {"+spec+"}")
	}
	ingress := func(spec string) string {
		return manifest("networking.k8s.io/v1", "Ingress", "spec: {"+spec+"}")
	}
	istio := func(servers string) string {
		return "---\n" + manifest("networking.istio.io/v1", "Gateway", "spec: {servers: ["+servers+"]}")
	}
	for _, tt := range []struct{ name, objects, path, want string }{
		{"wildcard", ingress("tls: [{hosts: ['*.example.com']}], " + rules), "spec.tls[].hosts[]", "*.example-" + host + " " + host + " api-" + host},
		{"named too", ingress("tls: [{hosts: ['*.example.com', api.example.com]}], " + rules), "spec.tls[].hosts[]", "*.example-" + host + " api-" + host + " " + host},
		{"named in another list", ingress("tls: [{hosts: ['*.example.com']}, {hosts: [api.example.com]}], " + rules), "spec.tls[].hosts[]", "*.example-" + host + " " + host + " api-" + host},
		{"no hosts", ingress("tls: [{secretName: a}], " + rules), "spec.tls[].hosts[]", host + " api-" + host},
		{"empty list", ingress("tls: [{hosts: []}], " + rules), "spec.tls[].hosts[]", host + " api-" + host},
		{"empty item", ingress("tls: [{hosts: ['']}], " + rules), "spec.tls[].hosts[]", host + " api-" + host},
		{"only the rules of the object", ingress("tls: [{secretName: a}], rules: [{host: a.example.com}]") + "---\n" + strings.Replace(ingress(rules), "name: x", "name: y", 1), "spec.tls[].hosts[]", host},
		{"rule for every host", ingress("tls: [{secretName: a}], rules: [{http: {}}]"), "spec.tls[].hosts[]", host},
		{"other wildcard", ingress("tls: [{hosts: ['*.acme.dev']}], " + rules), "spec.tls[].hosts[]", "*.acme-" + host},
		{"every host of a Gateway", ingress(rules) + istio("{port: {number: 80}, hosts: ['*']}"), "spec.servers[].hosts[]", host + " api-" + host},
		{"with a namespace", ingress(rules) + istio("{port: {number: 80}, hosts: [x/shop.example.com, './*.example.com']}"), "spec.servers[].hosts[]", "x/" + host + " ./*.example-" + host + " ./api-" + host},
		{
			"named for the same port", ingress(rules) + istio("{port: {number: 443}, hosts: ['./*']}, {port: {number: 443}, hosts: [api.example.com]}, {port: {number: 80}, hosts: ['*']}"),
			"spec.servers[].hosts[]", "./shop-" + host + " " + host + " " + host + " shop-" + host, // the first host is that of the Gateway
		},
		{"certificate", ingress(wildcardRules) + certificate("dnsNames: ['*.example.com', '*.acme.dev']"), "spec.dnsNames[]", "*.example-" + host + " *.acme.dev " + host + " api-" + host},
		{"certificate of another wildcard", ingress(rules) + certificate("dnsNames: ['*.example.com']"), "spec.dnsNames[]", "*.example.com"},
		{"named in a certificate", ingress(wildcardRules) + certificate("dnsNames: [api.example.com, '*.example.com']"), "spec.dnsNames[]", "api-" + host + " *.example-" + host + " " + host},
		{"origins", ingress(wildcardRules) + "---\n" + manifest("gateway.envoyproxy.io/v1alpha1", "SecurityPolicy", "spec: {cors: {allowOrigins: ['https://*.example.com:8443']}}"), "spec.cors.allowOrigins[]", "https://*.example-" + host + ":8443 https://" + host + ":8443 https://api-" + host + ":8443"},
		{"rules of a policy", ingress(wildcardRules) + "---\n" + manifest("security.istio.io/v1", "AuthorizationPolicy", "spec: {rules: [{to: [{operation: {hosts: [api.example.com]}}, {operation: {hosts: ['*.example.com']}}]}]}"), "spec.rules[].to[].operation.hosts[]", "api-" + host + " *.example-" + host + " " + host + " api-" + host},
		{"APISIX", ingress(rules) + "---\n" + manifest("apisix.apache.org/v2", "ApisixTls", "spec: {hosts: [shop.example.com, '*.example.com']}"), "spec.hosts[]", host + " *.example-" + host + " api-" + host},
		{"no host", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n" + istio("{port: {number: 80}, hosts: ['*']}"), "spec.servers[].hosts[]", host},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := valuesAt(t, builtHosts(t, tt.objects), tt.path); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
