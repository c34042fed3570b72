package edits

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
)

// Edit sets one field of an object of the base to a text, or to an image.
type Edit struct {
	Place fields.Place
	// Image is the image of the base, "" for a field with a text.
	Image string
	text  text
}

// field is a field of an object: "Kind name" and a JSON pointer.
type field struct{ object, pointer string }

// Text returns the text of the field in a preview with names.
func (e Edit) Text(names Names) string { return e.text.with(names) }

// text is a text in which some parts differ between previews.
type text []segment

// segment is a part of a text: a literal, the host of the preview that replaces host, or
// the preview's namespace.
type segment struct {
	literal             string
	host                string
	isHost, isNamespace bool
}

// changes reports whether t differs between previews.
func (t text) changes() bool {
	return slices.ContainsFunc(t, func(s segment) bool { return s.isHost || s.isNamespace })
}

// Names are the names of a preview that texts contain. Hosts has the hosts by those of the
// base, and Host is the host for all others.
type Names struct {
	Host, Namespace string
	Hosts           map[string]string
}

// with returns t with names.
func (t text) with(names Names) string {
	var b strings.Builder
	for _, s := range t {
		host, known := names.Hosts[s.host]
		switch {
		case s.isHost && known:
			b.WriteString(host)
		case s.isHost:
			b.WriteString(names.Host)
		case s.isNamespace:
			b.WriteString(names.Namespace)
		default:
			b.WriteString(s.literal)
		}
	}
	return b.String()
}
