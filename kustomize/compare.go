package kustomize

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/previewset/previewset/kustomize/object"
)

// compareOnce compares the first build of a template with the build of the base. All
// overlays of a template differ in values only, so Kustomize changes the same fields of
// all of them.
func (b *Base) compareOnce(d draft, objects []*resource.Resource) error {
	switch {
	case d.template == nil && len(b.renderer.components) > 0:
		return nil // it would cost a second build of each preview
	case d.template != nil && d.template.compared.Load():
		return nil
	}
	base, err := b.unchanged(d)
	if err != nil {
		return err
	}
	//promise:overlays-change-nothing-else
	if err := b.compare(d.content, base, objects); err != nil {
		name, _, _ := strings.Cut(err.Error(), ": ")
		return &object.BuildError{Path: cmp.Or(b.facts.fileOf(name), b.renderer.base), Reason: object.OneLine(err.Error())}
	}
	if d.template != nil {
		d.template.compared.Store(true)
	}
	return nil
}

// unchanged returns the objects of the base and its components with the parameters of d,
// before the overlay changes them. Components can compute values from the parameters.
func (b *Base) unchanged(d draft) ([]*resource.Resource, error) {
	if len(b.renderer.components) == 0 {
		return b.facts.objects, nil
	}
	k, objects := b.plain(d.content)
	m, err := b.buildWith(d.content.dir, k, objects)
	if err != nil {
		return nil, err
	}
	return m.Resources(), nil
}

// compare returns an error that names the first field in which the built objects of an
// overlay with the content c differ from those of the base, except where the overlay
// intends it.
func (b *Base) compare(c content, base, built []*resource.Resource) error {
	x := b.comparison(c)
	want := map[string]comparedObject{}
	for _, r := range base {
		if b.isOwnObject(r) {
			continue
		}
		tree, err := x.expected(r)
		if err != nil {
			return err
		}
		want[x.keyOf(r, tree)] = comparedObject{r, x.stripped(r, tree)}
	}
	var pairs [][2]comparedObject
	for _, r := range built {
		if b.isOwnObject(r) {
			continue
		}
		tree := objectTree(r)
		key := x.keyOf(r, tree)
		expected, ok := want[key]
		if !ok {
			key, expected, ok = x.rehashed(want, r)
		}
		if !ok {
			return fmt.Errorf("%s: the overlay builds this object, but the base does not have it: report this as an error of previewset", object.Describe(r))
		}
		delete(want, key)
		x.built[r.GetName()] = true
		pairs = append(pairs, [2]comparedObject{expected, {r, x.stripped(r, tree)}})
	}
	if missing := slices.Sorted(maps.Keys(want)); len(missing) > 0 {
		return fmt.Errorf("%s: the base has this object, but the overlay does not build it: report this as an error of previewset", object.OneLine(missing[0]))
	}
	for _, pair := range pairs {
		if field := changedKept(pair[0].Resource, pair[1].Resource, b.renderer.table); field != "" {
			return fmt.Errorf("%s: overlay.fields keeps %s, but every overlay sets it: remove the row from overlay.fields", object.Describe(pair[1].Resource), object.ShortName(field))
		}
		field, before := x.difference("", pair[0].tree, pair[1].tree)
		if number, ok := before.(largeNumber); ok {
			return fmt.Errorf("%s: %s has the number %s, which Kustomize would round, because the overlay changes the object: write it as a string, or use a number below 2^53", object.Describe(pair[1].Resource), object.ShortName(field), object.ShortName(string(number)))
		}
		if field != "" {
			return fmt.Errorf("%s: the overlay would also change %s: report this as an error of previewset", object.Describe(pair[1].Resource), object.ShortName(field))
		}
	}
	return nil
}

// comparedObject is an object with the tree of what an overlay must not change.
type comparedObject struct {
	*resource.Resource
	tree any
}

// hashSuffix matches the hash that Kustomize adds to a name (HashTransformer).
var hashSuffix = regexp.MustCompile(`-[a-z0-9]{10}$`)

// rehashed returns the object of want that has the name of r except for another hash.
// Kustomize adds a hash to the name of any object with the annotation needs-hash, and
// includes the labels. The references to the object change too.
func (x comparison) rehashed(want map[string]comparedObject, r *resource.Resource) (string, comparedObject, bool) {
	name := hashSuffix.ReplaceAllString(r.GetName(), "")
	for _, key := range slices.Sorted(maps.Keys(want)) {
		old := want[key]
		if name != r.GetName() && old.GetKind() == r.GetKind() && hashSuffix.ReplaceAllString(old.GetName(), "") == name {
			x.renamed[old.GetName()] = r.GetName()
			return key, old, true
		}
	}
	return "", comparedObject{}, false
}

// isOwnObject reports whether r is written for the overlay: its parameters, its Namespace
// if the base has none, and the Jobs of databases, whose commands it patches.
func (b *Base) isOwnObject(r *resource.Resource) bool {
	return isParameters(r) || object.IsNamespace(r) && b.facts.namespace == "" || b.renderer.database.isTask(r)
}

func (b *Base) comparison(c content) comparison {
	x := comparison{
		table: b.renderer.table, edits: map[resid.ResId][]editValue{}, names: map[resid.ResId]string{}, admin: b.renderer.admin,
		keys: map[string]bool{}, renamed: map[string]string{}, built: map[string]bool{}, images: len(c.images) > 0, vars: b.files.Vars,
		variables: map[string]bool{schemaVariable: true, databaseVariable: true, repositoryVariable: true},
	}
	for _, v := range b.variables {
		x.variables[v.name] = true
	}
	values := c.edits
	for _, t := range b.facts.edited {
		for i, e := range t.edits {
			x.edits[t.id] = append(x.edits[t.id], editValue{e, values[i]})
		}
		values = values[len(t.edits):]
	}
	for i, job := range b.facts.jobs {
		x.names[job.ResId] = c.jobs[i]
	}
	for _, pairs := range []map[string]object.Quoted{c.podLabels, c.objectLabels, c.annotations} {
		for key := range pairs {
			x.keys[key] = true
		}
	}
	return x
}

// expected returns the tree of the object r of the base with the edits and the name of the
// overlay.
func (x comparison) expected(r *resource.Resource) (any, error) {
	tree := objectTree(r)
	for _, e := range x.edits[r.CurId()] {
		if !set(tree, e) {
			return nil, fmt.Errorf("%s: a component sets %s from the parameters, but the overlay sets the field too: set the complete value in the component, or leave the field to previewset", object.Describe(r), object.ShortName(e.Place.Name))
		}
	}
	if name, ok := x.names[r.CurId()]; ok {
		metadataOf(tree)["name"] = name
	}
	return tree, nil
}

// keyOf returns "Kind name" of an object with the tree, with its group. An object in the
// administration namespace is no other object than those of the preview.
func (x comparison) keyOf(r *resource.Resource, tree any) string {
	name, place := fmt.Sprint(metadataOf(tree)["name"]), ""
	if object.IsNamespace(r) {
		name = ""
	} else if x.admin != "" && r.GetNamespace() == x.admin {
		place = " in " + x.admin
	}
	return strings.TrimSpace(r.GetKind() + " " + name + place + " " + r.GetGvk().Group)
}
