package closure

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/utils"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// maxSize bounds the estimated size of what Kustomize makes of one base with its components, in
// bytes. A build can't be stopped, and the process ends if its memory does not suffice.
const maxSize = 64 << 20

// maxObjects bounds the objects and kustomizations of one base with its components. Kustomize reads
// them again for each reference, and the time of a build is quadratic in the objects.
const maxObjects = 2000

// nodeBytes is what a YAML node counts in an estimate, in addition to its text.
const nodeBytes = 16

// size is an estimate of what Kustomize makes of a file or a part of it.
type size struct {
	// bytes has the texts and nodes, with expanded aliases.
	bytes int
	// objects are the documents and the items of lists.
	objects int
	// copies are the operations of JSON patches that copy a field, which can double an object.
	copies int
	// sources are the paths that replacements copy, and targets those that they change.
	sources []string
	targets []replaced
}

// replaced is a path that a replacement changes. partly means that it keeps a part of the text.
type replaced struct {
	path   string
	partly bool
}

// sizeOf returns the size of the documents of content, which is about maxSize at most. settings
// means that their texts can be patches.
func sizeOf(content []byte, settings bool) size {
	var s size
	for _, doc := range object.Documents(content) {
		s.objects += objectsIn(doc)
		s.add(doc, settings, 0)
	}
	return s
}

// objectsIn returns the number of objects that Kustomize makes of n: lists of objects can have
// lists (inlineAnyEmbeddedLists in resource/factory.go of sigs.k8s.io/kustomize/api).
func objectsIn(n *yaml.Node) int {
	count := 1
	for _, item := range object.Items(object.Child(object.Resolved(n), "items")) {
		if count += objectsIn(item); count > maxObjects {
			break
		}
	}
	return count
}

// add adds n. settings means that its texts can be patches, and depth is the number of texts
// around n. It follows aliases, because Kustomize expands them. CheckYAML refuses endless ones.
func (s *size) add(n *yaml.Node, settings bool, depth int) {
	if n = object.Resolved(n); s.bytes > maxSize {
		return
	}
	s.bytes += nodeBytes + len(n.Value)
	switch n.Kind {
	case yaml.ScalarNode:
		if settings && depth < maxTextDepth && strings.ContainsAny(n.Value, ":[{") {
			for _, doc := range documentsIn(n.Value) {
				s.add(doc, true, depth+1)
			}
		}
	case yaml.MappingNode:
		s.addMapping(n)
	}
	for _, child := range n.Content {
		s.add(child, settings, depth)
	}
}

// addMapping adds what a mapping is as a JSON patch, or a part of a replacement. Kustomize ignores
// the case of some keys.
func (s *size) addMapping(n *yaml.Node) {
	var paths []string
	selects, partly := false, false
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := strings.ToLower(object.Scalar(object.Resolved(n.Content[i]))), object.Resolved(n.Content[i+1])
		switch key {
		case "op":
			if object.Scalar(value) == "copy" {
				s.copies++
			}
		case "fieldpath":
			s.sources = append(s.sources, object.Scalar(value))
		case "fieldpaths":
			for _, path := range value.Content {
				paths = append(paths, object.Scalar(object.Resolved(path)))
			}
		case "select":
			selects = true
		case "options":
			partly = partly || hasDelimiter(value)
		}
	}
	if selects && paths == nil {
		paths = []string{nameField}
	}
	for _, path := range paths {
		s.targets = append(s.targets, replaced{path, partly})
	}
}

// nameField is the path of replacements without one
// (applyToNode in filters/replacement of sigs.k8s.io/kustomize/api).
const nameField = "metadata.name"

func hasDelimiter(options *yaml.Node) bool {
	return slices.ContainsFunc(object.Keys(options), func(key string) bool { return strings.EqualFold(key, "delimiter") })
}

// grows reports whether a value that is copied from one of sources can contain an earlier value
// of itself after it is copied to r: in a field of itself, or in a part of its text.
func (r replaced) grows(sources []string) bool {
	path := utils.SmarterPathSplitter(r.path, ".")
	return slices.ContainsFunc(append([]string{nameField}, sources...), func(source string) bool {
		from := utils.SmarterPathSplitter(source, ".")
		for i := range min(len(path), len(from)) {
			if path[i] != from[i] && !isOpen(path[i]) && !isOpen(from[i]) {
				return false
			}
		}
		return r.partly || len(path) > len(from)
	})
}

// isOpen reports whether a part of a path can stand for several keys or items.
func isOpen(part string) bool {
	return part == "*" || part == "-" || strings.HasPrefix(part, "[") || strings.Trim(part, "0123456789") == ""
}
