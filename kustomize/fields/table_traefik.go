package fields

import "slices"

// traefikHosts has the kinds of Traefik
// (github.com/traefik/traefik/pkg/provider/kubernetes/crd/traefikio/v1alpha1), in its
// groups of versions 2 and 3. Without TLS, HostSNI(`*`) is the only rule of a TCP route
// that Traefik accepts, so overlays do not replace it.
func traefikHosts() []Row {
	var rows []Row
	for _, group := range []string{"traefik.io", "traefik.containo.us"} {
		rows = slices.Concat(
			rows,
			[]Row{
				{Group: group, Kinds: []string{"IngressRoute"}, Path: "spec.routes[].match?", Is: Host, Form: Matcher, Match: []string{"match", "priority?", "spec.entryPoints?"}},
				{
					Group: group, Kinds: []string{"IngressRouteTCP"}, Path: "spec.routes[].match?", Is: Host, Form: Matcher, Required: true,
					Fix: "use the form HostSNI(`shop.example.com`) with spec.tls",
				},
			},
			owned(group, []string{"IngressRoute", "IngressRouteTCP"}, "spec.tls.domains[].main", "spec.tls.domains[].sans[]"),
			mentioned(group, []string{"Middleware"},
				"spec.redirectRegex.regex", "spec.redirectRegex.replacement", "spec.forwardAuth.address",
				"spec.headers.sslHost", "spec.headers.allowedHosts[]", "spec.headers.accessControlAllowOriginList[]",
				"spec.headers.customRequestHeaders[*]", "spec.headers.customResponseHeaders[*]", "spec.headers.contentSecurityPolicy"),
			mentioned(group, []string{"ServersTransport"}, "spec.serverName"),
		)
	}
	return rows
}
