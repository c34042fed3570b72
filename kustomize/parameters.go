package kustomize

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
)

// parametersName is the name of the ConfigMap that holds the parameters. It is
// fixed, and has no hash, so that components can take values from it with
// `replacements`.
const parametersName = "preview"

// What the ConfigMap has besides the parameters of the answer: which repository
// a preview's change is of, "github.com/acme/shop", and the administration
// namespace, if there is one.
const (
	sourceKey         = "source"
	adminNamespaceKey = "admin_namespace"
)

// ReservedParameters are the keys that no set and no component can give another
// meaning, sorted: what every preview has, and what its ConfigMap has besides.
func ReservedParameters() []string {
	return slices.Sorted(slices.Values(append(generator.ParameterNames(), sourceKey, adminNamespaceKey)))
}

// isParameters reports whether r is the ConfigMap with the parameters.
func isParameters(r *resource.Resource) bool {
	return r.GetKind() == "ConfigMap" && r.GetApiVersion() == "v1" && r.GetName() == parametersName
}

// parameter returns the value of a parameter as text.
func parameter(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	}
	return fmt.Sprint(value)
}
