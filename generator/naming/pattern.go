package naming

import (
	"errors"
	"fmt"
	"maps"
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
			sample["kind"], sample["number"], sample["id"] = kindBranch, "", "br-feature-x-bcdfghjklm"+variantSuffix(variant)
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

// name returns the name of s in this pattern.
func (p pattern) name(s *subject) (string, error) {
	raw, err := p.render(s)
	if err != nil {
		return "", err
	}
	if p.distinct && !s.strange && p.form.plain(raw) {
		return raw, nil
	}
	return p.form.hashed(raw, s.id, s.hash()), nil
}

// render returns what the template makes of s. One with a shape has no need to
// be executed.
func (p pattern) render(s *subject) (string, error) {
	shape := p.shapes[s.identity.Variant]
	switch shape.key {
	case "id":
		if p.snake {
			return shape.render(snake(s.id)), nil
		}
		return shape.render(s.id), nil
	case "number":
		return shape.render(s.number), nil
	}
	raw, err := p.tmpl.execute(s.params())
	return raw, tolerate(raw, err)
}

// subject is a change that is being named.
type subject struct {
	identity   Identity
	id, number string
	// strange is a change that the set does not select, or that can't be, or a
	// variant that the set does not have. It has no plain name.
	strange bool

	given map[string]any
	// hashed and merged are made when first asked for.
	hashed string
	merged map[string]any
}

func (s *subject) hash() string {
	if s.hashed == "" {
		s.hashed = s.identity.hash()
	}
	return s.hashed
}

// maxParam bounds a parameter in a name, in bytes: as much as the longest name
// has, and so little that a template's bounds are out of reach, or else the end
// of its text (the domain of a host) would be cut off.
const maxParam = 253

// params returns those of the given parameters that names can use, and what
// the identity says of itself, which goes before them.
func (s *subject) params() map[string]any {
	if s.merged != nil {
		return s.merged
	}
	s.merged = map[string]any{}
	for field := range fields() {
		switch v := s.given[field].(type) {
		case nil:
		case string:
			s.merged[field] = v[:min(len(v), maxParam)]
		default:
			s.merged[field] = v
		}
	}
	maps.Copy(s.merged, map[string]any{
		"set": s.identity.Set, "id": s.id, "kind": s.identity.Kind, "number": s.number, "variant": s.identity.Variant,
	})
	return s.merged
}
