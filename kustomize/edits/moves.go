package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// namespaceEdits adds the edits that replace the namespaces of the base in r to edits.
func (e *Editor) namespaceEdits(r *resource.Resource, edits []Edit) []Edit {
	e.own.mentionsIn(r, e.table, func(p fields.Place, found []mention) {
		found = slices.DeleteFunc(slices.Clone(found), func(m mention) bool { return !m.moves })
		if len(found) == 0 {
			return
		}
		i := slices.IndexFunc(edits, func(d Edit) bool { return d.Place.Pointer == p.Pointer })
		if i < 0 {
			i = len(edits)
			edits = append(edits, Edit{Place: p, text: text{{literal: object.String(p.Node)}}})
		}
		edits[i].text = edits[i].text.moved(object.String(p.Node), found)
	})
	return edits
}

// moved returns t, a text of value, with the namespace of the preview in place of those in
// its literals.
func (t text) moved(value string, found []mention) text {
	var out text
	at := 0
	for _, s := range t {
		if s.isHost {
			at += len(s.host)
			out = append(out, s)
			continue
		}
		offset := strings.Index(value[min(at, len(value)):], s.literal)
		if offset < 0 {
			return t // the text is not only the value with other hosts
		}
		at = min(at, len(value)) + offset
		end := at + len(s.literal)
		for _, m := range found {
			if m.Start >= at && m.End <= end {
				out = append(out, segment{literal: value[at:m.Start]}, segment{isNamespace: true})
				at = m.End
			}
		}
		out = append(out, segment{literal: value[at:end]})
		at = end
	}
	return out
}
