package kustomize

import (
	"fmt"
	"slices"
	"strconv"
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

// hostKeyPrefix begins the keys of the hosts in the ConfigMap. Sets and components can
// define parameters that begin with it, which then have precedence: they may have existed
// before previewset added these keys.
const hostKeyPrefix = "host_"

// hostKeys returns the keys of the ConfigMap for the hosts of a base, in their order. A key
// has the first label of its host, and as many more labels as make it unique.
func hostKeys(hosts []string) []string {
	keys := make([]string, 0, len(hosts))
	for _, host := range hosts {
		labels := strings.Split(strings.ToLower(host), ".")
		if labels[0] == "*" && len(labels) > 1 {
			labels = append([]string{"wildcard_" + labels[1]}, labels[2:]...)
		}
		key := ""
		for n := 1; n <= len(labels) && (key == "" || slices.Contains(keys, key)); n++ {
			key = hostKeyPrefix + keyText(strings.Join(labels[:n], "_"))
		}
		for n := 2; slices.Contains(keys, key); n++ {
			key = hostKeyPrefix + keyText(strings.Join(labels, "_")) + "_" + strconv.Itoa(n)
		}
		keys = append(keys, key)
	}
	return keys
}

// keyText replaces the characters of s that a parameter can't have by underscores.
func keyText(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, s)
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
