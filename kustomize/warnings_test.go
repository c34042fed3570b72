package kustomize_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

const shopIngress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: shop.example.com}], tls: [{hosts: [shop.example.com], secretName: shop.example.com}]}\n---\n"

// warnings returns the warnings about a base with shopIngress and the objects x.
func warnings(t *testing.T, spec kustomize.Spec, x string) (all []string) {
	t.Helper()
	spec.Base = "base"
	base := load(t, spec, files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": shopIngress + x}))
	for _, w := range base.Warnings() {
		all = append(all, w.String())
	}
	return all
}

// traefikRule returns a route for shop.example.com with another condition.
func traefikRule(condition string) string {
	return "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: x}\nspec: {routes: [{match: 'Host(`shop.example.com`) && " + condition + "'}]}"
}

func TestHostsThatStay(t *testing.T) {
	t.Parallel()
	pod := func(container string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, " + container + "}]}"
	}
	data := func(text string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: '" + text + "'}"
	}
	custom := func(spec string) string {
		return "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: " + spec
	}
	for name, test := range map[string]struct {
		x string
		// want has the object, the field and the host, "" for no warning.
		want string
	}{
		"variable":                  {pod(`env: [{name: URL, value: "https://shop.example.com/a"}]`), "Pod x: spec.containers[a].env[URL].value has the host shop.example.com,"},
		"variable of a token":       {pod(`env: [{name: DB_PASSWORD, value: "https://ada:tiger@shop.example.com"}]`), "Pod x: spec.containers[a].env[DB_PASSWORD].value has the host shop.example.com,"},
		"argument":                  {pod(`args: [--domain=SHOP.example.com.]`), "spec.containers[a].args[0] has the host shop.example.com,"},
		"host below":                {pod(`args: [api.shop.example.com]`), "args[0] has the host api.shop.example.com,"},
		"script":                    {pod(`command: [sh, -c, "curl -H 'Host: shop.example.com' x"]`), "command[2] has the host shop.example.com,"},
		"ConfigMap":                 {data("a: https://shop.example.com"), "ConfigMap x: data.a has the host shop.example.com, which overlays leave as it is: add {kind: ConfigMap, path: \"data.a\", is: link} to overlay.fields, or set it in a component from the ConfigMap preview"},
		"regular expression":        {data(`^https://shop\.example\.com$`), "data.a has the host shop.example.com,"},
		"escaped URL":               {data("?next=https%3A%2F%2Fshop.example.com%2Fa"), "data.a has the host shop.example.com,"},
		"annotation":                {"apiVersion: v1\nkind: Service\nmetadata: {name: x, annotations: {acme.dev/dashboard: https://shop.example.com/d}}", "metadata.annotations[acme.dev/dashboard] has the host shop.example.com,"},
		"custom resource":           {custom("{a: [{b: shop.example.com}]}"), "Thing x: spec.a[0].b has the host shop.example.com,"},
		"unknown field":             {custom("{host: www.acme.com}"), "Thing x: spec.host could be the host www.acme.com of the application, but previewset does not know the field: add {group: \"acme.dev\", kind: Thing, path: \"spec.host\", is: host} to overlay.fields"},
		"certificate":               {manifest("cert-manager.io/v1", "Certificate", "spec: {commonName: shop.example.com, dnsNames: ['*.shop.example.com', admin.acme.com, web.shop.svc, ca.acme.internal]}"), "Certificate x: spec.dnsNames[1] has the host admin.acme.com, which no object of the base serves, so overlays leave it as it is: remove it, or set it in a component from the ConfigMap preview"},
		"URL of a server":           {manifest("monitoring.coreos.com/v1", "Prometheus", "spec: {externalUrl: 'https://prometheus.acme.com/'}"), "Prometheus x: spec.externalUrl has the host prometheus.acme.com, which no object of the base serves"},
		"certificate of a wildcard": {manifest("networking.gke.io/v1", "ManagedCertificate", "spec: {domains: ['*.example.com']}"), "spec.domains[0] has the host *.example.com, which no object"},
		"domain of a cookie":        {pod(`env: [{name: COOKIE_DOMAIN, value: .example.com}]`), "Pod x: spec.containers[a].env[COOKIE_DOMAIN].value has the domain example.com of the host shop.example.com, which overlays leave as it is: set it in a component from the ConfigMap preview, or, if it is for other hosts, add {kind: Pod, path: \"spec.containers[a].env[COOKIE_DOMAIN].value\", is: link} to overlay.fields"},
		"argument with a domain":    {pod(`args: [--whitelist-domain=.example.com]`), "args[0] has the domain example.com"},
		"wildcard":                  {pod(`env: [{name: ORIGINS, value: "https://*.example.com"}]`), "env[ORIGINS].value has the domain example.com"},
		"expression for hosts":      {data(`^https://[a-z-]+\.example\.com$`), "data.a has the domain example.com"},
		"domain in a known field":   {"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: x}\nspec: {hostnames: [shop.example.com], rules: [{filters: [{type: CORS, cors: {allowOrigins: ['https://*.example.com']}}]}]}", "allowOrigins[0] has the domain example.com"},
		"domain of a custom field":  {custom("{cookieDomain: .example.com}"), "spec.cookieDomain has the domain example.com"},
		"other domain":              {custom("{cookieDomain: .acme.com}"), "spec.cookieDomain could be the host acme.com of the application, but previewset does not know the field: set it in a component from the ConfigMap preview, or, if another system serves the host, add {group: \"acme.dev\", kind: Thing, path: \"spec.cookieDomain\", is: link} to overlay.fields"},
		"name with a port":          {custom(`{virtualHosts: [{name: "shop.example.com:443"}]}`), "Thing x: spec.virtualHosts[shop.example.com:443].name has the host shop.example.com,"},
		"known field":               {traefikRule("HeaderRegexp(`X-Forwarded-Host`, `shop.example.com`)"), "spec.routes[0].match has the host shop.example.com, which overlays leave as it is: set it in a component from the ConfigMap preview"},

		"replaced in a header":  {traefikRule("Header(`X-Forwarded-Host`, `shop.example.com`)"), ""},
		"name of a Secret":      {pod(`envFrom: [{secretRef: {name: shop.example.com}}]`), ""},
		"longer name":           {pod(`env: [{name: A, value: shop.example.com-tls}]`), ""},
		"other host":            {pod(`env: [{name: A, value: "https://api.stripe.com"}]`), ""},
		"host that ends in it":  {pod(`env: [{name: A, value: "https://myshop.example.com"}]`), ""},
		"hosts without a proxy": {pod(`env: [{name: NO_PROXY, value: ".example.com,.svc"}]`), ""},
		"end of a sentence":     {pod(`args: ["Read the manual of example.com."]`), ""},
		"domain of others":      {pod(`env: [{name: A, value: .acme.com}]`), ""},
		"mail":                  {pod(`env: [{name: A, value: "support@shop.example.com"}]`), ""},
		"image":                 {pod(`image: shop.example.com/web`), ""},
		"label":                 {"apiVersion: v1\nkind: Service\nmetadata: {name: x, labels: {host: shop.example.com}}\nspec: {selector: {a: b}}", ""},
		"Service":               {custom("{host: web.shop.svc}"), ""},
		"database":              {pod(`env: [{name: host, value: db.acme.com}]`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := warnings(t, kustomize.Spec{}, test.x)
			if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if strings.Contains(fmt.Sprint(got), "tiger") {
				t.Errorf("the warning has a password: %q", got)
			}
		})
	}
}

// A row of the set makes a field known.
func TestKnownFieldHasNoWarning(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: {host: www.acme.com}"
	spec := kustomize.Spec{Fields: []kustomize.Field{{Group: "acme.dev", Kind: "Thing", Path: "spec.host", Is: "host"}}}
	if got := warnings(t, spec, x); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// The wildcard of a base is another text than the domain of a cookie.
func TestDomainOfAWildcard(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, annotations: {nginx.ingress.kubernetes.io/session-cookie-domain: .acme.com}}\nspec: {rules: [{host: '*.acme.com'}]}"
	got := warnings(t, kustomize.Spec{}, x)
	if len(got) != 1 || !strings.Contains(got[0], "session-cookie-domain] has the domain acme.com of the host *.acme.com") {
		t.Errorf("got %q", got)
	}
}

// A set that declares a link to a domain has no warning about it.
func TestDeclaredDomainHasNoWarning(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: {csp: 'self *.example.com'}"
	spec := kustomize.Spec{Fields: []kustomize.Field{{Group: "acme.dev", Kind: "Thing", Path: "spec.csp", Is: "link"}}}
	if got := warnings(t, spec, x); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// TestRemediesWork writes the rows of the warnings into overlay.fields. Then the warnings are
// gone, and nothing but their fields has changed.
func TestRemediesWork(t *testing.T) {
	t.Parallel()
	const x = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: store, annotations: {acme.dev/home: "https://shop.example.com"}}
spec:
  template:
    spec:
      containers:
      - name: web
        image: web
        command: [sh, -c, "kubectl -n store get pods"]
        args: [--namespace=store, -n, store, "--home=https://shop.example.com/x", store]
        env: [{name: TARGET_NAMESPACE, value: store}, {name: APP, value: store}, {name: HOME_URL, value: "https://shop.example.com"}, {name: CACHE_URL, value: "redis://cache.store:6379"}, {name: QUERY, value: 'up{namespace="store"}'}]
      - {name: b, image: web, args: [store], env: [{name: TARGET, value: store}]}
---
apiVersion: acme.dev/v1
kind: Thing
metadata: {name: x, namespace: store}
spec: {publicUrl: "https://www.acme.com/x", hostnames: [shop.acme.com], targetNamespace: store, sidecars: [{name: a, image: b}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: store}
data: {app.yaml: "home: https://shop.example.com\n", job.yaml: "namespace: store\n"}
`
	spec := kustomize.Spec{}
	rows := regexp.MustCompile(`add (\{.*?\}) to overlay\.fields`)
	for _, text := range warnings(t, spec, x) {
		row := rows.FindStringSubmatch(text)
		if row == nil {
			t.Fatalf("got the warning %q, without a row for overlay.fields", text)
		}
		var field struct{ Group, Kind, Path, Is string }
		if err := yaml.Unmarshal([]byte(row[1]), &field); err != nil {
			t.Fatal(err)
		}
		spec.Fields = append(spec.Fields, kustomize.Field(field))
	}
	if got := warnings(t, spec, x); len(spec.Fields) != 15 || len(got) > 0 {
		t.Errorf("got %d fields, and then the warnings %q", len(spec.Fields), got)
	}
	spec.Base = "base"
	base := load(t, spec, files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": shopIngress + x}))
	got := build(t, base, render(t, base, pullRequest()))
	for text, want := range map[string]int{"store": 4, "shop.example.com": 1, "acme.com": 0, "namespace: shop-pr-42\n": 7} {
		if n := strings.Count(strings.ReplaceAll(got, "acme.dev", ""), text); n != want {
			t.Errorf("got %d times %q, want %d, in\n%s", n, text, want, got)
		}
	}
}

func TestWarningsAreBounded(t *testing.T) {
	t.Parallel()
	var x strings.Builder
	for i := range 31 {
		fmt.Fprintf(&x, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x%02d}\ndata: {a: shop.example.com}\n---\n", i)
	}
	got := warnings(t, kustomize.Spec{}, x.String())
	if len(got) != 21 || !slices.Contains(got, "base: there are 11 more warnings about its objects: correct those that are shown, to see the others") {
		t.Errorf("got %d: %q", len(got), got)
	}
	if again := warnings(t, kustomize.Spec{}, x.String()); !slices.Equal(got, again) {
		t.Errorf("got %q, then %q", got, again)
	}
}

func TestStrict(t *testing.T) {
	t.Parallel()
	const x = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: shop.example.com}"
	tree := files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]\ncommonLabels: {a: b}", "base/x.yaml": shopIngress + x})
	r, err := newRenderer(kustomize.Spec{Base: "base", Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Load(tree)
	var refused *object.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a *object.RefusedError", err)
	}
	want := object.RefusedError{
		Path: "base/x.yaml", Resource: "ConfigMap x", Reason: "data.a has the host shop.example.com, which overlays leave as it is",
		Fix: `add {kind: ConfigMap, path: "data.a", is: link} to overlay.fields, or set it in a component from the ConfigMap preview, or accept it with is: kept, or set overlay.strict: false`,
	}
	if *refused != want {
		t.Errorf("got  %+v\nwant %+v", *refused, want)
	}
	// A deprecated field leads nowhere.
	tree = files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]\ncommonLabels: {a: b}", "base/x.yaml": shopIngress})
	if got := load(t, kustomize.Spec{Base: "base", Strict: true}, tree).Warnings(); len(got) != 1 || got[0].Subject != "base/kustomization.yaml" {
		t.Errorf("got the warnings %v", got)
	}
	render(t, load(t, kustomize.Spec{Base: "base"}, tree), pullRequest())
}

// TestVariablesOfKustomizeFollow uses vars, which have the values of the preview in an
// overlay.
func TestVariablesOfKustomizeFollow(t *testing.T) {
	t.Parallel()
	const vars = `
resources: [x.yaml]
namespace: store
vars:
- {name: WEB, objref: {apiVersion: v1, kind: Service, name: web}}
- {name: NS, objref: {apiVersion: v1, kind: Service, name: web}, fieldref: {fieldpath: metadata.namespace}}
- {name: HOST, objref: {apiVersion: networking.k8s.io/v1, kind: Ingress, name: web}, fieldref: {fieldpath: "spec.rules[0].host"}}
`
	const objects = shopIngress + "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n"
	for value, want := range map[string]string{
		"$(WEB).$(NS)":             "",
		"$(NS)":                    "",
		"--namespace=$(NS)":        "",
		"https://$(HOST)/a":        "",
		"https://api.$(HOST)":      "",
		"$(WEB).store":             "env[TARGET_NAMESPACE].value seems to have the namespace store of the base,",
		"https://shop.example.com": "env[TARGET_NAMESPACE].value has the host shop.example.com,",
		"https://$(HOST)?next=https://shop.example.com": "env[TARGET_NAMESPACE].value has the host shop.example.com,",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
				"base/kustomization.yaml": vars,
				"base/x.yaml":             objects + "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: b, env: [{name: TARGET_NAMESPACE, value: '" + value + "'}]}]}\n",
			}))
			var got []string
			for _, w := range base.Warnings() {
				if w.Subject == "Pod x" {
					got = append(got, w.Message)
				}
			}
			if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
