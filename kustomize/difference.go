package kustomize

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/edits"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// comparison knows the intended differences between a base and an overlay.
type comparison struct {
	table *fields.Table
	// edits are the values of the edited fields of objects, by the ids of the objects.
	edits map[resid.ResId][]editValue
	// names are the names of the Jobs in the administration namespace.
	names map[resid.ResId]string
	admin string
	// keys are the labels and annotations of the overlay.
	keys map[string]bool
	// variables are the names of the variables of the overlay.
	variables map[string]bool
	// renamed are the new names of objects whose hash changes.
	renamed map[string]string
	// built are the names of the built objects.
	built map[string]bool
	// images and vars are true if Kustomize replaces images and variables.
	images, vars bool
}

// editValue is the value of an edit.
type editValue struct {
	edits.Edit
	value string
}

// largeNumber is an integer that float64 cannot have exactly. Kustomize rounds it in an
// object that it patches.
type largeNumber string

// date is a date or a time without quotes. In an object that it patches, Kustomize writes the
// text or the canonical form, as it does in others (MarshalJSON in kyaml/yaml/rnode.go).
type date struct{ text, canonical string }

// is reports whether value, of a built object, is d.
func (d date) is(value any) bool {
	if other, ok := value.(date); ok {
		value = other.text
	}
	return value == d.text || value == d.canonical
}

// treeOf returns n as Go values. Numbers are float64, because Kustomize writes some in
// another form, except for a largeNumber, and dates are a date. Values of other types are
// their texts.
func treeOf(n *yaml.Node) any {
	if n == nil {
		return nil
	}
	switch n = object.Resolved(n); n.Kind {
	case yaml.DocumentNode:
		return treeOf(n.Content[0])
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			if value := treeOf(n.Content[i+1]); value != nil {
				m[object.Scalar(object.Resolved(n.Content[i]))] = value
			}
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			list = append(list, treeOf(item))
		}
		return list
	}
	return scalarOf(n)
}

// timestampTag is the tag of a date without quotes.
const timestampTag = "!!timestamp"

func scalarOf(n *yaml.Node) any {
	switch n.ShortTag() {
	case yaml.NodeTagNull:
		return nil
	case yaml.NodeTagInt:
		var number big.Int
		if _, ok := number.SetString(n.Value, 0); ok {
			if _, accuracy := new(big.Float).SetInt(&number).Float64(); accuracy != big.Exact {
				return largeNumber(n.Value)
			}
		}
		return floatOf(n)
	case yaml.NodeTagFloat:
		return floatOf(n)
	case timestampTag:
		var at time.Time
		if n.Decode(&at) == nil {
			return date{n.Value, at.Format(time.RFC3339Nano)}
		}
	case yaml.NodeTagBool:
		return strings.EqualFold(n.Value, "true")
	}
	return n.Value
}

// objectTree returns the tree of r. Kustomize writes all annotations of an object as
// strings when it sets one (SetAnnotations in kyaml/yaml/rnode.go).
func objectTree(r *resource.Resource) any {
	tree := treeOf(r.YNode())
	if annotations, ok := metadataOf(tree)["annotations"].(map[string]any); ok {
		written := object.At(r.YNode(), "metadata", "annotations")
		for _, key := range object.Keys(written) {
			annotations[key] = object.Scalar(object.Child(written, key))
		}
	}
	return tree
}

func floatOf(n *yaml.Node) any {
	var number float64
	if n.Decode(&number) != nil {
		return n.Value
	}
	return number
}

func metadataOf(tree any) map[string]any {
	root, _ := tree.(map[string]any)
	metadata, _ := root["metadata"].(map[string]any)
	return metadata
}

// stripped returns the tree of r without everything that an overlay changes in every
// object: its namespace, labels, annotations, variables and images.
func (x comparison) stripped(r *resource.Resource, tree any) any {
	metadata := metadataOf(tree)
	delete(metadata, "namespace")
	if object.IsNamespace(r) {
		delete(metadata, "name")
		delete(metadata, "annotations")
	}
	if r.GetKind() == "RoleBinding" {
		root, _ := tree.(map[string]any)
		dropFromItems(root["subjects"], "namespace") // Kustomize updates them
	}
	if x.images {
		for _, row := range x.table.Rows(r.GetGvk(), fields.Image) {
			for _, place := range row.Places(r.YNode()) {
				_ = set(tree, editValue{edits.Edit{Place: place}, ""})
			}
		}
	}
	x.strip(tree)
	return tree
}

func dropFromItems(list any, key string) {
	items, _ := list.([]any)
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			delete(m, key)
		}
	}
}

// createdKeys are the keys of the mappings and lists that overlays create for labels,
// annotations and variables.
var createdKeys = []string{"spec", "jobTemplate", "template", "metadata", "env"}

// strip removes labels, annotations, variables and images of the overlay anywhere in tree.
func (x comparison) strip(tree any) {
	switch at := tree.(type) {
	case []any:
		for _, item := range at {
			x.strip(item)
		}
	case map[string]any:
		for key, value := range at {
			x.strip(value)
			switch _, isText := value.(string); {
			case key == "metadata":
				x.stripMetadata(value)
			case key == "env":
				at[key] = x.withoutVariables(value)
			case key == "image" && isText && x.images:
				delete(at, key)
			}
			if isEmptyTree(at[key]) && slices.Contains(createdKeys, key) {
				delete(at, key)
			}
		}
	}
}

func isEmptyTree(tree any) bool {
	switch at := tree.(type) {
	case map[string]any:
		return len(at) == 0
	case []any:
		return len(at) == 0
	}
	return tree == nil
}

func (x comparison) stripMetadata(metadata any) {
	m, _ := metadata.(map[string]any)
	for _, name := range []string{"labels", "annotations"} {
		pairs, _ := m[name].(map[string]any)
		for key := range pairs {
			if x.keys[key] || strings.HasPrefix(key, "config.kubernetes.io/") || strings.HasPrefix(key, "internal.config.kubernetes.io/") {
				delete(pairs, key)
			}
		}
		if isEmptyTree(m[name]) || len(pairs) == 0 && pairs != nil {
			delete(m, name)
		}
	}
}

// withoutVariables returns a list of variables without those of the overlay.
func (x comparison) withoutVariables(list any) any {
	items, ok := list.([]any)
	if !ok {
		return list
	}
	return slices.DeleteFunc(items, func(item any) bool {
		m, _ := item.(map[string]any)
		name, _ := m["name"].(string)
		return x.variables[name]
	})
}

// difference returns the path of the first field in which a and b differ, "" for none, and
// its value in a.
func (x comparison) difference(path string, a, b any) (field string, before any) {
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok {
			return path, a
		}
		keys := maps.Clone(a)
		maps.Copy(keys, other)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if field, before = x.difference(strings.TrimPrefix(path+"."+key, "."), a[key], other[key]); field != "" {
				return field, before
			}
		}
		return "", nil
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return path, a
		}
		for i := range a {
			if field, before = x.difference(path+"["+strconv.Itoa(i)+"]", a[i], other[i]); field != "" {
				return field, before
			}
		}
		return "", nil
	case date:
		if a.is(b) {
			return "", nil
		}
	case string:
		if other, ok := b.(string); ok && (x.vars || other == x.renamed[a] || x.isReference(a, other)) {
			return "", nil // a variable can have the namespace
		}
	}
	switch b.(type) {
	case map[string]any, []any:
		return path, a
	}
	if a != b {
		return path, a
	}
	return "", nil
}

// isReference reports whether Kustomize can have updated the reference before to after. It
// finds objects by their names without prefixes, suffixes and hashes, and only in the
// namespace of the reference. In the overlay, objects are in one namespace that have
// several, or none, in the base.
func (x comparison) isReference(before, after string) bool {
	return before != "" && x.built[after] && strings.Contains(after, before)
}

// set sets the field of e in tree. It returns false if the field has another value than
// that from which e was made.
func set(tree any, e editValue) bool {
	steps := strings.Split(strings.TrimPrefix(e.Place.Pointer, "/"), "/")
	replace := func(any) {} // the value at the step before
	for i, step := range steps {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		last := i == len(steps)-1
		switch at := tree.(type) {
		case map[string]any:
			if last {
				return replaceAt(at, step, e)
			}
			tree, replace = at[step], func(value any) { at[step] = value }
		case []any:
			k, err := strconv.Atoi(step)
			if err == nil && last && k == len(at) && e.Place.Node == nil {
				replace(append(at, e.value))
				return true
			}
			if err != nil || k >= len(at) {
				return false
			}
			if last {
				return replaceAt(map[string]any{"": at[k]}, "", e) && assign(at, k, e.value)
			}
			tree, replace = at[k], func(value any) { at[k] = value }
		default:
			return false
		}
	}
	return false
}

func assign(list []any, i int, value string) bool {
	list[i] = value
	return true
}

func replaceAt(m map[string]any, key string, e editValue) bool {
	if e.Place.Node == nil {
		m[key] = e.Place.Value(e.value)
		return true
	}
	before, ok := m[key]
	m[key] = e.value
	return ok && before == treeOf(e.Place.Node)
}
