package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Values are values that have no effect outside of a preview.
type Values struct {
	// Text describes them for the documentation, such as "`false`".
	Text string
	// have reports whether the value at a place is one of them.
	have func(p fields.Place, in Scope) bool
}

// anyOf returns the values that have accepts. A value of the wrong type is never one of them.
func anyOf(text string, have func(value *yaml.Node) bool) Values {
	return Values{text, func(p fields.Place, _ Scope) bool { return have(p.Node) }}
}

// texts returns these texts as values. An empty text is the same as a missing one.
func texts(all ...string) Values {
	return anyOf(listed(all), func(value *yaml.Node) bool { return isOneOf(value, append(all, "")...) })
}

// otherThan returns all values but these texts. Another row of the field has to refuse values of
// the wrong type.
func otherThan(all ...string) Values {
	return anyOf("all but "+listed(all), func(value *yaml.Node) bool {
		return !slices.Contains(all, object.Scalar(value))
	})
}

// listed returns the texts for the documentation.
func listed(texts []string) string {
	named := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "" })
	if len(named) == 0 {
		return "the empty text"
	}
	return "`" + strings.Join(named, "`, `") + "`"
}
