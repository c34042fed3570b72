package kustomize_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// previewWith returns a preview whose host replaces the first host of base without a wildcard.
// The others are in hosts, or are named after their first label.
func previewWith(base *kustomize.Base, hosts map[string]string) generator.Preview {
	p := pullRequest()
	first := slices.IndexFunc(base.Hosts(), func(host string) bool { return !strings.HasPrefix(host, "*") })
	for i, host := range base.Hosts() {
		name, wildcard := strings.CutPrefix(host, "*.")
		label, _, _ := strings.Cut(name, ".")
		name = label + "-" + p.Host
		if wildcard {
			name = "*." + name
		}
		if hosts[host] != "" {
			name = strings.ReplaceAll(hosts[host], "HOST", p.Host)
		}
		if i != first || hosts[host] != "" {
			p.Hosts = append(p.Hosts, generator.Host{Base: host, Name: name})
		}
	}
	return p
}

// builtHosts returns the objects of the overlay of a base with the objects in text.
func builtHosts(t *testing.T, text string, allow ...string) []*resource.Resource {
	t.Helper()
	base := load(t, kustomize.Spec{Base: "base", Allow: allow}, objectsIn(text))
	o, err := base.Render(t.Context(), previewWith(base, nil), entry)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, build(t, base, o))
}

// valuesAt returns the values at path in objects, with a space between them.
func valuesAt(t *testing.T, objects []*resource.Resource, path string) string {
	t.Helper()
	at, err := fields.ParsePath(path)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, r := range objects {
		for _, place := range at.Places(r.YNode()) {
			values = append(values, place.Node.Value)
		}
	}
	return strings.Join(values, " ")
}

func parsed(t *testing.T, text string) []*resource.Resource {
	t.Helper()
	all, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// texts returns the texts of an object by their paths.
func texts(r *resource.Resource) map[string]string {
	all := map[string]string{}
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		all[p.Pointer] = p.Node.Value
		return true
	})
	return all
}

// TestHostsOfEveryKind writes what an overlay changes in an object of each kind: only
// hosts.
func TestHostsOfEveryKind(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("fields/testdata/hosts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// Kustomize sorts objects, so they are compared by their kind and the order of names.
	before := map[string][]*resource.Resource{}
	for _, r := range parsed(t, string(content)) {
		before[r.GetGvk().String()] = append(before[r.GetGvk().String()], r)
	}
	var out strings.Builder
	built := map[string][]*resource.Resource{}
	for _, r := range builtHosts(t, string(content), policy.Allowable()...) {
		if r.GetKind() != "Namespace" && r.GetKind() != "ConfigMap" {
			built[r.GetGvk().String()] = append(built[r.GetGvk().String()], r)
		}
	}
	if len(before) != len(built) {
		t.Fatalf("got %d kinds, want %d", len(built), len(before))
	}
	for _, gvk := range slices.Sorted(maps.Keys(before)) {
		byName := func(a, b *resource.Resource) int { return strings.Compare(a.GetName(), b.GetName()) }
		slices.SortFunc(before[gvk], byName)
		slices.SortFunc(built[gvk], byName)
		for i, r := range before[gvk] {
			writeChanges(&out, r, built[gvk][i])
		}
	}
	compare(t, filepath.Join("testdata", "hosts", "golden"), map[string][]byte{"changes.txt": []byte(out.String())})
}

func writeChanges(out *strings.Builder, before, after *resource.Resource) {
	old, changed := texts(before), texts(after)
	fmt.Fprintf(out, "%s %s\n", before.GetApiVersion(), object.Describe(before))
	for _, pointer := range slices.Sorted(maps.Keys(changed)) {
		if pointer == "/metadata/namespace" || strings.Contains(pointer, "/previewset.dev~1") || old[pointer] == changed[pointer] {
			continue
		}
		fmt.Fprintf(out, "  %s: %q -> %q\n", pointer, old[pointer], changed[pointer])
	}
	for _, pointer := range slices.Sorted(maps.Keys(old)) {
		if _, kept := changed[pointer]; !kept {
			fmt.Fprintf(out, "  %s: lost %q\n", pointer, old[pointer])
		}
	}
}

// TestFieldsOfHosts sets one field of hosts in many forms.
func TestFieldsOfHosts(t *testing.T) {
	t.Parallel()
	const host = "pr-42.shop.preview.localhost"
	ingress := func(spec string) string { return manifest("networking.k8s.io/v1", "Ingress", "spec: "+spec) }
	traefik := func(match string) string {
		return manifest("traefik.io/v1alpha1", "IngressRoute", "spec: {routes: [{kind: Rule, "+match+"}]}")
	}
	for _, tt := range []struct{ name, object, path, want string }{
		{"upper case", ingress("{rules: [{host: Shop.Example.com}]}"), "spec.rules[].host", host},
		{"final dot", ingress("{rules: [{host: shop.example.com.}]}"), "spec.rules[].host", host + "."},
		{"localhost", ingress("{rules: [{host: localhost}]}"), "spec.rules[].host", host},
		{"wildcard", ingress("{rules: [{host: a.example.com}, {host: '*.b.example.com'}]}"), "spec.rules[].host", host + " *.b-" + host},
		{"empty host", ingress("{rules: [{host: ''}]}"), "spec.rules[].host", host},
		{"null host", ingress("{rules: [{host: null}]}"), "spec.rules[].host", host},
		{"no rules", ingress("{rules: []}"), "spec.rules[].host", host},
		{"empty hosts", ingress("{tls: [{hosts: []}, {hosts: [''] }]}"), "spec.tls[].hosts[]", host + " " + host},
		{"no host in a rule", traefik("match: PathPrefix(`/`)"), "spec.routes[].match", "Host(`" + host + "`) && (PathPrefix(`/`))"},
		{"no rule", traefik("services: []"), "spec.routes[].match", "Host(`" + host + "`)"},
		{"a host in one alternative", traefik("match: 'Host(`a.b`) || Path(`/x`)'"), "spec.routes[].match", "Host(`" + host + "`) && (Host(`" + host + "`) || Path(`/x`))"},
		{
			"hosts in some alternatives", traefik("match: 'Host(`a.b`) || Host(`c.b`) || Path(`/x`)'"), "spec.routes[].match",
			"(Host(`" + host + "`) || Host(`c-" + host + "`)) && (Host(`" + host + "`) || Host(`c-" + host + "`) || Path(`/x`))",
		},
		{"header", traefik("match: 'Host(`a.b`) && Header(`X-Host`, `a.b`)'"), "spec.routes[].match", "Host(`" + host + "`) && Header(`X-Host`, `" + host + "`)"},
		{"header without a host", traefik("match: 'Host(`a.b`) || Headers(`X-Host`, `a.b`)'"), "spec.routes[].match", "Host(`" + host + "`) && (Host(`" + host + "`) || Headers(`X-Host`, `" + host + "`))"},
		{"routes in the mesh", manifest("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {parentRefs: [{kind: Service, name: web}]}"), "spec.hostnames[]", ""},
		{"routes in and out of the mesh", manifest("gateway.networking.k8s.io/v1", "HTTPRoute", "spec: {parentRefs: [{kind: Service, name: web}, {name: public}]}"), "spec.hostnames[]", host},
		{"every host of Istio", manifest("networking.istio.io/v1", "VirtualService", "spec: {gateways: [g], hosts: ['*']}"), "spec.hosts[]", host},
		{"external host", manifest("networking.istio.io/v1", "ServiceEntry", "spec: {exportTo: [.], hosts: [api.stripe.com]}"), "spec.hosts[]", "api.stripe.com"},
		{"Mapping", manifest("getambassador.io/v3alpha1", "Mapping", "spec: {prefix: /}"), "spec.hostname", host},
		{"Keycloak", manifest("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {instances: 1}"), "spec.hostname.hostname", host},
		{"Keycloak without an Ingress", manifest("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {ingress: {enabled: false}}"), "spec.hostname.hostname", ""},
		{
			"part of other names", ingress("{rules: [{host: shop.example.com}]}") + "---\n" +
				manifest("cert-manager.io/v1", "Certificate", "spec: {dnsNames: [xshop.example.com, shop.example.com.au, shop.example.com-x, a.shop.example.com, '*.shop.example.com']}"),
			"spec.dnsNames[]", "xshop.example.com shop.example.com.au shop.example.com-x a.shop.example.com *." + host,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := valuesAt(t, builtHosts(t, tt.object), tt.path); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestOtherTypesStay uses a field that is not a text. The policy refuses it, and nothing
// replaces it.
func TestOtherTypesStay(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"12", "true", "{a: b}", "[a.example.com]", "'${HOST}'"} {
		text := manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: "+value+"}]}")
		refused(t, refusal(t, text))
		before, after := parsed(t, text)[0], slices.DeleteFunc(builtHosts(t, text, "other-host"), func(r *resource.Resource) bool { return r.GetKind() != "Ingress" })
		want, _ := yaml.String(object.At(before.YNode(), "spec"))
		if got, _ := yaml.String(object.At(after[0].YNode(), "spec")); !sameYAML(t, got, want) {
			t.Errorf("%s: got %s", value, got)
		}
	}
}

func sameYAML(t *testing.T, a, b string) bool {
	t.Helper()
	var left, right any
	if err := errors.Join(yaml.Unmarshal([]byte(a), &left), yaml.Unmarshal([]byte(b), &right)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(left) == fmt.Sprint(right)
}

// TestNoTwoRulesShareAHost has bases with two rules that would serve one host.
func TestNoTwoRulesShareAHost(t *testing.T) {
	t.Parallel()
	ingress := func(name, class, host, path, service string) string {
		if host != "" {
			host = "host: " + host + ", "
		}
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: " + name + "}\nspec: {" + class + "rules: [{" + host +
			"http: {paths: [{path: " + path + ", pathType: Prefix, backend: {service: {name: " + service + ", port: {number: 80}}}}]}}]}\n"
	}
	route := func(name, spec string) string {
		return "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
	}
	one := func(first, second string) string {
		return manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, backend: {service: {name: "+first+
			"}}}]}}, {http: {paths: [{path: /, backend: {service: {name: "+second+"}}}]}}]}")
	}
	const two = "---\n"
	for _, tt := range []struct {
		name, objects string
		want          []string
	}{
		{
			"a host and every host", ingress("a", "", "shop.example.com", "/", "web") + two + ingress("b", "", "", "/", "api"),
			[]string{"Ingress a", "Ingress b", "for shop.example.com", "for every host", "spec.rules[0].host", "the same host"},
		},
		{"with a final slash", ingress("a", "", "shop.example.com", "/x", "web") + two + ingress("b", "", "", "/x/", "api"), []string{"Ingress b"}},
		{"other path", ingress("a", "", "shop.example.com", "/", "web") + two + ingress("b", "", "", "/api", "api"), nil},
		{"other class", ingress("a", "ingressClassName: x, ", "shop.example.com", "/", "web") + two + ingress("b", "", "", "/", "api"), nil},
		{"other host", ingress("a", "", "shop.example.com", "/", "web") + two + ingress("b", "", "api.example.com", "/", "api"), nil},
		{"duplicate of the base", ingress("a", "", "shop.example.com", "/", "web") + two + ingress("b", "", "shop.example.com", "/", "api"), nil},
		{"duplicate of the base for every host", ingress("a", "", "", "/", "web") + two + ingress("b", "", "", "/", "api"), nil},
		{"one backend in one object", one("web", "web"), nil},
		{"two backends in one object", one("web", "api"), []string{"Ingress x", "spec.rules[1].host"}},
		{"one backend in two objects", ingress("a", "", "shop.example.com", "/", "web") + two + ingress("b", "", "", "/", "web"), []string{"Ingress b"}},
		{
			"routes", route("a", "parentRefs: [{name: g}], hostnames: [shop.example.com], rules: [{backendRefs: [{name: web}]}]") +
				route("b", "parentRefs: [{name: g}], rules: [{backendRefs: [{name: api}]}]"),
			[]string{"HTTPRoute a", "HTTPRoute b"},
		},
		{
			"routes with other paths", route("a", "hostnames: [shop.example.com], rules: [{matches: [{path: {value: /x}}]}]") + route("b", "rules: [{matches: [{path: {value: /y}}]}]"),
			nil,
		},
		{
			"routes of other Gateways", route("a", "parentRefs: [{name: g}], hostnames: [shop.example.com], rules: [{backendRefs: []}]") + route("b", "parentRefs: [{name: h}], rules: [{backendRefs: []}]"),
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base"}, objectsIn(tt.objects))
			_, err := base.Render(t.Context(), previewWith(base, nil), entry)
			if tt.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			got := refused(t, err)
			for _, part := range tt.want {
				if text := got.Resource + " " + got.Reason; !strings.Contains(text, part) {
					t.Errorf("got %v, want %s", err, part)
				}
			}
			if got.Path != "base/objects.yaml" || strings.Contains(got.Reason, ": ") && strings.Count(got.Reason, ": ") > 1 {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestRemedyBesideEveryHost follows the remedy for a host beside a rule for every host.
func TestRemedyBesideEveryHost(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, objectsIn(
		manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: a}}}]}}, {host: b.example.com, http: {paths: [{path: /, backend: {service: {name: b}}}]}}]}")))
	p := pullRequest()
	_, err := base.Render(t.Context(), p, entry)
	if got := refused(t, err); !strings.HasPrefix(got.Fix, "set another host for b.example.com in overlay.hosts, ") {
		t.Errorf("got %v", err)
	}
	p.Hosts = []generator.Host{{Base: "b.example.com", Name: "b-" + p.Host}}
	if _, err := base.Render(t.Context(), p, entry); err != nil {
		t.Error(err)
	}
}

// TestMappedToOneHost maps two hosts of the base to one.
func TestMappedToOneHost(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, objectsIn(
		manifest("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: a.example.com, http: {paths: [{path: /, backend: {service: {name: a}}}]}}, {host: b.example.com, http: {paths: [{path: /, backend: {service: {name: b}}}]}}]}")))
	p := pullRequest()
	p.Hosts = []generator.Host{{Base: "b.example.com", Name: p.Host}}
	_, err := base.Render(t.Context(), p, entry)
	var refused *object.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(refused.Fix, "overlay.hosts") {
		t.Errorf("got %v", err)
	}
}
