package argocd

import "strings"

// uses reports whether one of the generators requests set from this service. The
// generators are JSON of any structure: below the second level the CRD has no schema.
// (argo-cd, ApplicationSetGenerator, ApplicationSetNestedGenerator.)
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

// pluginUses reports whether a plugin generator requests set from this service. A
// generator that names no set requests the only one.
func (r *Refresher) pluginUses(plugin any, set string) bool {
	if !matches(lookup(plugin, "configMapRef", "name"), r.configMap) {
		return false
	}
	parameter := lookup(plugin, "input", "parameters", "set")
	return parameter == nil || matches(parameter, set)
}

// matches reports whether value is want, or a template that can produce it: in a
// matrix every field of a generator can be a template.
func matches(value any, want string) bool {
	text, _ := value.(string)
	return text == want || strings.Contains(text, "{{")
}

// lookup returns the value at path, or nil if there is none.
func lookup(value any, path ...string) any {
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}
