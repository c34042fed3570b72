package kustomize

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
)

// parametersName is the name of the ConfigMap with the parameters. The name is fixed and
// has no hash, so that components can copy values from it with `replacements`.
const parametersName = "preview"

// Keys of the ConfigMap that are not parameters of the answer: the repository of the
// preview's change, such as "github.com/acme/shop", the forge's ID of the repository, if
// it is known, and the administration namespace, if the set has one.
const (
	sourceKey         = "source"
	repositoryIDKey   = "repository_id"
	adminNamespaceKey = "admin_namespace"
)

// ReservedParameters returns the keys that sets and components can't define, sorted: the
// parameters of every preview, and the further keys of its ConfigMap.
func ReservedParameters() []string {
	return slices.Sorted(slices.Values(append(generator.ParameterNames(), sourceKey, repositoryIDKey, adminNamespaceKey)))
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
