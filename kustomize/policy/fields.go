package policy

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// fieldObjections returns the objections of the rows of x to fields, annotations and labels of r
// at any position, because many kinds contain pods, not only those of Kubernetes.
func (x *index) fieldObjections(r *resource.Resource, in Scope) []objection {
	const typicalDepth = 16
	s := search{index: x, scope: in, gvk: r.GetGvk(), path: make([]step, 0, typicalDepth), texts: !isConfiguration(r)}
	s.visit(r.YNode(), "")
	return s.found
}

// isConfiguration reports whether r has files for an application.
func isConfiguration(r *resource.Resource) bool {
	gvk := r.GetGvk()
	return gvk.Group == "" && (gvk.Kind == "ConfigMap" || gvk.Kind == "Secret")
}

// search looks for dangerous fields in one object.
type search struct {
	index *index
	scope Scope
	// gvk is the kind of the object.
	gvk   resid.Gvk
	path  []step
	found []objection
	// texts is true if texts of the object can be parts of other objects.
	texts bool
	// nested is the number of texts around the current field.
	nested int
}

// step is one step of a path: to a key of the mapping in, or to an item of a list if item
// is set.
type step struct {
	key   string
	in    *yaml.Node
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
		if written := writtenBy(n); written != nil {
			s.visit(written, "")
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := object.Scalar(object.Resolved(n.Content[i])), object.Resolved(n.Content[i+1])
			for _, row := range s.rowsOf(field, key) {
				if place := (fields.Place{Name: key, Node: value, Parent: n, Holder: n}); !row.accepts(place, s.scope) && !s.harmlessHere(row) {
					s.found = append(s.found, row.objectionTo(s.pathOf(key), key, value))
				}
			}
			s.enter(step{key: key, in: n}, value, key)
		}
	case yaml.ScalarNode:
		s.visitText(n)
	}
}

// harmlessHere reports whether the field of row has no effect because it is in the security
// context of a container, and the pod of this container has hostUsers: false. The path must be
// that of a container, because hostUsers elsewhere does not affect the pod. The baseline accepts
// every procMount there since version 1.35, because root in a user namespace has no rights on
// the node (check_procMount_baseline.go in k8s.io/pod-security-admission/policy).
func (s *search) harmlessHere(row Row) bool {
	n := len(s.path)
	if !row.HarmlessInUserNamespace || s.nested > 0 || n < 3 || s.path[n-1].key != "securityContext" || s.path[n-2].item == nil {
		return false
	}
	list := s.path[n-3]
	hostUsers := object.At(list.in, "hostUsers")
	return slices.Contains(containerLists, list.key) && !isNull(hostUsers) && isFalse(hostUsers)
}

// rowsOf returns the rows of the key of the mapping parent: of a field, an annotation or a label.
func (s *search) rowsOf(parent, key string) []Row {
	switch {
	case isAnnotations(parent):
		return s.index.ofAnnotation(key)
	case parent == "labels" || strings.HasSuffix(parent, "Labels") && parent != "matchLabels":
		return s.index.ofLabel(key)
	case slices.Contains(freeFormFields, parent):
		return nil
	}
	return s.index.fields.of(s.gvk, key, s.nested > 0)
}

// isAnnotations reports whether a field has annotations of the object, or of an object that its
// controller makes.
func isAnnotations(field string) bool {
	return field == "annotations" || strings.HasSuffix(field, "Annotations")
}

// visitText checks the fields in a text that can be YAML or JSON, because some controllers
// make pods and other objects of texts. Many of them ignore the case of names.
func (s *search) visitText(n *yaml.Node) {
	const deepest = 4
	if !s.texts || s.nested >= deepest || slices.Contains(textsForPrograms, s.field()) || !s.index.fields.canBeIn(n.Value, s.gvk) {
		return
	}
	if object.CheckYAML([]byte(n.Value), false) != nil {
		return
	}
	s.nested++
	defer func() { s.nested-- }()
	for decoder := yaml.NewDecoder(strings.NewReader(n.Value)); ; {
		var document yaml.Node
		if err := decoder.Decode(&document); err != nil || len(document.Content) == 0 {
			return
		}
		s.visit(document.Content[0], "")
	}
}

// field returns the name of the field around the current value, also if the value is an item of
// a list.
func (s *search) field() string {
	for _, by := range slices.Backward(s.path) {
		if by.item == nil {
			return by.key
		}
	}
	return ""
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
