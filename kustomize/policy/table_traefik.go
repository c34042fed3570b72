package policy

import (
	"slices"
	"strings"
)

const traefikTypes = "github.com/traefik/traefik/v3 pkg/provider/kubernetes/crd"

// traefikRows has the kinds of Traefik in its groups of versions 2 and 3. A Middleware of another
// namespace or of a file is accepted: it is there to be shared.
var traefikRows = slices.Concat(
	traefikOf("traefik.io"), traefikOf("traefik.containo.us"),
	[]Row{{
		Word: allowOtherHost, Annotation: "traefik.ingress.kubernetes.io/router.pathmatcher", Except: texts("Path", "PathPrefix", "PathRegexp"),
		Why: "the text would become a part of the rule beside the host", Source: "github.com/traefik/traefik/v3 pkg/provider/kubernetes/ingress",
	}},
)

// ownTraefikService are names of Services, and those of other providers in the preview's
// namespace. The names of Traefik's own services are api@internal, rest@internal and others.
var ownTraefikService = ifText("Services of the preview", func(text string, in Scope) bool {
	name, provider, found := strings.Cut(text, "@")
	return !found || provider == "kubernetescrd" && (in.Own == "" || strings.HasPrefix(name, in.Own+"-"))
})

// traefikOf returns the rows of a group.
func traefikOf(group string) []Row {
	middleware, store := []string{"Middleware"}, []string{"TLSStore"}
	return slices.Concat(
		[]Row{
			{Word: allowSnippet, Group: group, Kinds: middleware, Path: "spec.plugin", Why: "a shared Traefik would execute the plugin, and its settings can't be checked", Fix: "use a Middleware that all previews share", Source: traefikTypes},
			{Word: allowProxyTarget, Group: group, Kinds: middleware, Path: "spec.forwardAuth.address", Except: publicURL, Why: sendsAnywhere, Fix: "use a Middleware that all previews share", Source: traefikTypes},
			{Word: allowProxyTarget, Group: group, Kinds: middleware, Path: "spec.rateLimit.redis.endpoints[]", Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: traefikTypes},
			{Word: allowProxyTarget, Group: group, Kinds: store, Why: "its default certificate is that of all hosts", Fix: useShared, Source: "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/tls/tlsstore/"},
			{Word: allowProxyTarget, Group: group, Kinds: []string{"TLSOption"}, Path: "metadata.name", Except: otherThan("default"), Why: "the options with this name are those of all hosts", Fix: "give it another name", Source: "https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/tls/tlsoption/"},
			{Word: allowCredentials, Group: group, Kinds: []string{"ServersTransport", "ServersTransportTCP"}, Path: "spec.spiffe", Why: "Traefik would use its own identity for the preview", Source: traefikTypes},
			{Word: allowOtherHost, Group: group, Kinds: []string{"IngressRoute"}, Path: "spec.parentRefs[].namespace", Except: ownNamespace, Why: "it would take requests of a route in another namespace", Fix: "name a route of the preview", Source: traefikTypes},
		},
		traefikServices(group, middleware, "spec.errors.service."),
		traefikServices(group, []string{"IngressRoute", "IngressRouteTCP"}, "spec.routes[].services[]."),
		traefikServices(
			group, []string{"TraefikService"},
			"spec.weighted.services[].", "spec.highestRandomWeight.services[].", "spec.mirroring.", "spec.mirroring.mirrors[].", "spec.failover.service.", "spec.failover.fallback.",
		),
	)
}

// traefikServices returns the rows of references to services.
func traefikServices(group string, kinds []string, references ...string) []Row {
	row := Row{Word: allowProxyTarget, Group: group, Kinds: kinds, Why: reachesOthers, Fix: nameService, Source: traefikTypes}
	var rows []Row
	for _, reference := range references {
		row.Path, row.Except = reference+"namespace", ownNamespace
		rows = append(rows, row)
		row.Path, row.Except = reference+"name", ownTraefikService
		rows = append(rows, row)
	}
	return rows
}
