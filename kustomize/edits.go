package kustomize

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// edit sets one field of an object of the base to a text, or to an image.
type edit struct {
	place fields.Place
	text  text
	// image is the image of the base, "" for a field with a text.
	image string
}

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

// textNames are the names of a preview that texts contain. hosts has the hosts by those
// of the base, and host is the host for all others.
type textNames struct {
	host, namespace string
	hosts           map[string]string
}

// with returns t with names.
func (t text) with(names textNames) string {
	var b strings.Builder
	for _, s := range t {
		host, known := names.hosts[s.host]
		switch {
		case s.isHost && known:
			b.WriteString(host)
		case s.isHost:
			b.WriteString(names.host)
		case s.isNamespace:
			b.WriteString(names.namespace)
		default:
			b.WriteString(s.literal)
		}
	}
	return b.String()
}

// operation returns the operation that sets the field to value. In a list, an "add" of RFC
// 6902 would insert an item.
func (e edit) operation(value string) operation {
	if e.place.Node != nil {
		return operation{Op: "replace", Path: e.place.Pointer, Value: object.Quoted(value)}
	}
	return operation{Op: "add", Path: e.place.Pointer, Value: e.place.Value(object.Quoted(value))}
}

// editor finds the fields of the base that overlays set.
type editor struct {
	table *fields.Table
	// hosts are the hosts of the base.
	hosts []string
	// named are hosts and those that components have replaced by others.
	named []string
	// images is true if the overlays replace images.
	images bool
	own    ownNamespaces
}
