package kustomize

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/edits"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// editedObject is an object of the base that overlays change.
type editedObject struct {
	id resid.ResId
	// origin is its file.
	origin string
	// target selects the object.
	target *target
	// mark is the value of patchedMark after the patch, "" for none.
	mark       string
	edits      []edits.Edit
	containers []container
	// kept are the operations that keep annotations; see keptAnnotations.
	kept []operation
}

// newObject returns r as an edited object. It returns false if overlays do not change r.
func newObject(r *resource.Resource, editor *edits.Editor, scope policy.Scope) (editedObject, bool) {
	t := editedObject{id: r.CurId(), origin: originOf(r), target: targetOf(r.CurId()), containers: containersOf(r, scope.Table)}
	if !scope.IsAdmin(r) {
		t.edits = editor.Edits(r)
	}
	if len(t.edits)+len(t.containers) == 0 {
		return t, false
	}
	t.kept = keptAnnotations(r)
	return t, true
}

// namesOf returns the names of p for edits. All hosts of the base that are not in p.Hosts are
// replaced by the host of p.
func namesOf(p generator.Preview) edits.Names {
	names := edits.Names{Host: p.Host, Namespace: p.Namespace, Hosts: make(map[string]string, len(p.Hosts))}
	for _, h := range p.Hosts {
		names.Hosts[h.Base] = h.Name
	}
	return names
}

// plainValue matches the numbers and booleans that a JSON patch of Kustomize does not write in
// another form.
var plainValue = regexp.MustCompile(`^(?:0|-?[1-9][0-9]{0,4}|true|false)$`)

// keptAnnotations returns the operations that keep the annotations of r which could be
// numbers or other values without quotes. Kustomize makes strings of them at the end of a
// build (SetAnnotations in kyaml/yaml/rnode.go), but a JSON patch before it changes 1.10 to
// 1.1, and True to true.
func keptAnnotations(r *resource.Resource) []operation {
	var ops []operation
	annotations, escape := r.GetAnnotations(), strings.NewReplacer("~", "~0", "/", "~1")
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		value := annotations[key]
		unquoted := yaml.Node{Kind: yaml.ScalarNode, Value: value}
		if unquoted.ShortTag() != yaml.NodeTagString && !plainValue.MatchString(value) {
			ops = append(ops, operation{Op: "add", Path: "/metadata/annotations/" + escape.Replace(key), Value: object.Quoted(value)})
		}
	}
	return ops
}

// operationOf returns the operation that sets the field of e to value. In a list, an "add" of
// RFC 6902 would insert an item.
func operationOf(e edits.Edit, value string) operation {
	if e.Place.Node != nil {
		return operation{Op: "replace", Path: e.Place.Pointer, Value: object.Quoted(value)}
	}
	return operation{Op: "add", Path: e.Place.Pointer, Value: e.Place.Value(object.Quoted(value))}
}

// operations returns the operations on t. values are the values of its edits. The edits
// are first, because variables move the items of lists.
func (t editedObject) operations(values []string, env environment) []operation {
	ops := slices.Clone(t.kept)
	for i, e := range t.edits {
		if values[i] != "" { // an image that stays
			ops = append(ops, operationOf(e, values[i]))
		}
	}
	for _, c := range t.containers {
		ops = append(ops, c.operations(env)...)
	}
	if t.mark != "" {
		ops = append(ops, operation{Op: "add", Path: patchedPointer, Value: t.mark})
	}
	return ops
}

// patches returns the patches of all edited objects. values are the values of their edits. They
// are JSON patches, because a strategic merge patch of Kustomize merges list items with
// one key, such as two ports with one number, and a replacement can't make a list
// shorter.
func patches(edited []editedObject, values []string, env func(editedObject) environment) []patch {
	var all []patch
	marked := false
	for _, t := range edited {
		ops := t.operations(values[:len(t.edits)], env(t))
		values = values[len(t.edits):]
		if len(ops) > 0 {
			all = append(all, patch{Target: t.target, Patch: object.Multiline(ops)})
		}
		marked = marked || t.mark == patched
	}
	if marked {
		all = append(all, patch{
			Target: &target{AnnotationSelector: patchedMark + "=" + patched},
			Patch:  object.Multiline([]operation{{Op: "remove", Path: patchedPointer}}),
		})
	}
	return all
}
