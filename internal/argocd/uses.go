package argocd

import "strings"

// uses reports whether one of the generators asks this service for set. They
// are JSON of any form: below the second level the CRD has no schema. (argo-cd,
// ApplicationSetGenerator, ApplicationSetNestedGenerator.)
func (r *Refresher) uses(generators any, set string) bool {
	list, _ := generators.([]any)
	for _, g := range list {
		if r.asks(at(g, "plugin"), set) ||
			r.uses(at(g, "matrix", "generators"), set) || r.uses(at(g, "merge", "generators"), set) {
			return true
		}
	}
	return false
}

// asks reports whether a plugin generator asks this service for set. One that
// names no set asks for the only one.
func (r *Refresher) asks(plugin any, set string) bool {
	if !may(at(plugin, "configMapRef", "name"), r.configMap) {
		return false
	}
	asked := at(plugin, "input", "parameters", "set")
	return asked == nil || may(asked, set)
}

// may reports whether value is want, or a template, which can become it: in a
// matrix every field of a generator can be one.
func may(value any, want string) bool {
	text, _ := value.(string)
	return text == want || strings.Contains(text, "{{")
}

// at returns what is at the end of path, nil if it leads nowhere.
func at(value any, path ...string) any {
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}
