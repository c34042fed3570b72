package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Controllers that read objects from texts can ignore the case of keys, as encoding/json does.
// These functions do so, too, because they look for keys with an effect.

// folded returns the values of all keys of the mapping n that are name in any case.
func folded(n *yaml.Node, name string) (values []*yaml.Node) {
	if !object.IsMapping(n) {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(object.Scalar(object.Resolved(n.Content[i])), name) {
			values = append(values, object.Resolved(n.Content[i+1]))
		}
	}
	return values
}

// has reports whether the mapping n has one of the keys with a value.
func has(n *yaml.Node, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		return slices.ContainsFunc(folded(n, key), func(value *yaml.Node) bool { return !isNull(value) })
	})
}

// without returns the values that are no mapping with one of the keys.
func without(text string, keys ...string) Values {
	return anyOf(text, func(n *yaml.Node) bool { return !has(n, keys...) })
}

// besides returns all values of fields whose mapping has none of the keys. So a row can be about
// a field with a common name in one type of object only.
func besides(text string, except Values, keys ...string) Values {
	return Values{text, func(p fields.Place, in Scope) bool {
		return !has(p.Holder, keys...) || except.have != nil && except.have(p, in)
	}}
}
