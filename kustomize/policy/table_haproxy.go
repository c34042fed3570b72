package policy

import (
	"slices"
	"strings"
)

const (
	haproxyKeys        = "https://haproxy-ingress.github.io/docs/configuration/keys/"
	haproxyAnnotations = "github.com/haproxytech/kubernetes-ingress documentation/annotations.md"
)

// oneLine is a text of one line.
var oneLine = ifText("one line", func(text string, _ Scope) bool { return !strings.ContainsAny(strings.TrimSpace(text), "\r\n") })

// haproxyRows has HAProxy Ingress (haproxy-ingress.github.io, ingress.kubernetes.io), the
// controller of HAProxy Technologies (haproxy.org, haproxy.com) and the router of OpenShift. Keys of HAProxy Ingress with the
// scope Global have no effect in annotations.
var haproxyRows = slices.Concat(
	atAnnotations(
		Row{Word: allowSnippet, Why: writesConfig, Source: haproxyKeys},
		"haproxy-ingress.github.io/config-*", "ingress.kubernetes.io/config-*",
	),
	atAnnotations(
		Row{Word: allowProxyTarget, Except: ownAddress, Why: sendsAnywhere, Fix: nameOwn, Source: haproxyKeys},
		"*/agent-check-addr", "*/health-check-addr",
	),
	atAnnotations(
		Row{Word: allowOtherHost, Why: takesOfPort, Source: haproxyKeys},
		"*/tcp-service-port", "haproxy-ingress.github.io/bind-*", "haproxy-ingress.github.io/http-port", "haproxy-ingress.github.io/https-port",
	),
	atAnnotations(
		Row{Word: allowCredentials, Except: qualifiedName, Why: foreignSecret, Fix: "name a Secret of the preview", Source: haproxyAnnotations},
		"*/secure-crt-secret", "haproxy.org/client-ca", "haproxy.org/server-ca", "haproxy.org/server-crt",
	),
	atAnnotations(
		Row{Word: allowSnippet, Except: oneLine, Why: "its lines would become lines of the configuration of a shared router", Fix: "write one line", Source: "github.com/openshift/router images/router/haproxy/conf/haproxy-config.template"},
		"haproxy.router.openshift.io/*", "router.openshift.io/*",
	),
	[]Row{
		// The API server refuses only spaces and # (validatePath), but no line breaks.
		{Word: allowSnippet, Group: "route.openshift.io", Kinds: []string{"Route"}, Path: "spec.path", Except: plainPath, Why: "it could add lines to the table of hosts of a shared router", Fix: "write a plain path", Source: "GenerateRouteRegexp in pkg/router/template/util of github.com/openshift/router"},
		{Word: allowSnippet, Annotation: "*/route-acl", Why: writesConfig, Source: haproxyAnnotations},
		{Word: allowSnippet, Group: "*.haproxy.org", Kinds: []string{"Backend", "Defaults", "Frontend", "Global"}, Why: writesConfig, Fix: "use the annotations of the controller", Source: "github.com/haproxytech/kubernetes-ingress crs/definition"},
		{Word: allowOtherHost, Group: "*.haproxy.org", Kinds: []string{"TCP"}, Why: takesPort, Fix: "use an Ingress", Source: "github.com/haproxytech/kubernetes-ingress documentation/custom-resource-tcp.md"},
	},
)
