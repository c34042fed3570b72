package policy

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// noDangerousField refuses fields by name at any position, because many kinds contain
// pods, not only those of Kubernetes.
func noDangerousField(r *resource.Resource, _ Scope) []objection {
	const typicalDepth = 16
	s := search{path: make([]step, 0, typicalDepth)}
	s.visit(r.YNode(), "")
	return s.found
}

// search looks for dangerous fields in one object.
type search struct {
	path  []step
	found []objection
}

// step is one step of a path: to a key of a mapping, or to an item of a list if item
// is set.
type step struct {
	key   string
	index int
	item  *yaml.Node
}

// visit checks the fields in n. field is the name of the field with the value n, or ""
// for an item of a list.
func (s *search) visit(n *yaml.Node, field string) {
	switch n = object.Resolved(n); n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.enter(step{index: i, item: object.Resolved(item)}, item, "")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := object.Scalar(object.Resolved(n.Content[i])), object.Resolved(n.Content[i+1])
			if word, why := checkField(field, key, value); word != "" {
				s.found = append(s.found, objection{word, s.pathOf(key) + ": " + why, "remove it"})
			}
			s.enter(step{key: key}, value, key)
		}
	}
}

// checkField returns the word and the reason if the field key of parent is refused, or
// "".
func checkField(parent, key string, value *yaml.Node) (word, why string) {
	switch {
	case parent == "annotations":
		return checkAnnotation(key, value)
	case slices.Contains(freeFormFields, parent):
		return "", ""
	}
	if f, known := refusedFields[key]; known && !f.harmless(value) {
		return f.word, f.why
	}
	return "", ""
}

// checkAnnotation returns the word and the reason if an annotation is refused, or "".
func checkAnnotation(key string, value *yaml.Node) (word, why string) {
	switch {
	case strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/"):
		if isOneOf(value, "runtime/default") || strings.HasPrefix(object.Scalar(value), "localhost/") {
			return "", ""
		}
		return allowAppArmor, "no AppArmor profile would confine it"
	case strings.HasSuffix(key, "-snippet"), strings.HasSuffix(key, "-snippets"):
		// CVE-2021-25742: a snippet can read the controller's own credentials.
		return allowSnippet, "it would write into the configuration of the shared ingress controller"
	}
	return "", ""
}

func (s *search) enter(by step, n *yaml.Node, field string) {
	s.path = append(s.path, by)
	s.visit(n, field)
	s.path = s.path[:len(s.path)-1]
}

// pathOf returns the path of the field key, with the names of list items instead of
// their indices where they have one: spec.containers[shop].ports[0].hostPort.
func (s *search) pathOf(key string) string {
	var b strings.Builder
	for _, by := range s.path {
		switch name := object.Scalar(object.Child(by.item, "name")); {
		case by.item == nil:
			b.WriteString("." + by.key)
		case name != "":
			b.WriteString("[" + name + "]")
		default:
			b.WriteString("[" + strconv.Itoa(by.index) + "]")
		}
	}
	return shortPath(strings.TrimPrefix(b.String()+"."+key, "."))
}

// shortPath returns the path of a field for a message.
func shortPath(path string) string {
	const longest = 150
	return object.Shortened(object.OneLine(path), longest)
}
