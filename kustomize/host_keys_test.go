package kustomize_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// hostData returns the keys of the ConfigMap that begin with host, in an overlay on a base
// with these hosts.
func hostData(t *testing.T, spec kustomize.Spec, p generator.Preview, components string, hosts ...string) map[string]string {
	t.Helper()
	ingress := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n  rules:\n"
	for _, host := range hosts {
		ingress += "  - host: '" + host + "'\n"
	}
	spec.Base = "base"
	r, err := newRenderer(spec)
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Load(files(map[string]string{
		"base/kustomization.yaml": "resources: [ingress.yaml]", "base/ingress.yaml": ingress, "c/kustomization.yaml": component + components,
	}))
	if err != nil {
		t.Fatal(err)
	}
	o, err := base.Draft(p, entry)
	if err != nil {
		t.Fatal(err)
	}
	var configMap struct{ Data map[string]string }
	if err := yaml.Unmarshal(o.Files["parameters.yaml"], &configMap); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(configMap.Data, func(key, _ string) bool { return !strings.HasPrefix(key, "host") })
	return configMap.Data
}

func TestHostKeys(t *testing.T) {
	t.Parallel()
	p := pullRequest()
	p.Hosts = []generator.Host{{Base: "api.eu.acme.dev", Name: "api.x"}, {Base: "*.acme.dev", Name: "*.x"}}
	tests := []struct {
		hosts []string
		want  []string // keys
	}{
		{nil, nil},
		{[]string{"shop.acme.dev"}, []string{"host_shop"}},
		{[]string{"shop.acme.dev", "Shop.eu.acme.dev", "my-shop.dev", "*.acme.dev", "*.acme.eu"}, []string{"host_my_shop", "host_shop", "host_shop_eu", "host_wildcard_acme", "host_wildcard_acme_eu"}},
		{[]string{"a.b", "a_b", "a-b.c", "a-b"}, []string{"host_a", "host_a_b", "host_a_b_2", "host_a_b_c"}},
	}
	for _, tt := range tests {
		data := hostData(t, kustomize.Spec{}, p, "", tt.hosts...)
		if data["hosts"] != p.Host+",api.x,*.x" {
			t.Errorf("got hosts %q", data["hosts"])
		}
		delete(data, "host")
		delete(data, "hosts")
		if got := slices.Sorted(maps.Keys(data)); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.hosts, got, tt.want)
		}
	}
	data := hostData(t, kustomize.Spec{}, p, "", "shop.acme.dev", "API.eu.acme.dev", "*.acme.dev")
	for key, want := range map[string]string{"host_shop": p.Host, "host_api": "api.x", "host_wildcard_acme": "*.x"} {
		if data[key] != want {
			t.Errorf("%s: got %q, want %q", key, data[key], want)
		}
	}
}

// Parameters of a set or a component that begin with host_ keep their values.
func TestParametersPrecedeHostKeys(t *testing.T) {
	t.Parallel()
	p := pullRequest()
	p.Parameters = map[string]string{"host_shop": "own"}
	spec := kustomize.Spec{Parameters: p.Parameters, Components: []string{"c"}}
	data := hostData(t, spec, p, "metadata: {annotations: {parameters.previewset.dev/host_api: default}}", "shop.acme.dev", "api.acme.dev", "web.acme.dev")
	if data["host_shop"] != "own" || data["host_api"] != "default" || data["host_web"] != p.Host {
		t.Errorf("got %q", data)
	}
}

// Components can copy the hosts of the base. Hosts that they set are no hosts of the base.
func TestComponentsCopyHosts(t *testing.T) {
	t.Parallel()
	p := pullRequest()
	spec := kustomize.Spec{Components: []string{"c", "builtin:ingress"}}
	data := hostData(t, spec, p, `
replacements:
- source: {kind: ConfigMap, name: preview, fieldPath: data.host_shop}
  targets: [{select: {kind: Namespace}, fieldPaths: [metadata.annotations.shop], options: {create: true}}]
`, "shop.acme.dev")
	if got := slices.Sorted(maps.Keys(data)); !slices.Equal(got, []string{"host", "host_shop", "hosts"}) {
		t.Errorf("got %q, want host_shop only", got)
	}
}
