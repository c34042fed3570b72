package policy

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	otherBackend  = "a controller could send requests to addresses outside of the preview, as Istio does for a Hostname"
	hostnameTypes = "buildDestination in pilot/pkg/config/kube/gateway/conversion.go of istio.io/istio"
	breaksProxy   = "a shared proxy could not read its configuration, and not change the routes of others any more"
	readsProxy    = "a shared proxy could put its variables and files into the header, or not read its configuration"
	envoyHeaders  = "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers"
	envoyRoutes   = "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto"
	writePlain    = "write a plain path, or a regular expression in the syntax of RE2"
)

// strangerRouteRows has routes. The fields of backends are also in filters, and in the filters of
// backends.
var strangerRouteRows = []Row{
	{Word: allowProxyTarget, Group: gatewayGroup, Field: "backendRef", Except: serviceBackends, Why: otherBackend, Fix: "name a Service", Source: hostnameTypes},
	{Word: allowProxyTarget, Group: gatewayGroup, Field: "backendRefs", Except: serviceBackends, Why: otherBackend, Fix: "name a Service", Source: hostnameTypes},
	{
		Word: allowOtherHost, Group: gatewayGroup, Kinds: []string{"GRPCRoute", "HTTPRoute", "TLSRoute"}, Path: "spec.useDefaultGateways", Except: texts("None"),
		Why: "the Gateways would serve all of its hosts, also those of a route for a mesh", Fix: "name the Gateway in parentRefs", Source: "https://gateway-api.sigs.k8s.io/geps/gep-3793/",
	},
	{
		Word: allowSnippet, Group: "networking.k8s.io", Kinds: []string{"Ingress"}, Path: "spec.rules[].http.paths[].path", Except: compiledPath,
		Why: breaksProxy, Fix: writePlain, Source: "rootfs/etc/nginx/template/nginx.tmpl of github.com/kubernetes/ingress-nginx",
	},

	// Envoy reads the routes of all namespaces as one object, and refuses it because of one route.
	{Word: allowSnippet, Group: gatewayGroup, Field: "matches", Except: compiledMatches, Why: breaksProxy, Fix: writePlain, Source: envoyRoutes + "#config-route-v3-routematch"},
	{Word: allowSnippet, Group: gatewayGroup, Field: "replaceFullPath", Except: plainReplacement, Why: breaksProxy, Fix: "write a plain path", Source: envoyRoutes + "#config-route-v3-routeaction"},
	{Word: allowSnippet, Group: gatewayGroup, Field: "replacePrefixMatch", Except: plainReplacement, Why: breaksProxy, Fix: "write a plain path", Source: envoyRoutes + "#config-route-v3-routeaction"},
	{Word: allowSnippet, Group: gatewayGroup, Field: "requestHeaderModifier", Except: plainHeaders, Why: readsProxy, Fix: "write it without % and line breaks", Source: envoyHeaders},
	{Word: allowSnippet, Group: gatewayGroup, Field: "responseHeaderModifier", Except: plainHeaders, Why: readsProxy, Fix: "write it without % and line breaks", Source: envoyHeaders},
}

const gatewayGroup = "gateway.networking.k8s.io"

// serviceBackends are Services, and lists of them.
var serviceBackends = anyOf("the kind `Service` of the core group", func(backend *yaml.Node) bool {
	if backend.Kind == yaml.SequenceNode {
		return isListOf(backend, isService)
	}
	return isService(backend)
})

func isService(backend *yaml.Node) bool {
	return isMapping(backend) && isOneOf(object.At(backend, "kind"), "", "Service") && isOneOf(object.At(backend, "group"), "")
}

// compiledPath are paths that are also complete regular expressions: with them, ingress-nginx
// writes the path into a text with quotes, and NGINX compiles it when it reads its configuration.
var compiledPath = anyOf("complete regular expressions, as plain paths are", isCompiled)

// isCompiled reports whether a text is a small regular expression. Envoy has the same syntax
// (https://github.com/google/re2/wiki/Syntax), and a limit for the memory of an expression.
func isCompiled(text *yaml.Node) bool {
	const maxInstructions = 2000
	if !object.IsText(text) {
		return isNull(text)
	}
	parsed, err := syntax.Parse(text.Value, syntax.Perl)
	if err != nil {
		return false
	}
	program, err := syntax.Compile(parsed.Simplify())
	return err == nil && len(program.Inst) <= maxInstructions
}

// compiledMatches are matches whose regular expressions are complete.
var compiledMatches = anyOf("complete regular expressions, and other types", hasOnlyCompiled)

func hasOnlyCompiled(n *yaml.Node) bool {
	n = object.Resolved(n)
	if n.Kind == yaml.SequenceNode {
		return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return !hasOnlyCompiled(item) })
	}
	isExpression := object.Scalar(object.Child(n, "type")) == "RegularExpression"
	return !slices.ContainsFunc(object.Keys(n), func(name string) bool {
		value := object.Resolved(object.Child(n, name))
		return !hasOnlyCompiled(value) || isExpression && !isCompiled(value)
	})
}

// plainHeaders are headers without what Envoy replaces, such as %ENVIRONMENT(TOKEN)%, and without
// line breaks, which it does not accept.
var plainHeaders = anyOf("values without `%` and control characters", hasPlainTexts)

func hasPlainTexts(n *yaml.Node) bool {
	n = object.Resolved(n)
	if n.Kind != yaml.ScalarNode {
		return !slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return !hasPlainTexts(item) })
	}
	return !strings.Contains(n.Value, "%") && !strings.ContainsFunc(n.Value, unicode.IsControl)
}

// plainReplacement are paths without references to the groups of a regular expression.
var plainReplacement = ifText("texts without spaces, quotes, `;`, `{`, `}`, `$` and backslashes", func(path string, _ Scope) bool {
	return isPlainPath(path) && !strings.ContainsAny(path, `\$`)
})
