package argocd

import "strings"

// uses reports whether one of the generators requests set from the service that
// configMap describes.
func uses(generators any, configMap, set string) bool {
	for _, p := range pluginsIn(generators, configMap) {
		if parameter := lookup(p, setPath()...); parameter == nil || matches(parameter, set) {
			return true
		}
	}
	return false
}

// setPath is the path of the requested set in a plugin generator. A generator that names
// no set requests the only one.
func setPath() []string { return []string{"input", "parameters", "set"} }

// pluginsIn returns the plugin generators that refer to configMap, or may refer to it. The
// generators are JSON of any structure: below the second level the CRD has no schema.
// (argo-cd, ApplicationSetGenerator, ApplicationSetNestedGenerator.)
func pluginsIn(generators any, configMap string) (plugins []any) {
	list, _ := generators.([]any)
	for _, g := range list {
		if p := lookup(g, "plugin"); matches(lookup(p, "configMapRef", "name"), configMap) {
			plugins = append(plugins, p)
		}
		for _, combination := range []string{"matrix", "merge"} {
			plugins = append(plugins, pluginsIn(lookup(g, combination, "generators"), configMap)...)
		}
	}
	return plugins
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
