package closure

import (
	"regexp"
	"slices"
	"strings"
)

// Patterns of Kustomize's identifiers (ResId and Gvk in kyaml/resid): an object is
// Kind.Version.Group/Name.Namespace, and missing parts are [noKind], [noVer] and so on.
const (
	kindID   = `(?:[A-Za-z][A-Za-z0-9]*|\[noKind\])\.(?:[A-Za-z0-9]+|\[noVer\])\.(?:[A-Za-z0-9.-]+|\[noGrp\])`
	objectID = kindID + `/(?:\[noName\]|[^\s"'/:;]*?)\.(?:\[noNs\]|[A-Za-z0-9-]*)`
	// goID is an identifier in the format of Go.
	goID = `resid\.ResId\{Gvk:resid\.Gvk\{[^}]*Kind:"([^"]*)"[^}]*\}, Name:"([^"]*)", Namespace:"([^"]*)"\}`
)

// id matches Kustomize's identifiers in the texts of messages.
var id = regexp.MustCompile(`(` + kindID + `)(?:/(\[noName\]|[^\s"'/:;]*)\.(\[noNs\]|[A-Za-z0-9-]*))?`)

// named replaces Kustomize's identifiers by "Kind name".
func named(text string) string {
	return id.ReplaceAllStringFunc(text, func(match string) string {
		if !strings.Contains(match, "[no") && !strings.Contains(match, "/") {
			return match // a domain
		}
		part := id.FindStringSubmatch(match)
		kind, _, _ := strings.Cut(part[1], ".")
		words := []string{kind, part[2]}
		words = slices.DeleteFunc(words, func(w string) bool { return w == "" || strings.HasPrefix(w, "[no") })
		if len(words) == 0 {
			return "an object"
		}
		return strings.Join(words, " ")
	})
}
