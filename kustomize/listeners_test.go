package kustomize_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

const gatewayAPI = "gateway.networking.k8s.io/v1"

// named returns an object with a name.
func named(apiVersion, kind, name, spec string) string {
	return fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata: {name: %s}\nspec: {%s}\n", apiVersion, kind, name, spec)
}

// gateway returns a Gateway with listeners.
func gateway(listeners ...string) string {
	return named(gatewayAPI, "Gateway", "web", "gatewayClassName: a, listeners: ["+strings.Join(listeners, ", ")+"]")
}

// listener returns a listener of a Gateway. fields are further ones.
func listener(name, protocol string, port int, fields ...string) string {
	return fmt.Sprintf("{%s}", strings.Join(append([]string{"name: " + name, "protocol: " + protocol, fmt.Sprintf("port: %d", port)}, fields...), ", "))
}

// httpRoute returns an HTTPRoute whose name begins with x, of the Gateway web.
func httpRoute(hostnames string) string {
	name := "x"
	for _, r := range hostnames {
		if r >= 'a' && r <= 'z' {
			name += string(r)
		}
	}
	return named(gatewayAPI, "HTTPRoute", name, "parentRefs: [{name: web}], "+hostnames)
}

// TestListenersFollowTheirRoutes has listeners for several hosts. Routes must get requests
// from them in the preview, too.
func TestListenersFollowTheirRoutes(t *testing.T) {
	t.Parallel()
	const host = "pr-42.shop.preview.localhost"
	all := "hostname: '*.acme.com'"
	shop, api := httpRoute("hostnames: [shop.acme.com]"), httpRoute("hostnames: [api.acme.com]")
	first := named(gatewayAPI, "HTTPRoute", "a", "parentRefs: [{name: other}], hostnames: [www.example.com]")
	emissary := func(kind, name, spec string) string { return named("getambassador.io/v3alpha1", kind, name, spec) }
	for _, tt := range []struct{ name, objects, path, want string }{
		{"wildcard", gateway(listener("a", "HTTPS", 443, all)) + shop, "spec.listeners[].hostname", host},
		{"second host", gateway(listener("a", "HTTPS", 443, all)) + shop + first, "spec.listeners[].hostname", "shop-" + host},
		{"other ports", gateway(listener("a", "HTTP", 80), listener("b", "HTTPS", 443, all)) + shop, "spec.listeners[].hostname", host + " " + host},
		{"no hostname", gateway(listener("a", "HTTP", 80)) + shop + first, "spec.listeners[].hostname", "shop-" + host},
		{"route without a host", gateway(listener("a", "HTTP", 80, all)) + httpRoute("rules: []"), "spec.listeners[].hostname", host},
		{"route for every host and the first one", gateway(listener("a", "HTTP", 80, all)) + shop + httpRoute("rules: []"), "spec.listeners[].hostname", host},
		{"two hosts", gateway(listener("a", "HTTPS", 443, all)) + shop + api, "spec.listeners[].hostname", "*.acme-" + host},
		{"one has a listener", gateway(listener("a", "HTTPS", 443, all), listener("b", "HTTPS", 443, "hostname: shop.acme.com")) + shop + api, "spec.listeners[].hostname", "api-" + host + " " + host},
		{"route of a wildcard", gateway(listener("a", "HTTPS", 443, all)) + httpRoute("hostnames: ['*.acme.com']") + first, "spec.listeners[].hostname", "*.acme-" + host},
		{"a listener for every host, too", gateway(listener("a", "HTTPS", 443, all), listener("b", "HTTPS", 443)) + shop, "spec.listeners[].hostname", "*.acme-" + host + " " + host},
		{"route without a host, and another listener", gateway(listener("a", "HTTPS", 443, all), listener("b", "HTTPS", 443, "hostname: shop.acme.com")) + httpRoute("rules: []"), "spec.listeners[].hostname", "*.acme-" + host + " " + host},
		{"section", gateway(listener("a", "HTTPS", 443, all), listener("b", "HTTPS", 444, all)) + named(gatewayAPI, "HTTPRoute", "x", "parentRefs: [{name: web, sectionName: b}], hostnames: [shop.acme.com]"), "spec.listeners[].hostname", "*.acme-" + host + " " + host},
		{"protocol", gateway(listener("a", "HTTPS", 443, all), listener("b", "TLS", 444, all)) + shop + named("gateway.networking.k8s.io/v1alpha2", "TLSRoute", "x", "parentRefs: [{name: web}], hostnames: [db.acme.com]"), "spec.listeners[].hostname", host + " db-" + host},
		{"GRPCRoute", gateway(listener("a", "HTTPS", 443, all)) + strings.Replace(shop, "HTTPRoute", "GRPCRoute", 1), "spec.listeners[].hostname", host},
		{"other Gateway", gateway(listener("a", "HTTPS", 443, all)) + strings.Replace(shop, "{name: web}", "{name: b}", 1), "spec.listeners[].hostname", "*.acme-" + host},
		{"ListenerSet", named(gatewayAPI, "ListenerSet", "x", "parentRef: {name: web}, listeners: ["+listener("a", "HTTPS", 443, all)+"]") + strings.Replace(shop, "{name: web}", "{kind: ListenerSet, name: x}", 1), "spec.listeners[].hostname", host},
		{"Emissary", emissary("Host", "a", all) + emissary("Mapping", "b", "prefix: /, hostname: shop.acme.com"), "spec.hostname", host + " " + host},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := valuesAt(t, builtHosts(t, tt.objects, "load-balancer"), tt.path); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestRoutesWithoutRequests has routes whose hosts do not match a listener in the preview.
// After the remedy, they do.
func TestRoutesWithoutRequests(t *testing.T) {
	t.Parallel()
	all := listener("a", "HTTPS", 443, "hostname: '*.acme.com'")
	shop, api := httpRoute("hostnames: [shop.acme.com]"), httpRoute("hostnames: [api.acme.com]")
	exact := func(name, host string) string { return listener(name, "HTTPS", 443, "hostname: "+host) }
	emissary := func(kind, name, spec string) string { return named("getambassador.io/v3alpha1", kind, name, spec) }
	mappings := emissary("Mapping", "a", "prefix: /, hostname: api.acme.com") + emissary("Mapping", "b", "prefix: /, hostname: shop.acme.com")
	for _, tt := range []struct {
		name, objects string
		want          []string
		// remedy are the corrected objects, and hosts the hosts of previews.
		remedy string
		hosts  map[string]string
	}{
		{
			name: "wildcard", objects: gateway(all) + shop + api,
			want: []string{
				`Gateway web: spec.listeners[a].hostname is *.acme.com, and its host in previews does not match that of api.acme.com of HTTPRoute xhostnamesapiacmecom, so that the route gets no requests: add a listener for api.acme.com, or set "*.acme.com": "*.{{.host}}" and "api.acme.com": "api.{{.host}}" in overlay.hosts`,
				`Gateway web: spec.listeners[a].hostname is *.acme.com, and its host in previews does not match that of shop.acme.com of HTTPRoute xhostnamesshopacmecom, so that the route gets no requests: add a listener for shop.acme.com, or set "*.acme.com": "*.{{.host}}" and "shop.acme.com": "shop.{{.host}}" in overlay.hosts`,
			},
			remedy: gateway(all, exact("b", "shop.acme.com"), exact("c", "api.acme.com")) + shop + api,
			hosts:  map[string]string{"*.acme.com": "*.HOST", "shop.acme.com": "shop.HOST", "api.acme.com": "api.HOST"},
		},
		{
			name: "no hostname", objects: gateway(listener("a", "HTTP", 80)) + shop + api,
			want: []string{
				`Gateway web: spec.listeners[a].hostname is for every host, and becomes the host of previews, which does not match that of shop.acme.com of HTTPRoute xhostnamesshopacmecom, so that the route gets no requests: add a listener for shop.acme.com`,
			},
			remedy: gateway(listener("a", "HTTP", 80), listener("b", "HTTP", 80, "hostname: shop.acme.com")) + shop + api,
		},
		{
			name: "route without a host", objects: gateway(exact("a", "api.acme.com"), exact("b", "shop.acme.com")) + httpRoute("rules: []"),
			want:   []string{`HTTPRoute xrules: spec.hostnames is missing and becomes the host of previews, which does not match spec.listeners[b].hostname of Gateway web, so that the route gets no requests: name the host of the listener in the route`},
			remedy: gateway(exact("a", "api.acme.com"), exact("b", "shop.acme.com")) + httpRoute("hostnames: [api.acme.com, shop.acme.com]"),
		},
		{
			name: "route with a wildcard", objects: gateway(exact("a", "shop.acme.com")) + httpRoute("hostnames: ['*.acme.com']"),
			want:   []string{`Gateway web: spec.listeners[a].hostname is shop.acme.com, and its host in previews does not match that of *.acme.com of HTTPRoute xhostnamesacmecom, so that the route gets no requests: name shop.acme.com in the route`},
			remedy: gateway(exact("a", "shop.acme.com")) + shop,
			hosts:  map[string]string{"*.acme.com": "*.HOST", "shop.acme.com": "shop.HOST"},
		},
		{
			name: "Emissary", objects: emissary("Host", "a", "hostname: '*'") + mappings,
			want:   []string{`Host a: spec.hostname is for every host, and becomes the host of previews, which does not match that of shop.acme.com of Mapping b, so that the route gets no requests: add a Host for shop.acme.com`},
			remedy: emissary("Host", "a", "hostname: '*'") + emissary("Host", "b", "hostname: shop.acme.com") + mappings,
		},
		{
			name: "wildcard below a wildcard", objects: gateway(all) + shop + httpRoute("hostnames: ['*.api.acme.com']"),
			want: []string{
				`Gateway web: spec.listeners[a].hostname is *.acme.com, and its host in previews does not match that of *.api.acme.com of HTTPRoute xhostnamesapiacmecom, so that the route gets no requests: add a listener for *.api.acme.com, or set "*.acme.com": "*.{{.host}}" and "*.api.acme.com": "*.api.{{.host}}" in overlay.hosts`,
				`Gateway web: spec.listeners[a].hostname is *.acme.com, and its host in previews does not match that of shop.acme.com of HTTPRoute xhostnamesshopacmecom, so that the route gets no requests: add a listener for shop.acme.com, or set "*.acme.com": "*.{{.host}}" and "shop.acme.com": "shop.{{.host}}" in overlay.hosts`,
			},
			hosts: map[string]string{"*.acme.com": "*.HOST", "shop.acme.com": "shop.HOST", "*.api.acme.com": "*.api.HOST"},
		},
		{name: "no route", objects: gateway(all) + strings.Replace(shop, "{name: web}", "{name: b}", 1)},
		{name: "never matched", objects: gateway(exact("a", "www.acme.com")) + shop},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := listenerWarnings(t, tt.objects, nil); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if tt.remedy != "" {
				if got := listenerWarnings(t, tt.remedy, nil); len(got) > 0 {
					t.Errorf("after the remedy, got %q", got)
				}
			}
			if tt.hosts != nil {
				if got := listenerWarnings(t, tt.objects, tt.hosts); len(got) > 0 {
					t.Errorf("with overlay.hosts, got %q", got)
				}
			}
		})
	}
}

// listenerWarnings returns the warnings about routes for a preview. hosts are its hosts by
// those of the base, nil for the usual ones.
func listenerWarnings(t *testing.T, objects string, hosts map[string]string) (all []string) {
	t.Helper()
	base := load(t, kustomize.Spec{Base: "base", Allow: []string{"load-balancer"}}, objectsIn(objects))
	for _, w := range base.ListenerWarnings(previewWith(base, hosts)) {
		all = append(all, w.String())
	}
	return all
}
