package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"
)

// fieldIndex finds the rows of fields.
type fieldIndex struct {
	// names has the rows by the name of the field, and folded by the name in lower case.
	names, folded map[string][]Row
	// ends has the rows of fields whose names begin with an asterisk.
	ends []fieldEnd
}

// fieldEnd is a row of all fields with names that end in text, which is in lower case.
type fieldEnd struct {
	Row
	text string
}

func newFieldIndex() fieldIndex {
	return fieldIndex{names: map[string][]Row{}, folded: map[string][]Row{}}
}

func (x *fieldIndex) add(row Row) {
	folded := strings.ToLower(row.Field)
	if end, isEnd := strings.CutPrefix(folded, "*"); isEnd {
		x.ends = append(x.ends, fieldEnd{row, end})
		return
	}
	x.names[row.Field] = append(x.names[row.Field], row)
	x.folded[folded] = append(x.folded[folded], row)
}

// of returns the rows of the field name of objects of a kind, with any case of name if
// anyCase is true.
func (x *fieldIndex) of(gvk resid.Gvk, name string, anyCase bool) []Row {
	found := x.names[name]
	if anyCase {
		found = x.folded[strings.ToLower(name)]
	}
	found = slices.DeleteFunc(slices.Clone(found), func(row Row) bool { return !row.isOf(gvk) })
	for _, end := range x.ends {
		if len(name) >= len(end.text) && strings.EqualFold(name[len(name)-len(end.text):], end.text) && end.isOf(gvk) {
			found = append(found, end.Row)
		}
	}
	return found
}

// canBeIn reports whether a text of an object can be YAML with a field that has a row, or with
// annotations or labels. Names in YAML and JSON can have escapes.
func (x *fieldIndex) canBeIn(text string, gvk resid.Gvk) bool {
	text = strings.ToLower(text)
	if !strings.Contains(text, ":") {
		return false
	}
	if strings.Contains(text, "\\") || strings.Contains(text, "annotations") || strings.Contains(text, "labels") {
		return true
	}
	for name, rows := range x.folded {
		if strings.Contains(text, name) && slices.ContainsFunc(rows, func(row Row) bool { return row.isOf(gvk) }) {
			return true
		}
	}
	return slices.ContainsFunc(x.ends, func(end fieldEnd) bool {
		return strings.Contains(text, end.text) && strings.Contains(text, strings.ToLower(end.Value)) && end.isOf(gvk)
	})
}
