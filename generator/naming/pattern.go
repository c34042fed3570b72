package naming

import (
	"errors"
	"fmt"
	"maps"

	"github.com/previewset/previewset/generator"
)

// pattern makes one kind of name in one set.
type pattern struct {
	form form
	tmpl *Template
	// snake has the dashes of set and id made underscores before they are
	// looked at, because every set and most ids have some and neither can have
	// underscores: no two become the same.
	snake bool
	// shapes of the template by variant, since {{.variant}} is text in them; none
	// where it has none.
	shapes map[string]shape
	// distinct says that shapes give each change that the set selects, in each
	// variant, a value that no other preview of any set has as a plain name.
	distinct bool
}

func newPattern(p Patterns, f form, key, text string) (pattern, error) {
	if len(text) > maxNameTemplate {
		return pattern{}, fmt.Errorf("a template of %d bytes, at most %d", len(text), maxNameTemplate)
	}
	tmpl, err := ParseTemplate(key, text)
	if err != nil {
		return pattern{}, err
	}
	if err := tmpl.checkName(); err != nil {
		return pattern{}, err
	}
	if err := tryOut(tmpl, p); err != nil {
		return pattern{}, err
	}
	_, isSchema := f.(schema)
	made := pattern{form: f, tmpl: tmpl, snake: isSchema}
	made.shapes = made.shapesOf(p)
	made.distinct = made.tellsApart(p)
	return made, nil
}

func (p pattern) shapesOf(of Patterns) map[string]shape {
	shapes := map[string]shape{}
	for _, variant := range orNone(of.Variants) {
		set, name := of.Set, variant
		if p.snake {
			set, name = snake(set), snake(name)
		}
		if s, ok := shapeOf(p.tmpl, set, name); ok {
			shapes[variant] = s
		}
	}
	return shapes
}

// tellsApart reports whether the shapes give each preview of the set a value of
// its own: each change in one variant, because the key does, and no two variants
// the same.
func (p pattern) tellsApart(of Patterns) bool {
	var others []language
	for _, variant := range orNone(of.Variants) {
		s, ok := p.shapes[variant]
		if !ok || s.key == "number" && (of.Branches || !of.PullRequests) {
			return false
		}
		own := languageOf(s, variant, p.snake, of.PullRequests, of.Branches)
		if anyOverlap(others, []language{own}) {
			return false
		}
		others = append(others, own)
	}
	return true
}

// tryOut executes tmpl for a change of each kind that the set selects, in each
// variant, to find what can't work (a number compared with a word) before there
// is one.
func tryOut(tmpl *Template, p Patterns) error {
	for _, variant := range orNone(p.Variants) {
		sample := map[string]any{}
		for field, value := range fields() {
			sample[field] = value
		}
		sample["set"], sample["variant"] = p.Set, variant
		sample["id"] = "pr-42" + variantSuffix(variant)
		if p.PullRequests {
			if err := tolerate(tmpl.execute(sample)); err != nil {
				return err
			}
		}
		if p.Branches {
			sample["kind"], sample["number"], sample["id"] = string(generator.Branch), "", "br-feature-x-bcdfghjklm"+variantSuffix(variant)
			if err := tolerate(tmpl.execute(sample)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tolerate drops the error of a template that made too much: a name is cut
// anyway, and as it is cut, it has a hash.
func tolerate(_ string, err error) error {
	if errors.Is(err, errTooLong) {
		return nil
	}
	return err
}

// name returns the name in this pattern that r asks for.
func (p pattern) name(r *request) (string, error) {
	raw, err := p.render(r)
	if err != nil {
		return "", err
	}
	if p.distinct && !r.strange && p.form.plain(raw) {
		return raw, nil
	}
	return p.form.hashed(raw, r.id, r.hash()), nil
}

// render returns the output of the template for r. A template with a shape need not
// be executed.
func (p pattern) render(r *request) (string, error) {
	shape := p.shapes[r.subject.Origin.Variant]
	switch shape.key {
	case "id":
		if p.snake {
			return shape.render(snake(r.id)), nil
		}
		return shape.render(r.id), nil
	case "number":
		return shape.render(r.number), nil
	}
	raw, err := p.tmpl.execute(r.params())
	return raw, tolerate(raw, err)
}

// request asks for the names of one subject.
type request struct {
	subject    Subject
	id, number string
	// strange is true for a change that the set does not select, or that can't be,
	// and for a variant that the set does not have. Such a subject has no plain
	// names.
	strange bool

	given map[string]any
	// hashed and merged are computed on first use.
	hashed string
	merged map[string]any
}

func (r *request) hash() string {
	if r.hashed == "" {
		r.hashed = r.subject.hash()
	}
	return r.hashed
}

// maxParam bounds a parameter in a name, in bytes: as much as the longest name
// has, and so little that a template's bounds are out of reach, or else the end
// of its text (the domain of a host) would be cut off.
const maxParam = 253

// params returns those of the given parameters that names can use. The subject's
// own values replace them.
func (r *request) params() map[string]any {
	if r.merged != nil {
		return r.merged
	}
	r.merged = map[string]any{}
	for field := range fields() {
		switch v := r.given[field].(type) {
		case nil:
		case string:
			r.merged[field] = v[:min(len(v), maxParam)]
		default:
			r.merged[field] = v
		}
	}
	origin := r.subject.Origin
	maps.Copy(r.merged, map[string]any{
		"set": r.subject.Set, "id": r.id, "kind": string(origin.Key.Kind), "number": r.number, "variant": origin.Variant,
	})
	return r.merged
}
