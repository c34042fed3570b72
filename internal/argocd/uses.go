package argocd

import "strings"

// uses reports whether one of the generators asks this service for set. They
// are JSON of any form: below the second level the CRD has no schema. (argo-cd,
// ApplicationSetGenerator, ApplicationSetNestedGenerator.)
func (r *Refresher) uses(generators any, set string) bool {
	list, _ := generators.([]any)
	for _, g := range list {
		if r.pluginUses(lookup(g, "plugin"), set) ||
			r.uses(lookup(g, "matrix", "generators"), set) || r.uses(lookup(g, "merge", "generators"), set) {
			return true
		}
	}
	return false
}

// asks reports whether a plugin generator asks this service for set. One that
// names no set asks for the only one.
func (r *Refresher) pluginUses(plugin any, set string) bool {
	if !matches(lookup(plugin, "configMapRef", "name"), r.configMap) {
		return false
	}
	parameter := lookup(plugin, "input", "parameters", "set")
	return parameter == nil || matches(parameter, set)
}

// may reports whether value is want, or a template, which can become it: in a
// matrix every field of a generator can be one.
func matches(value any, want string) bool {
	text, _ := value.(string)
	return text == want || strings.Contains(text, "{{")
}

// at returns what is at the end of path, nil if it leads nowhere.
func lookup(value any, path ...string) any {
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}
