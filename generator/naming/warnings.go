package naming

import (
	"fmt"
	"slices"
	"text/template/parse"

	"github.com/previewset/previewset/generator"
)

// Warnings returns the templates that never create a valid, unique name, so that every name is
// changed and ends in a hash: those that are the same for all changes, and those with text that
// is not valid in a name. It does not return default templates, which nobody can correct: with
// the set "3d", each schema ends in a hash.
func (n *Namer) Warnings() (warnings []generator.Warning) {
	for name, key := range map[int]string{namespace: "names.namespace", hostName: "names.host", dbSchema: "names.dbSchema"} {
		if message := n.patterns[name].warning(n); message != "" && !n.patterns[name].isDefault {
			warnings = append(warnings, generator.Warning{Subject: key, Message: message})
		}
	}
	for _, t := range n.hosts {
		if message := t.warning(n); message != "" && !t.isHost && !t.usesHost {
			warnings = append(warnings, generator.Warning{Subject: hostsKey + "." + t.base, Message: message})
		}
	}
	return generator.SortWarnings(warnings)
}

func (p pattern) warning(n *Namer) string {
	fields := p.tmpl.fields()
	sample, ok := p.sample(n, fields)
	switch {
	case ok && !p.kind.plain(sample):
		return fmt.Sprintf("the template makes %q for %s, which is not a valid name, so every name is changed and ends in a hash: correct the template", sample, n.sampleID())
	case !slices.ContainsFunc(fields, differs):
		return "the template is the same for all changes, so every name ends in a hash: add {{.id}}"
	}
	return ""
}

// differs reports whether a parameter has different values for different changes.
func differs(field string) bool {
	switch field {
	case "id", "number", "branch", "branch_slug", "branchNormalized", "change_url":
		return true
	}
	return false
}

// sampleID returns the id of the change that sample has.
func (n *Namer) sampleID() string {
	if n.pullRequests {
		return "pr-42" + variantSuffix(n.variants[0])
	}
	return "br-feature-x" + variantSuffix(n.variants[0])
}

// sample returns the output of the template for a change with simple values. It returns false
// if the value of a parameter in it can be invalid in a name.
func (p pattern) sample(n *Namer, used []string) (string, bool) {
	r := request{id: n.sampleID(), number: "42"}
	r.subject.Origin.Variant = n.variants[0]
	_, isKey := p.keyTemplates[n.variants[0]]
	if slices.Contains(used, "url") || slices.Contains(used, "change_url") || p.snake && !isKey && len(used) > 0 {
		return "", false
	}
	r.cachedParams = map[string]any{}
	for field, value := range fields() {
		r.cachedParams[field] = value
	}
	r.cachedParams["set"], r.cachedParams["id"], r.cachedParams["branch"], r.cachedParams["variant"] = n.set, r.id, "feature-x", n.variants[0]
	if !n.pullRequests {
		r.cachedParams["kind"], r.cachedParams["number"], r.number = string(generator.Branch), "", ""
	}
	raw, err := p.render(&r)
	return raw, err == nil
}

// fields returns the parameters that t uses.
func (t *Template) fields() (used []string) {
	_ = t.inspect(func(n parse.Node, _ bool) error {
		switch n := n.(type) {
		case *parse.FieldNode:
			used = append(used, n.Ident[0])
		case *parse.VariableNode:
			if n.Ident[0] == "$" && len(n.Ident) > 1 {
				used = append(used, n.Ident[1])
			}
		}
		return nil
	})
	return used
}
