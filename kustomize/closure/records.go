package closure

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// maxTextDepth bounds the levels of YAML in texts of other YAML. Kustomize uses two: a patch
// in a transformer that is written in a kustomization.
const maxTextDepth = 4

// unforged returns an error if the file p, which was read, could set an annotation of
// recordAnnotations. settings means that p configures Kustomize, so that its texts can be
// patches and the paths of fields.
//
// Kustomize removes most of these annotations at the end of a build, so the built objects do
// not show them.
func (f files) unforged(p string, settings bool) error {
	for _, doc := range object.Documents(f.content[p]) {
		s := recordSearch{settings: settings || doc.Kind != yaml.MappingNode}
		if s.visit(doc, ""); s.found != "" {
			return &object.RefusedError{
				Path: p, Resource: s.object, Reason: "it sets the annotation " + s.found + ", in which Kustomize records what it did to an object",
				Fix: "remove the annotation, which Kustomize writes itself",
			}
		}
	}
	return nil
}

// unforgedLines is like unforged for a file of lines with a key and a value.
func (f files) unforgedLines(p string) error {
	for line := range bytes.Lines(f.content[p]) {
		key, _, _ := strings.Cut(string(bytes.TrimPrefix(line, []byte("\ufeff"))), "=")
		if key = strings.TrimSpace(key); slices.Contains(recordAnnotations, key) {
			return &object.RefusedError{Path: p, Reason: "its key " + key + " is an annotation in which Kustomize records what it did to an object", Fix: "rename the key"}
		}
	}
	return nil
}

// recordSearch looks for an annotation of recordAnnotations in one document.
type recordSearch struct {
	// settings is true if texts can be patches and the paths of fields.
	settings bool
	// depth is the number of texts around the nodes.
	depth int
	// found is the annotation, or "", and object the object in which it is, or "".
	found, object string
}

// visit looks in n, which is in the object within ("Kind name"). It does not follow aliases:
// the node with the anchor is in the same document.
func (s *recordSearch) visit(n *yaml.Node, within string) {
	if name := nameOf(n); name != "" {
		within = name
	}
	for i, child := range n.Content {
		if s.found != "" {
			return
		}
		switch text := textOf(child); {
		case child.Kind != yaml.ScalarNode:
			s.visit(child, within)
		case n.Kind == yaml.MappingNode && i%2 == 0 && slices.Contains(recordAnnotations, text):
			s.found, s.object = text, within
		case s.settings:
			s.visitText(text, within)
		}
	}
}

// visitText looks in a text that can be a document, or the path of a field.
func (s *recordSearch) visitText(text, within string) {
	if s.depth < maxTextDepth && strings.ContainsAny(text, ":[{?") {
		nested := recordSearch{settings: true, depth: s.depth + 1}
		for _, doc := range documentsIn(text) {
			nested.visit(doc, within)
		}
		if nested.found != "" {
			s.found, s.object = nested.found, nested.object
			return
		}
	}
	// JSON patches, replacements and field specifications escape a key in different ways.
	path := strings.NewReplacer(`\`, "", "~1", "/", "~0", "~").Replace(text)
	for _, name := range recordAnnotations {
		if strings.Contains(path, name) {
			s.found, s.object = name, within
			return
		}
	}
}

// documentsIn returns the documents of a text. Kustomize parses a patch that begins with [ as
// JSON, which has escapes that YAML does not have.
func documentsIn(text string) []*yaml.Node {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if n, err := nextNode(d); err == nil && n.Kind != yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	return object.Documents([]byte(text))
}

// nameOf returns "Kind name" if n is an object, or "".
func nameOf(n *yaml.Node) string {
	kind, name := object.Scalar(object.Child(n, "kind")), object.Scalar(object.At(n, "metadata", "name"))
	if kind == "" || name == "" {
		return ""
	}
	return object.OneLine(kind + " " + name)
}

// textOf returns the text of a scalar as Kustomize prints it: it decodes the tag !!binary.
func textOf(n *yaml.Node) string {
	var text string
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!binary" && n.Decode(&text) == nil {
		return text
	}
	return n.Value
}
