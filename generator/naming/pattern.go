package naming

import (
	"errors"
	"fmt"
	"maps"

	"github.com/previewset/previewset/generator"
)

// pattern makes one kind of name in one set.
type pattern struct {
	kind nameKind
	tmpl *Template
	// isDefault is true for a template that the configuration does not have.
	isDefault bool
	// snake replaces the dashes in the set, the id and the variant by underscores,
	// because a schema can't have dashes. None of them can have underscores, so
	// two different values stay different.
	snake bool
	// keyTemplates has an entry for each variant in which the template is a
	// keyTemplate. {{.variant}} is text in it.
	keyTemplates map[string]keyTemplate
	// distinct is true if keyTemplates makes a value for each change that the set
	// selects, in each variant, and no other preview of any set has this value as
	// a plain name.
	distinct bool
}

func newPattern(p Patterns, kind nameKind, key, text string) (pattern, error) {
	tmpl, err := parseNameTemplate(p, key, text)
	if err != nil {
		return pattern{}, err
	}
	_, isSchema := kind.(schema)
	result := pattern{kind: kind, tmpl: tmpl, snake: isSchema}
	result.keyTemplates = result.keyTemplatesOf(p, nil)
	result.distinct = result.isDistinct(p)
	return result, nil
}

// parseNameTemplate parses and checks a template of p. further are parameters that it can
// use in addition to fields.
func parseNameTemplate(p Patterns, key, text string, further ...string) (*Template, error) {
	if len(text) > maxNameTemplate {
		return nil, fmt.Errorf("the template has %d bytes: use at most %d", len(text), maxNameTemplate)
	}
	tmpl, err := ParseTemplate(key, text)
	if err != nil {
		return nil, err
	}
	if err := tmpl.checkName(further...); err != nil {
		return nil, err
	}
	return tmpl, tryOut(tmpl, p, nil)
}

// keyTemplatesOf returns the keyTemplates of p by variant. hosts are those of the preview's
// host, for {{.host}}.
func (p pattern) keyTemplatesOf(patterns Patterns, hosts map[string]keyTemplate) map[string]keyTemplate {
	keyTemplates := map[string]keyTemplate{}
	for _, variant := range variantsOrEmpty(patterns.Variants) {
		set, name := patterns.Set, variant
		if p.snake {
			set, name = snake(set), snake(name)
		}
		var host *keyTemplate
		if k, ok := hosts[variant]; ok {
			host = &k
		}
		if k, ok := keyTemplateOf(p.tmpl, set, name, host); ok {
			keyTemplates[variant] = k
		}
	}
	return keyTemplates
}

// isDistinct reports whether keyTemplates makes a different value for each preview
// of the set. Within one variant, the values differ because the key differs. Values
// of different variants differ if their languages do not overlap.
func (p pattern) isDistinct(patterns Patterns) bool {
	var others []language
	for _, variant := range variantsOrEmpty(patterns.Variants) {
		k, ok := p.keyTemplates[variant]
		if !ok || k.key == "number" && (patterns.Branches || !patterns.PullRequests) {
			return false
		}
		own := languageOf(k, variant, p.snake, patterns.PullRequests, patterns.Branches)
		if anyOverlap(others, []language{own}) {
			return false
		}
		others = append(others, own)
	}
	return true
}

// tryOut executes tmpl for a sample change of each kind that the set selects, in
// each variant, and checks the output unless check is nil. So errors such as a comparison
// of a number with a string are found before the first change exists.
func tryOut(tmpl *Template, p Patterns, check func(output string) error) error {
	try := func(sample map[string]any) error {
		output, err := tmpl.execute(sample)
		if err := ignoreTooLong(output, err); err != nil || check == nil {
			return err
		}
		return check(output)
	}
	for _, variant := range variantsOrEmpty(p.Variants) {
		sample := map[string]any{hostField: "pr-42.preview.localhost"}
		for field, value := range fields() {
			sample[field] = value
		}
		sample["set"], sample["variant"] = p.Set, variant
		sample["id"] = "pr-42" + variantSuffix(variant)
		if p.PullRequests {
			if err := try(sample); err != nil {
				return err
			}
		}
		if p.Branches {
			sample["kind"], sample["number"], sample["id"] = string(generator.Branch), "", "br-feature-x-bcdfghjklm"+variantSuffix(variant)
			if err := try(sample); err != nil {
				return err
			}
		}
	}
	return nil
}

// ignoreTooLong drops errTooLong. A name is cut to its maximum anyway, and a cut
// name has a hash.
func ignoreTooLong(_ string, err error) error {
	if errors.Is(err, errTooLong) {
		return nil
	}
	return err
}

// name returns the name of r's subject in this pattern.
func (p pattern) name(r *request) (string, error) {
	raw, err := p.render(r)
	if err != nil {
		return "", err
	}
	if p.distinct && !r.hashOnly && p.kind.plain(raw) {
		return raw, nil
	}
	return p.kind.hashed(raw, r.id, r.hash()), nil
}

// render returns the output of the template for r. It does not execute a template
// that is a keyTemplate.
func (p pattern) render(r *request) (string, error) {
	k := p.keyTemplates[r.subject.Origin.Variant]
	switch k.key {
	case "id":
		if p.snake {
			return k.render(snake(r.id)), nil
		}
		return k.render(r.id), nil
	case "number":
		return k.render(r.number), nil
	}
	raw, err := p.tmpl.execute(r.params())
	return raw, ignoreTooLong(raw, err)
}

// request is a request for the names of one subject.
type request struct {
	subject    Subject
	id, number string
	// hashOnly is true for a change that is not well-formed or that the set does
	// not select, and for a variant that the set does not have. Such a subject has
	// no plain names.
	hashOnly bool

	// changeParams are the parameters of the change.
	changeParams map[string]any
	// cachedHash and cachedParams are computed on first use.
	cachedHash   string
	cachedParams map[string]any
}

func (r *request) hash() string {
	if r.cachedHash == "" {
		r.cachedHash = r.subject.hash()
	}
	return r.cachedHash
}

// maxParam bounds a parameter in a name, in bytes. It is the length of the longest
// name. With larger parameters, a template could reach maxOutput, and the end of its
// text (the domain of a host) would be cut off.
const maxParam = 253

// params returns the parameters that names can use. Values of the subject
// replace them.
func (r *request) params() map[string]any {
	if r.cachedParams != nil {
		return r.cachedParams
	}
	r.cachedParams = map[string]any{}
	for field := range fields() {
		switch v := r.changeParams[field].(type) {
		case nil:
		case string:
			r.cachedParams[field] = v[:min(len(v), maxParam)]
		default:
			r.cachedParams[field] = v
		}
	}
	origin := r.subject.Origin
	maps.Copy(r.cachedParams, map[string]any{
		"set": r.subject.Set, "id": r.id, "kind": string(origin.Key.Kind), "number": r.number, "variant": origin.Variant,
	})
	return r.cachedParams
}
