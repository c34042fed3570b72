package edits

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// leftText is a string of the base, with the part that stays as it is.
type leftText struct {
	fields.Place
	text string
}

// replaced stands for a part of a text that overlays replace. It is no part of a name.
const replaced = " "

// leftTexts returns the strings of r after edits, except those that are kept.
func leftTexts(r *resource.Resource, edits []Edit, kept map[*yaml.Node]bool) []leftText {
	edited := map[string]text{}
	for _, e := range edits {
		edited[e.Place.Pointer] = e.text
	}
	var all []leftText
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		if isIdentity(p) || kept[p.Node] {
			return true
		}
		if t, ok := edited[p.Pointer]; ok {
			all = append(all, leftText{p, t.literals()})
		} else {
			all = append(all, leftText{p, object.String(p.Node)})
		}
		return true
	})
	return all
}

// literals returns the parts of t that are the same in all previews.
func (t text) literals() string {
	var b strings.Builder
	for _, s := range t {
		if s.isHost || s.isNamespace {
			b.WriteString(replaced)
		} else {
			b.WriteString(s.literal)
		}
	}
	return b.String()
}
