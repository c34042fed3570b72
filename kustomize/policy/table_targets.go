package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
)

// Reasons and remedies of many rows of routes.
const (
	sendsAnywhere = "a shared proxy would send requests to any address"
	reachesOthers = "a shared proxy would send requests to Services of other namespaces"
	forOthers     = "it would also apply to requests for others"
	runsCode      = "a shared proxy would execute it"
	writesConfig  = "it would write into the configuration of a shared proxy"
	foreignSecret = "a shared proxy would use a Secret of another namespace, or a file of its own"
	takesOfPort   = "it would take a port of a shared proxy"

	nameOwn     = "name a host of the preview, or a Service with the preview's namespace"
	nameService = "name a Service of the preview"
	useShared   = "install it once for the cluster"
)

// qualifiedName is the name of an object of the preview, with or without its namespace and a slash.
var qualifiedName = ifText("objects of the preview's namespace", func(text string, in Scope) bool { return in.isOwnObject(text) })

// ownAddress is a URL or an address of the preview.
var ownAddress = ifText("hosts of the preview, and its Services with their namespace", func(text string, in Scope) bool {
	return in.isOwnAddress(hostIn(text))
})

// ownService is the same for controllers that find Services by a short name.
var ownService = ifText("hosts and Services of the preview", func(text string, in Scope) bool { return in.isOwnService(hostIn(text)) })

// loginURL is the URL of a login service: publicURL, the host of the request as a variable of
// NGINX, or HAProxy Ingress' form svc://namespace/service:port, in which only the port is required.
// A login service on the Internet gets only what the preview gets too.
var loginURL = ifText(publicURL.Text+", and `$host`", func(text string, in Scope) bool {
	scheme, rest, _ := strings.Cut(text, "://")
	if scheme == "svc" || scheme == "service" {
		first, _, _ := strings.Cut(rest, "/")
		return in.Own == "" || strings.Contains(first, ":") || first == in.Own
	}
	if isPublicURL(text, in) {
		return true
	}
	const ofRequest = "host.of.request"
	for _, variable := range []string{"$host", "$http_host", "$server_name"} {
		text = strings.Replace(text, "://"+variable, "://"+ofRequest, 1)
	}
	return hostIn(text) == ofRequest
})

// noDirective is a text without the characters that separate the directives of NGINX.
var noDirective = Values{"texts without `;`, `{` and `}`", func(p fields.Place, _ Scope) bool {
	return p.Node.Kind == yaml.ScalarNode && (hasOwnSyntax(p.Name) || !hasDirective(p.Node.Value))
}}

// hasOwnSyntax reports whether an annotation has a list with semicolons, or is a snippet, which
// another row refuses.
func hasOwnSyntax(key string) bool {
	return slices.ContainsFunc([]string{"-snippet", "-snippets", "/rewrites", "/sticky-cookie-services"}, func(end string) bool { return strings.HasSuffix(key, end) })
}

// plainPath is the path of an Ingress.
var plainPath = ifText("texts without spaces, double quotes, backticks, `;`, `{` and `}`", func(text string, _ Scope) bool { return isPlainPath(text) })

// publicURL is a URL of the preview, or one that everybody can request.
var publicURL = ifText("hosts of the preview, its Services with their namespace, `https` with a name on the Internet", isPublicURL)

func isPublicURL(url string, in Scope) bool {
	host := hostIn(url)
	return in.isOwnAddress(host) || strings.HasPrefix(url, "https://") && isPublicName(host)
}

// isPublicName reports whether host can be a name in the public DNS, and is no IP address.
func isPublicName(host string) bool {
	top := host[strings.LastIndexByte(host, '.')+1:]
	switch top {
	case host, "local", "localhost", "internal", "svc", "cluster", "lan", "home", "corp", "intranet", "private", "arpa":
		return false
	}
	return strings.ContainsFunc(top, func(r rune) bool { return r >= 'a' && r <= 'z' })
}
