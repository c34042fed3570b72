package policy_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/policy"
)

// hostScope is the scope of a preview with two hosts.
func hostScope(t *testing.T) policy.Scope {
	t.Helper()
	table, err := fields.NewTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Scope{Own: "own", Hosts: []string{"pr-1.preview.dev", "*.api-pr-1.preview.dev"}, Table: table}
}

// inOwn returns an object in the preview's namespace.
func inOwn(apiVersion, kind, content string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x, namespace: own}\n" + content + "\n"
}

func TestHosts(t *testing.T) {
	t.Parallel()
	ingress := func(host string) string {
		return inOwn("networking.k8s.io/v1", "Ingress", "spec: {rules: [{host: "+host+"}]}")
	}
	traefik := func(match string) string {
		return inOwn("traefik.io/v1alpha1", "IngressRoute", "spec: {routes: [{match: '"+match+"'}]}")
	}
	virtual := func(spec string) string {
		return inOwn("networking.istio.io/v1", "VirtualService", "spec: {"+spec+"}")
	}
	entry := func(spec string) string {
		return inOwn("networking.istio.io/v1", "ServiceEntry", "spec: {"+spec+"}")
	}
	route := func(spec string) string { return inOwn("route.openshift.io/v1", "Route", "spec: {"+spec+"}") }
	annotation := func(key, value string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, namespace: own, annotations: {" + key + ": '" + value + "'}}\n"
	}
	for _, tt := range []struct {
		name, text string
		// reason is a part of the refusal, "" for an object that passes.
		reason string
	}{
		{"own host", ingress("pr-1.preview.dev"), ""},
		{"below the own host", ingress("www.pr-1.preview.dev"), ""},
		{"wildcard below the own host", ingress("'*.pr-1.preview.dev'"), ""},
		{"own wildcard", ingress("'*.api-pr-1.preview.dev'"), ""},
		{"below the own wildcard", ingress("a.api-pr-1.preview.dev"), ""},
		{"upper case and final dot", ingress("PR-1.preview.dev."), ""},
		{"not below the own host", ingress("xpr-1.preview.dev"), `spec.rules[0].host: "xpr-1.preview.dev" is not a host of the preview`},
		{"parent of the own wildcard", ingress("api-pr-1.preview.dev"), "is not a host of the preview"},
		{"other host", ingress("shop.example.com"), `"shop.example.com" is not a host`},
		{"localhost", ingress("localhost"), `"localhost" is not a host`},
		{"name of a Service", ingress("web.own.svc.cluster.local"), "is not a host"},
		{"every host", ingress("'*'"), "it would serve every host"},
		{"no host", ingress("null"), "it names none"},
		{"list", ingress("{a: b}"), "it is not a text"},
		{"number", ingress("12"), "it is not a text"},
		{"variable", ingress("'${HOST}'"), `does not find the host in "${HOST}"`},
		{"variable in a host", ingress("'${SUB}.preview.dev'"), "does not find the host"},
		{"template", ingress("'{{ .Values.host }}'"), "does not find the host"},
		{"port", inOwn("gateway.solo.io/v1", "VirtualService", "spec: {virtualHost: {domains: ['pr-1.preview.dev:443']}}"), ""},
		{"Traefik", traefik("Host(`pr-1.preview.dev`) && PathPrefix(`/`)"), ""},
		{"Traefik, both alternatives", traefik("Host(`pr-1.preview.dev`) || Host(`a.pr-1.preview.dev`)"), ""},
		{"Traefik, one alternative", traefik("Host(`pr-1.preview.dev`) || PathPrefix(`/`)"), "names none"},
		{"Traefik, other host", traefik("Host(`pr-1.preview.dev`, `shop.example.com`)"), "is not a host of the preview"},
		{"Traefik, not the host", traefik("!Host(`pr-1.preview.dev`)"), "names none"},
		{"Traefik, pattern", traefik("HostRegexp(`.+`)"), "could match"},
		{"Traefik, limited pattern", traefik("Host(`pr-1.preview.dev`) && HostRegexp(`.+`)"), ""},
		{"Traefik, pattern as alternative", traefik("Host(`pr-1.preview.dev`) || HostRegexp(`.+`)"), "could match"},
		{"Traefik, not a rule", traefik("Host(`pr-1.preview.dev`"), "does not find the host"},
		{"Traefik, variable", traefik("Host(`${HOST}`)"), "does not find the host"},
		{"Traefik, no rule", inOwn("traefik.io/v1alpha1", "IngressRoute", "spec: {routes: [{kind: Rule}]}"), "names none"},
		{"Traefik, every SNI", inOwn("traefik.io/v1alpha1", "IngressRouteTCP", "spec: {routes: [{match: 'HostSNI(`*`)'}]}"), "it would serve every host"},
		{"Istio", virtual("gateways: [g], hosts: [pr-1.preview.dev, web]"), ""},
		{"Istio, own Service", virtual("gateways: [g], hosts: [web.own.svc.cluster.local, web.own.svc]"), ""},
		{"Istio, own Service with the name svc", virtual("gateways: [g], hosts: [svc.own.svc.cluster.local, svc]"), ""},
		{"Istio, other Service with the name svc", virtual("gateways: [g], hosts: [svc.shop.svc.cluster.local]"), "is a Service of another namespace"},
		{"Istio, other Service", virtual("gateways: [g], hosts: [web.shop.svc.cluster.local]"), "is a Service of another namespace"},
		{"Istio, other host", virtual("gateways: [g], hosts: [shop.example.com]"), "is not a host of the preview"},
		{"Istio, every host", virtual("gateways: [g], hosts: ['*']"), "it would serve every host"},
		{"Istio, delegate", virtual("http: []"), ""},
		{"Istio, in the mesh", virtual("hosts: [api.stripe.com]"), "is not a host of the preview"},
		{"Istio, in the mesh of all", virtual("gateways: [mesh], hosts: [api.stripe.com], exportTo: ['*', .]"), "is not a host of the preview"},
		{"Istio, in the mesh of this namespace", virtual("gateways: [mesh], hosts: [api.stripe.com], exportTo: [.]"), ""},
		{"Istio, gateway and mesh", virtual("gateways: [mesh, g], hosts: [api.stripe.com], exportTo: [.]"), "is not a host of the preview"},
		{"entry for all", entry("hosts: [api.stripe.com]"), "is not a host of the preview"},
		{"entry for all by name", entry("hosts: [api.stripe.com], exportTo: ['*']"), "is not a host of the preview"},
		{"entry for this namespace", entry("hosts: [api.stripe.com], exportTo: [.]"), ""},
		{"entry of the preview", entry("hosts: [pr-1.preview.dev]"), ""},
		{"Istio's Gateway", inOwn("networking.istio.io/v1", "Gateway", "spec: {servers: [{hosts: [own/pr-1.preview.dev, ./pr-1.preview.dev]}]}"), ""},
		{"Istio's Gateway for every host", inOwn("networking.istio.io/v1", "Gateway", "spec: {servers: [{hosts: ['*/*']}]}"), "it would serve every host"},
		{"Istio's Gateway with another host", inOwn("networking.istio.io/v1", "Gateway", "spec: {servers: [{hosts: ['*/shop.example.com']}]}"), "is not a host"},
		{"Route without a host", route("to: {name: web}"), ""},
		{"Route with a host", route("host: pr-1.preview.dev"), ""},
		{"Route with another host", route("host: shop.example.com"), "is not a host"},
		{"Route with a part of a host", route("subdomain: shop"), `"shop" could match the hosts of other`},
		{"Route with a host and a part", route("subdomain: shop, host: pr-1.preview.dev"), ""},
		{"Route with a wildcard", route("wildcardPolicy: Subdomain, host: a.pr-1.preview.dev"), "could match"},
		{"Route without a wildcard", route("wildcardPolicy: None, host: a.pr-1.preview.dev"), ""},
		{"child of Contour", inOwn("projectcontour.io/v1", "HTTPProxy", "spec: {routes: []}"), ""},
		{"HTTPProxy without a host", inOwn("projectcontour.io/v1", "HTTPProxy", "spec: {virtualhost: {tls: {}}}"), "names none"},
		{"TransportServer", inOwn("k8s.nginx.org/v1", "TransportServer", "spec: {listener: {name: tcp}}"), "names none"},
		{"Mapping with a pattern", inOwn("getambassador.io/v2", "Mapping", "spec: {host: '.*', host_regex: true}"), "could match"},
		{"Mapping without a host", inOwn("getambassador.io/v2", "Mapping", "spec: {prefix: /}"), "names none"},
		{"alias", annotation("nginx.ingress.kubernetes.io/server-alias", "pr-1.preview.dev, a.pr-1.preview.dev"), ""},
		{"other alias", annotation("nginx.ingress.kubernetes.io/server-alias", "pr-1.preview.dev shop.example.com"), "is not a host"},
		{"alias with a pattern", annotation("nginx.ingress.kubernetes.io/server-alias", `~^www\d+\.example\.com$`), "does not find the host"},
		{"pattern", annotation("haproxy-ingress.github.io/server-alias-regex", "pr-1.preview.dev"), "could match"},
		{"DNS", annotation("external-dns.alpha.kubernetes.io/hostname", "shop.example.com"), "is not a host"},
		{"link", annotation("nginx.ingress.kubernetes.io/auth-url", "https://sso.example.com/auth"), ""},
		{"Keycloak", inOwn("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {hostname: {hostname: 'https://pr-1.preview.dev:8443/auth'}}"), ""},
		{"other Keycloak", inOwn("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {hostname: {hostname: 'https://sso.example.com/auth'}}"), "is not a host"},
		{"Keycloak without a host", inOwn("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {}"), "names none"},
		{"Keycloak without an Ingress", inOwn("k8s.keycloak.org/v2alpha1", "Keycloak", "spec: {ingress: {enabled: false}}"), ""},
		{"rule of Oathkeeper", inOwn("oathkeeper.ory.sh/v1alpha1", "Rule", "spec: {match: {url: '<https|http>://pr-1.preview.dev/<.*>'}}"), ""},
		{"pattern of Oathkeeper", inOwn("oathkeeper.ory.sh/v1alpha1", "Rule", "spec: {match: {url: 'https://<.*>/x'}}"), "does not find the host"},
		{"certificate", inOwn("cert-manager.io/v1", "Certificate", "spec: {dnsNames: [shop.example.com]}"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			objects, in := parse(t, tt.text), hostScope(t)
			in.Kinds = unknownIn(t, objects)
			err := policy.Check(objects, in, inFile("f"))
			if tt.reason == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			all := refusals(t, err)
			if len(all) != 1 || !strings.Contains(all[0].Reason, tt.reason) || !strings.HasSuffix(all[0].Fix, "overlay.allow: [other-host]") {
				t.Errorf("got %v, want %s", err, tt.reason)
			}
		})
	}
}
