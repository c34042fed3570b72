package policy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// address matches the host and the port of a URL. A port can have a name. In NGINX, a variable can
// be the path.
var address = regexp.MustCompile(`^(?:[a-z][a-z0-9+.-]*://)?([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9.])?)(?::[A-Za-z0-9-]+)?(?:(?:[/?#]|\$request_uri|\$uri).*)?$`)

// hostIn returns the host of a text that is a URL, or a host with an optional port and path. It
// returns "" for any other text, and for IPv6 addresses and URLs with a user.
func hostIn(text string) string {
	if m := address.FindStringSubmatch(text); m != nil {
		return strings.ToLower(strings.TrimSuffix(m[1], "."))
	}
	return ""
}

// isOwnAddress reports whether host is a host of the preview, or the complete name of a Service
// of the preview. A proxy resolves a name without a namespace in its own one.
func (s Scope) isOwnAddress(host string) bool {
	if s.Own == "" || s.isOwnHost(host) {
		return true
	}
	if service, found := strings.CutSuffix(strings.TrimSuffix(host, ".cluster.local"), ".svc"); found {
		return strings.HasSuffix(service, "."+s.Own)
	}
	service, namespace, _ := strings.Cut(host, ".")
	return service != "" && namespace == s.Own
}

// isOwnService is isOwnAddress for fields in which a name without a namespace is a Service of
// the namespace of the object.
func (s Scope) isOwnService(host string) bool {
	return host != "" && host != "localhost" && !strings.Contains(host, ".") || s.isOwnAddress(host)
}

// isOwnObject reports whether a text names an object of the preview: without a namespace, or
// with the preview's one and a slash.
func (s Scope) isOwnObject(text string) bool {
	namespace, _, found := strings.Cut(text, "/")
	return !found || s.Own == "" || namespace == s.Own
}

// ifText returns the texts that have accepts, and the empty text, which is the same as a missing
// one.
func ifText(text string, have func(text string, in Scope) bool) Values {
	return Values{text, func(p fields.Place, in Scope) bool {
		return p.Node.Kind == yaml.ScalarNode && (p.Node.Value == "" || have(p.Node.Value, in))
	}}
}

// quantifier matches braces that have no meaning in the configuration of NGINX: those of regular
// expressions, and those of variables.
var quantifier = regexp.MustCompile(`\$?\{(?:[0-9]+(?:,[0-9]*)?|[A-Za-z_][A-Za-z0-9_]*)\}`)

// hasDirective reports whether a text can end a directive of NGINX and begin another one.
func hasDirective(text string) bool {
	return strings.ContainsAny(quantifier.ReplaceAllString(text, ""), ";{}")
}

// isPlainPath reports whether the path of an Ingress remains a path in the configuration of a
// controller: in quotes, between braces or in a line.
func isPlainPath(path string) bool {
	return !hasDirective(path) && !strings.ContainsAny(path, "\"`") && !strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// hasKey reports whether JSON has one of the keys at any depth. Go's decoder ignores the case of
// keys.
func hasKey(value any, keys ...string) bool {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			if slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) }) || hasKey(v, keys...) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(v any) bool { return hasKey(v, keys...) })
	}
	return false
}

// jsonWithout returns the values that are JSON without the keys.
func jsonWithout(text string, keys ...string) Values {
	return ifText(text, func(text string, _ Scope) bool {
		var value any
		return json.Unmarshal([]byte(text), &value) == nil && !hasKey(value, keys...)
	})
}

// hasSibling returns the values of annotations beside which there is another one with a text.
func hasSibling(text, key string) Values {
	return Values{text, func(p fields.Place, _ Scope) bool { return object.Scalar(object.Child(p.Holder, key)) != "" }}
}

// lacksSibling returns the other values.
func lacksSibling(text, key string) Values {
	return Values{text, func(p fields.Place, _ Scope) bool { return object.Scalar(object.Child(p.Holder, key)) == "" }}
}
