package kustomize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// twoHosts is a base with two hosts, and a ConfigMap that mentions both.
const twoHosts = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n" +
	"spec: {rules: [{host: shop.example.com}, {host: api.example.com, http: {paths: [{path: /api, backend: {service: {name: api}}}]}}]}\n---\n" +
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: links}\ndata: {api: api.example.com, shop: shop.example.com}\n"

// copying returns a component that copies keys of the ConfigMap preview to fields.
func copying(fields ...[3]string) string {
	text := component + "replacements:\n"
	for _, f := range fields {
		text += "- source: {kind: ConfigMap, name: preview, fieldPath: data." + f[0] + "}\n  targets: [{select: {kind: " + f[1] + ", name: " + map[string]string{"Ingress": "web", "ConfigMap": "links"}[f[1]] + "}, fieldPaths: [" + f[2] + "]}]\n"
	}
	return text
}

// TestComponentsReplaceHosts has components that set the hosts of the base themselves.
func TestComponentsReplaceHosts(t *testing.T) {
	t.Parallel()
	const own = "pr-42.shop.preview.localhost"
	for _, tt := range []struct {
		name, component string
		hosts           []string
		want, warnings  string
	}{
		{
			"by themselves", copying([3]string{"host_shop", "Ingress", "spec.rules.0.host"}, [3]string{"host_api", "Ingress", "spec.rules.1.host"}),
			[]string{"shop.example.com", "api.example.com"},
			own + " api-" + own, "api.example.com shop.example.com",
		},
		{
			"in other fields", copying([3]string{"host_shop", "ConfigMap", "data.shop"}, [3]string{"host_api", "ConfigMap", "data.api"}),
			[]string{"shop.example.com", "api.example.com"},
			own + " api-" + own, "",
		},
		{
			"by the preview's host", copying([3]string{"host", "Ingress", "spec.rules.1.host"}),
			[]string{"shop.example.com"},
			own + " " + own, "api.example.com shop.example.com",
		},
		{
			"after another host is gone", component + "patches:\n- target: {kind: Ingress, name: web}\n  patch: '[{\"op\": \"remove\", \"path\": \"/spec/rules/0\"}]'\n" +
				strings.TrimPrefix(copying([3]string{"host_shop", "ConfigMap", "data.shop"}), component),
			[]string{"api.example.com", "shop.example.com"},
			own, "api.example.com",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec, tree := withComponent(tt.component, twoHosts)
			base := load(t, spec, tree)
			if got := base.Hosts(); !slices.Equal(got, tt.hosts) {
				t.Errorf("got hosts %q, want %q", got, tt.hosts)
			}
			manifests := build(t, base, render(t, base, pullRequest()))
			var served []string
			for _, r := range parsed(t, manifests) {
				if r.GetKind() == "Ingress" {
					for _, item := range object.Items(object.At(r.YNode(), "spec", "rules")) {
						served = append(served, object.String(object.Child(item, "host")))
					}
				}
			}
			if got := strings.Join(served, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			var warned []string
			for _, w := range base.Warnings() {
				for _, word := range strings.Fields(w.Message) {
					if strings.HasSuffix(word, ".example.com,") {
						warned = append(warned, strings.Trim(word, ","))
					}
				}
			}
			if got := strings.Join(warned, " "); got != tt.warnings {
				t.Errorf("got warnings about %s, want %s: %v", got, tt.warnings, base.Warnings())
			}
		})
	}
}

// TestHostKeysWithoutOtherHosts has a component that removes the host whose label another
// host has, too: the key of the other host must stay.
func TestHostKeysWithoutOtherHosts(t *testing.T) {
	t.Parallel()
	remove := "patches:\n- target: {kind: Ingress}\n  patch: '[{\"op\": \"remove\", \"path\": \"/spec/rules/0\"}]'\n"
	data := hostData(t, kustomize.Spec{Components: []string{"c"}}, pullRequest(), remove, "api.us.example.com", "api.eu.example.com")
	if _, ok := data["host_api"]; ok || data["host_api_eu"] == "" {
		t.Errorf("got %q, want host_api_eu only", data)
	}
}

// TestComponentServesTheHost has a base whose first host becomes the host that a component
// of the library serves, too.
func TestComponentServesTheHost(t *testing.T) {
	t.Parallel()
	spec, tree := withComponent(component, "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api}\n"+
		"spec: {ingressClassName: nginx, rules: [{host: api.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}}]}\n")
	spec.Components = []string{"builtin:ingress"}
	base := load(t, spec, tree)
	_, err := base.Render(t.Context(), pullRequest(), entry)
	got := refused(t, err)
	want := "spec.rules[0].host: it would have the same host for the same requests as spec.rules[0].host of Ingress api (in the base, one is for api.example.com and one for the preview's host)"
	if got.Path != "builtin:ingress/ingress.yaml" || got.Reason != want || got.Fix != "set another host for api.example.com in overlay.hosts" {
		t.Errorf("got %+v", got)
	}
	if !base.ServesOwnHost() {
		t.Error("got false, want true")
	}
}

// TestRecordsAreNotTheFirstHost has objects before an Ingress with hosts for DNS only.
func TestRecordsAreNotTheFirstHost(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, objectsIn("apiVersion: v1\nkind: Service\nmetadata: {name: grpc, annotations: {external-dns.alpha.kubernetes.io/hostname: 'grpc.example.com, shop.example.com'}}\nspec: {ports: [{port: 80}]}\n---\n"+
		"apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: a}\nspec: {endpoints: [{dnsName: dns.example.com}]}\n---\n"+
		manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: shop.example.com}, {host: api.example.com}]}")))
	if got := strings.Join(base.Hosts(), " "); got != "shop.example.com api.example.com grpc.example.com dns.example.com" {
		t.Errorf("got %s", got)
	}
}

// TestServesOwnHost has bases in which a field gets the preview's host.
func TestServesOwnHost(t *testing.T) {
	t.Parallel()
	for rules, want := range map[string]bool{"[{host: a.example.com}]": false, "[{host: a.example.com}, {http: {}}]": true, "[]": true} {
		base := load(t, kustomize.Spec{Base: "base"}, objectsIn(manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: "+rules+"}")))
		if got := base.ServesOwnHost(); got != want {
			t.Errorf("%s: got %v, want %v", rules, got, want)
		}
	}
}
