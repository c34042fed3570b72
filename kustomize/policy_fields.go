package kustomize

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// noDangerousField refuses fields by their names, wherever they are: pods are
// described by many kinds, not only by those of Kubernetes.
func noDangerousField(r *resource.Resource, _ scope) []objection {
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

// named are fields that hold names of somebody's choice instead of fields.
var named = []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData"}

// visit looks at n, which is what the field has.
func (s *search) visit(n *yaml.Node, field string) {
	switch n = resolved(n); n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.enter(step{index: i, item: resolved(item)}, item, "")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := scalar(resolved(n.Content[i])), resolved(n.Content[i+1])
			if word, why := judge(field, key, value); word != "" {
				s.found = append(s.found, objection{word, s.where(key) + ": " + why, "take it out"})
			}
			s.enter(step{key: key}, value, key)
		}
	}
}

// judge returns the word and the reason for which a field is refused.
func judge(parent, key string, value *yaml.Node) (word, why string) {
	switch {
	case parent == "annotations":
		return forbiddenAnnotation(key, value)
	case slices.Contains(named, parent):
		return "", ""
	}
	return forbiddenField(key, value)
}

func (s *search) enter(by step, n *yaml.Node, field string) {
	s.path = append(s.path, by)
	s.visit(n, field)
	s.path = s.path[:len(s.path)-1]
}

// where tells people the way to the field key, with the names of list items
// that have one: spec.containers[shop].ports[0].hostPort.
func (s *search) where(key string) string {
	var b strings.Builder
	for _, by := range s.path {
		switch name := scalar(child(by.item, "name")); {
		case by.item == nil:
			b.WriteString("." + by.key)
		case name != "":
			b.WriteString("[" + name + "]")
		default:
			b.WriteString("[" + strconv.Itoa(by.index) + "]")
		}
	}
	const longest = 150
	return shortened(oneLine(strings.TrimPrefix(b.String()+"."+key, ".")), longest)
}
