package policy

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// noDangerousField refuses fields by their names, wherever they are: pods are
// described by many kinds, not only by those of Kubernetes.
func noDangerousField(r *resource.Resource, _ Scope) []objection {
	const usual = 16
	s := search{path: make([]step, 0, usual)}
	s.visit(r.YNode(), "")
	return s.found
}

// search looks for dangerous fields in one object.
type search struct {
	path  []step
	found []objection
}

// step is the way into a mapping, or into a list if item is set.
type step struct {
	key   string
	index int
	item  *yaml.Node
}

// visit looks at n, which is what the field has.
func (s *search) visit(n *yaml.Node, field string) {
	switch n = object.Resolved(n); n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.enter(step{index: i, item: object.Resolved(item)}, item, "")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := object.Scalar(object.Resolved(n.Content[i])), object.Resolved(n.Content[i+1])
			if word, why := judge(field, key, value); word != "" {
				s.found = append(s.found, objection{word, s.where(key) + ": " + why, "take it out"})
			}
			s.enter(step{key: key}, value, key)
		}
	}
}

// judge returns the word and the reason for which a field of parent is refused, or
// "".
func judge(parent, key string, value *yaml.Node) (word, why string) {
	switch {
	case parent == "annotations":
		return judgeAnnotation(key, value)
	case slices.Contains(named, parent):
		return "", ""
	}
	if f, known := fields[key]; known && !f.harmless(value) {
		return f.word, f.why
	}
	return "", ""
}

// judgeAnnotation returns the word and the reason for which an annotation is
// refused, or "".
func judgeAnnotation(key string, value *yaml.Node) (word, why string) {
	switch {
	case strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/"):
		if isOneOf(value, "runtime/default") || strings.HasPrefix(object.Scalar(value), "localhost/") {
			return "", ""
		}
		return allowAppArmor, "it would not be held to an AppArmor profile"
	case strings.HasSuffix(key, "-snippet"), strings.HasSuffix(key, "-snippets"):
		// CVE-2021-25742: such text reads the controller's own credentials.
		return allowSnippet, "it would write into the configuration of the ingress controller, which all share"
	case slices.Contains(takenHosts, key):
		return allowOtherHost, "it could take hosts of others"
	}
	return "", ""
}

func (s *search) enter(by step, n *yaml.Node, field string) {
	s.path = append(s.path, by)
	s.visit(n, field)
	s.path = s.path[:len(s.path)-1]
}

// where describes the way to the field key, with the names of list items
// that have one: spec.containers[shop].ports[0].hostPort.
func (s *search) where(key string) string {
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
	const longest = 150
	return object.Shortened(object.OneLine(strings.TrimPrefix(b.String()+"."+key, ".")), longest)
}
