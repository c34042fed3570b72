package fields

import "slices"

// annotationHosts has annotations. Those of DNS controllers count at objects of all kinds,
// and those of ingress controllers at Ingresses.
func annotationHosts() []Row {
	rows := slices.Concat(
		recorded(AnyGroup, nil, annotations(dnsAnnotations...)...),
		owned(AnyGroup, nil, annotations(
			"cert-manager.io/common-name", "cert-manager.io/alt-names", "cert.gardener.cloud/commonname", "cert.gardener.cloud/dnsnames")...),
		mentioned(AnyGroup, nil, annotations("cert-manager.io/uri-sans")...),
		mentioned("", []string{"ServiceAccount"}, annotations("serviceaccounts.openshift.io/oauth-redirecturi.*")...),
	)
	for _, group := range []string{"networking.k8s.io", "extensions"} {
		kinds := []string{"Ingress"}
		rows = slices.Concat(rows,
			served(group, kinds, annotations(servingAnnotations()...)...),
			rowsOf(Row{Group: group, Kinds: kinds, Is: Host, Form: Conditions}, annotations("alb.ingress.kubernetes.io/conditions.*")),
			rowsOf(Row{Group: group, Kinds: kinds, Is: OtherHost, Form: Pattern, Fix: "name the hosts in a rule"}, annotations(patternAnnotations()...)),
			mentioned(group, kinds, annotations(mentioningAnnotations()...)...),
		)
	}
	return rows
}

func annotations(keys ...string) []string {
	paths := make([]string, 0, len(keys))
	for _, key := range keys {
		paths = append(paths, "metadata.annotations["+key+"]")
	}
	return paths
}

// servingAnnotations are annotations that add hosts to an Ingress.
func servingAnnotations() []string {
	return []string{
		"nginx.ingress.kubernetes.io/server-alias",
		"haproxy-ingress.github.io/server-alias", "haproxy-ingress.github.io/redirect-from",
		"ingress.kubernetes.io/server-alias",
		"appgw.ingress.kubernetes.io/hostname-extension",
		"konghq.com/host-aliases", "konghq.com/snis",
	}
}

// patternAnnotations are annotations that add hosts to an Ingress by a regular expression.
func patternAnnotations() []string {
	return []string{
		"haproxy-ingress.github.io/server-alias-regex", "haproxy-ingress.github.io/redirect-from-regex",
		"ingress.kubernetes.io/server-alias-regex",
	}
}

// mentioningAnnotations are annotations of an Ingress whose text mentions hosts:
//   - ingress-nginx (k8s.io/ingress-nginx/internal/ingress/annotations);
//   - HAProxy Ingress (https://haproxy-ingress.github.io/docs/configuration/keys/) and
//     HAProxy's own controller (documentation/annotations.md in
//     github.com/haproxytech/kubernetes-ingress);
//   - AWS' load balancers, whose annotations have JSON
//     (docs/guide/ingress/annotations.md in github.com/kubernetes-sigs/aws-load-balancer-controller);
//   - Traefik, APISIX, Azure, Contour and F5 NGINX.
func mentioningAnnotations() []string {
	var keys []string
	for prefix, names := range map[string][]string{
		"nginx.ingress.kubernetes.io/": {
			"auth-url", "auth-signin", "auth-tls-error-page", "permanent-redirect", "temporal-redirect", "rewrite-target",
			"proxy-redirect-from", "proxy-redirect-to", "upstream-vhost", "cors-allow-origin", "app-root", "mirror-target", "mirror-host",
			"session-cookie-domain", "proxy-cookie-domain", "proxy-ssl-name", "x-forwarded-prefix",
		},
		"haproxy-ingress.github.io/": {
			"auth-url", "auth-signin", "auth-tls-error-page", "cors-allow-origin", "redirect-to", "headers", "app-root", "proxy-host", "session-cookie-domain",
		},
		"ingress.kubernetes.io/":         {"auth-url", "auth-signin", "cors-allow-origin", "redirect-to", "app-root"},
		"haproxy.org/":                   {"request-redirect", "set-host", "cors-allow-origin", "request-set-header", "response-set-header"},
		"alb.ingress.kubernetes.io/":     {"actions.*", "transforms.*", "auth-idp-oidc"},
		"appgw.ingress.kubernetes.io/":   {"backend-hostname"},
		"traefik.ingress.kubernetes.io/": {"router.tls.domains.*", "redirect-regex", "redirect-replacement", "auth-url"},
		"k8s.apisix.apache.org/":         {"http-redirect", "cors-allow-origin", "auth-uri", "upstream-host"},
		"nginx.org/":                     {"proxy-set-headers", "rewrites"},
		"nginx.com/":                     {"jwt-login-url"},
		"konghq.com/":                    {"headers.*", "rewrite"},
		"zalando.org/":                   {"skipper-filter", "skipper-predicate", "skipper-routes"},
	} {
		for _, name := range names {
			keys = append(keys, prefix+name)
		}
	}
	slices.Sort(keys)
	return keys
}
