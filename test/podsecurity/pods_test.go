package podsecurity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"sigs.k8s.io/yaml"
)

// pod has the fields of a pod, or of a template of pods.
type pod struct{ meta, spec map[string]any }

// containerLists are the fields with the containers of a pod. The names of the containers
// are different, as the API server demands.
func containerLists() []string {
	return []string{"containers", "initContainers", "ephemeralContainers"}
}

// newPod returns a pod that the baseline accepts, with a container "shop" and one container
// in each of the other lists.
func newPod(lists ...string) pod {
	p := pod{map[string]any{}, map[string]any{}}
	for _, list := range append([]string{"containers"}, lists...) {
		name := strings.ToLower(strings.TrimSuffix(list, "Containers"))
		c := map[string]any{"name": name, "image": "shop:1"}
		switch list {
		case "containers":
			c["name"] = "shop"
		case "initContainers":
			c["restartPolicy"] = "Always" // only such a container can have probes
		}
		p.spec[list] = []any{c}
	}
	return p
}

// set sets a field, in YAML, in the container of a list if it is a field of containers.
func (p pod) set(f field, list, value string) {
	at := p.spec
	switch f.in {
	case ofMetadata:
		at = p.meta
	case ofContainer:
		at = p.spec[list].([]any)[0].(map[string]any)
	case ofPod:
	}
	path := strings.Split(f.path, ".")
	for _, key := range path[:len(path)-1] {
		inner, ok := at[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			at[key] = inner
		}
		at = inner
	}
	var v any
	if err := yaml.Unmarshal([]byte(value), &v); err != nil {
		panic(fmt.Sprintf("%s: %v", value, err)) // a mistake in the table
	}
	at[path[len(path)-1]] = v
}

// group returns a name that a field shares with the fields that the API server does not
// accept beside it: a probe has one handler, and the profile and the annotation of AppArmor
// must agree.
func (f field) group(list string) string {
	switch {
	case f.path == "annotations", strings.HasSuffix(f.path, "appArmorProfile"):
		return "appArmor"
	case f.in != ofContainer:
		return f.path
	}
	return list + strings.TrimSuffix(strings.TrimSuffix(f.path, ".httpGet"), ".tcpSocket")
}

// generator makes random pods.
type generator struct {
	*rand.Rand
	fields []field
	// texts are for the forms of fields.
	texts []string
	// lists are the lists of containers that pods can have.
	lists []string
	// valid leaves out values that the API server rejects.
	valid bool
}

// pod returns a pod with some random fields.
func (g generator) pod() pod {
	const most = 6
	p := newPod(g.lists...)
	used := map[string]bool{}
	for range g.IntN(most + 1) {
		f, list := pick(g, g.fields), pick(g, g.lists)
		if group := f.group(list); !g.valid || !used[group] {
			used[group] = true
			p.set(f, list, g.value(f))
		}
	}
	if !g.valid && g.IntN(10) == 0 {
		p.spec[pick(g, g.lists)] = pick(g, []any{nil, []any{}, []any{nil}})
	}
	return p
}

func (g generator) value(f field) string {
	switch values := f.valid; {
	case g.valid:
		return pick(g, values)
	case len(f.forms) > 0 && g.IntN(4) == 0:
		return fmt.Sprintf(pick(g, f.forms), quoted(pick(g, g.texts)))
	default:
		return pick(g, append(values[:len(values):len(values)], f.odd...))
	}
}

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

// quoted returns a text as a YAML string.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
