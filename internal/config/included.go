package config

import (
	"path/filepath"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// includedSets returns the sets of the included files, and reports mistakes in the rest of
// these files.
func (d *document) includedSets(files contents) (sets []*node) {
	for _, file := range files.included {
		name := filepath.Join(filepath.Dir(d.problems.Name), filepath.FromSlash(file.name))
		if file.problem != "" {
			d.add(Problem{File: name, Message: file.problem})
			d.markIncomplete("sets")
		} else if top := d.parse(name, file.data); top != nil {
			sets = append(sets, d.setsOf(top)...)
		} else {
			d.markIncomplete("sets")
		}
	}
	return sets
}

// setsOf returns the sets of an included file. All its other keys are optional.
func (d *document) setsOf(top *node) []*node {
	sets := top.get("sets")
	switch {
	case !top.isMapping():
		d.addAt(top, "got %s, want a map of keys: use sets", top.describe())
		d.markIncomplete("sets")
		return nil
	case sets == nil:
		d.addAt(top, "the file has no sets: add the key sets, or change include so that it does not match this file")
		d.markIncomplete("sets")
	case sets.kind != yaml.SequenceNode && !sets.isNull():
		d.addAt(sets, "got %s, want a list: begin each set with a dash", sets.describe())
		d.markIncomplete("sets")
	}
	for _, e := range top.entries {
		d.checkIncludedKey(e)
	}
	if sets == nil {
		return nil
	}
	return sets.items
}

// checkIncludedKey checks a key of an included file.
func (d *document) checkIncludedKey(e entry) {
	want := ""
	switch e.key {
	case "sets":
		return
	case "apiVersion":
		want = APIVersion
	case "kind":
		want = Kind
	default:
		if slices.ContainsFunc(fieldsOf(reflect.TypeFor[Config]()), func(f field) bool { return f.key == e.key }) {
			d.addAt(e.value, "an included file has only sets: move this key to the main file")
		} else {
			d.addUnknownKey(e, []string{"apiVersion", "kind", "sets"})
		}
		return
	}
	if e.value.text != want {
		d.addAt(e.value, "got %q, want %q", e.value.text, want)
	}
}

// checkInclude reports the patterns and the files that can't be used.
func (d *document) checkInclude(files contents, c *Config) {
	if n := len(c.Include); n > maxPatterns {
		d.addProblem("include", "there are %d patterns: use at most %d", n, maxPatterns)
	}
	if len(c.Include) > 0 && files.patterns == nil {
		d.addProblem("include", "only a configuration in a file can include files: remove the key")
	}
	for i, pattern := range files.patterns {
		if problem, failed := files.failed[i]; failed {
			d.addProblem(index("include", i), "%q: %s", pattern, problem)
			d.markIncomplete("sets")
		}
	}
	if d.isBroken("include") {
		d.markIncomplete("sets")
	}
}
