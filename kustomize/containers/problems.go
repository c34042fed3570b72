package containers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// Problems returns why containers of r cannot get variables: they are in fields that the table
// does not have, or their variables are no list. A mapping with an image of the table, such as
// the server of an operator, counts only if it has one of the variables own. It leaves out
// those that are kept.
func Problems(r *resource.Resource, table *fields.Table, kept map[*yaml.Node]bool, own ...string) []object.Problem {
	var all []object.Problem
	known := map[*yaml.Node]bool{}
	maps.Copy(known, kept)
	for place := range table.Containers(r) {
		known[place.Node] = true
		if !HasVariables(place.Node) && !kept[place.Node] {
			all = append(all, object.Problem{
				Reason: "the container " + object.ShortName(place.Name) + " has an env that is not a list",
				Fix:    "write env as a list of names and values, or leave the object out of the base of the previews",
			})
		}
	}
	if describesOthers(r.GetGvk().Group) {
		return all
	}
	for _, row := range table.Rows(r.GetGvk(), fields.Image) {
		for _, place := range row.Places(r.YNode()) {
			known[place.Parent] = known[place.Parent] || !hasAny(place.Parent, own) // the server of an operator
		}
	}
	seen := map[string]bool{}
	search := containerSearch{known: known}
	search.object(r.YNode())
	for _, path := range search.found {
		if !seen[path.path] {
			seen[path.path] = true
			all = append(all, object.Problem{
				Reason: "previewset does not know the container " + object.ShortName(path.name),
				Fix:    fmt.Sprintf("add {group: %q, kind: %s, path: %q, is: containers} to overlay.fields", r.GetGvk().Group, r.GetKind(), path.path),
			})
		}
	}
	return all
}

// describesOthers reports whether the objects of an API group have patterns of pods of other
// objects, such as policies, and no containers of their own.
func describesOthers(group string) bool {
	switch group {
	case "apiextensions.k8s.io", "admissionregistration.k8s.io", "kyverno.io", "policies.kyverno.io":
		return true
	}
	return strings.HasSuffix(group, "gatekeeper.sh")
}

// hasAny reports whether a mapping has one of the variables called names.
func hasAny(n *yaml.Node, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return Variable(n, name) != nil })
}

// isContainer reports whether a mapping has fields that only containers have.
func isContainer(n *yaml.Node) bool {
	for _, key := range []string{"env", "envFrom", "command", "args", "volumeMounts"} {
		if len(object.Items(object.Child(n, key))) > 0 {
			return true
		}
	}
	return false
}

// containerSearch finds mappings in one object that look like containers: they have an image,
// and other fields of containers, or are in a field with the name of containers.
type containerSearch struct {
	// known are the containers of the table.
	known map[*yaml.Node]bool
	path  []pathStep
	found []containerPath
}

// pathStep is one step of a path: to a key of a mapping, or to an item of a list.
type pathStep struct {
	key   string
	index int
	item  *yaml.Node
}

// containerPath is the place of a container: its path for overlay.fields, and its name for
// people.
type containerPath struct{ path, name string }

// object searches in the fields of an object. The metadata and the status of no kind have
// containers that run.
func (s *containerSearch) object(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := object.Scalar(n.Content[i]); key != "metadata" && key != "status" {
			s.enter(pathStep{key: key}, n.Content[i+1], key)
		}
	}
}

// visit searches in n, which is the value of the field key, or an item of its list.
func (s *containerSearch) visit(n *yaml.Node, key string) {
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.enter(pathStep{index: i, item: object.Resolved(item)}, item, key)
		}
	case yaml.MappingNode:
		if !s.known[n] && object.String(object.Child(n, "image")) != "" && (holdsContainers(key) || isContainer(n)) {
			s.found = append(s.found, s.place())
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := object.Scalar(object.Resolved(n.Content[i]))
			s.enter(pathStep{key: key}, n.Content[i+1], key)
		}
	}
}

func (s *containerSearch) enter(by pathStep, n *yaml.Node, key string) {
	s.path = append(s.path, by)
	s.visit(object.Resolved(n), key)
	s.path = s.path[:len(s.path)-1]
}

// place returns the place of the current path.
func (s *containerSearch) place() containerPath {
	var path, name strings.Builder
	for _, by := range s.path {
		switch {
		case by.item != nil:
			path.WriteString("[]")
			name.WriteString("[" + cmp.Or(object.Scalar(object.Child(by.item, "name")), strconv.Itoa(by.index)) + "]")
		case !fields.IsPlain(by.key):
			path.WriteString("[" + by.key + "]")
			name.WriteString("[" + by.key + "]")
		default:
			path.WriteString("." + by.key)
			name.WriteString("." + by.key)
		}
	}
	return containerPath{strings.TrimPrefix(path.String(), "."), strings.TrimPrefix(name.String(), ".")}
}

// holdsContainers reports whether a field has containers by its name, such as containers,
// initContainers, extraContainers, container, sidecars or steps.
func holdsContainers(key string) bool {
	key = strings.ToLower(key)
	return strings.HasSuffix(key, "containers") || strings.HasSuffix(key, "container") ||
		strings.HasSuffix(key, "sidecars") || slices.Contains([]string{"sidecar", "steps", "script"}, key)
}
