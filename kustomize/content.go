package kustomize

import (
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/template"
)

// content is the part of an overlay that depends on its preview. The other parts are
// the same for all previews of a base.
type content struct {
	dir               string
	namespace, schema string
	// edits are the values of the edits of all edited objects, in their order.
	edits []string
	// jobs are the names of the Jobs in the administration namespace.
	jobs   []string
	images []image
	// unmatched are the entries of overlay.images that match no image of the base.
	unmatched []unmatchedImage
	// podLabels are for objects and pod templates, objectLabels are for objects
	// only; see labelsOf.
	podLabels, objectLabels, annotations map[string]object.Quoted
	// parameters and configMapLabels are the data and the labels of the ConfigMap.
	parameters, configMapLabels, namespaceAnnotations map[string]object.Quoted
}

// replaceValues calls visit with every value of c, always in the same order, and
// replaces the value by the result. The only value of an image is its tag.
func (c *content) replaceValues(visit func(field, key, value string) string) {
	c.namespace = visit("namespace", "", c.namespace)
	c.schema = visit("schema", "", c.schema)
	for i, value := range c.edits {
		c.edits[i] = visit("edit", "", value)
	}
	for i, name := range c.jobs {
		c.jobs[i] = visit("job", "", name)
	}
	for i, img := range c.images {
		c.images[i].NewTag = object.Quoted(visit("tag", string(img.Name), string(img.NewTag)))
	}
	for field, values := range c.maps() {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			values[key] = object.Quoted(visit(field, key, string(values[key])))
		}
	}
}

// maps returns the maps of c in the order of replaceValues.
func (c *content) maps() iter.Seq2[string, map[string]object.Quoted] {
	return func(yield func(string, map[string]object.Quoted) bool) {
		_ = yield("pod label", c.podLabels) && yield("object label", c.objectLabels) && yield("annotation", c.annotations) &&
			yield("parameter", c.parameters) && yield("mark", c.configMapLabels) && yield("link", c.namespaceAnnotations)
	}
}

// clone returns a copy of c whose values can be replaced.
func (c *content) clone() content {
	out := *c
	out.edits, out.jobs, out.images = slices.Clone(c.edits), slices.Clone(c.jobs), slices.Clone(c.images)
	out.podLabels, out.objectLabels, out.annotations = maps.Clone(c.podLabels), maps.Clone(c.objectLabels), maps.Clone(c.annotations)
	out.parameters, out.configMapLabels, out.namespaceAnnotations = maps.Clone(c.parameters), maps.Clone(c.configMapLabels), maps.Clone(c.namespaceAnnotations)
	return out
}

// keyBytes is the usual size of a key, in bytes.
const keyBytes = 2048

// split returns a key and the values of c. Overlays of contents with the same key
// differ only in these values. The key includes which values are empty, because an
// overlay omits some empty values.
func (c *content) split() (key string, values []string) {
	var b strings.Builder
	b.Grow(keyBytes)
	b.WriteString(path.Dir(c.dir)) // decides how the overlay refers to its base
	for _, img := range c.images {
		for _, part := range []object.Quoted{img.Name, img.NewName, img.Digest} {
			b.WriteString("\n" + string(part))
		}
	}
	c.replaceValues(func(field, key, value string) string {
		b.WriteByte('\n')
		b.WriteString(field)
		b.WriteByte(' ')
		b.WriteString(key)
		if value == "" {
			b.WriteString(" =")
		} else {
			values = append(values, value)
		}
		return value
	})
	return b.String(), values
}

// withPlaceholders returns c with a placeholder for each value, numbered in the
// order of split's values.
func (c *content) withPlaceholders() content {
	out := c.clone()
	count := 0
	out.replaceValues(func(_, _, value string) string {
		if value == "" {
			return ""
		}
		count++
		return template.Placeholder(count - 1)
	})
	return out
}
