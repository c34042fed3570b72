package config

import (
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Load reads and checks the file, and the files that it includes. If a file is readable but
// invalid, the error is a *Problems; if the file can't be read, it is a *ReadError.
func Load(name string) (*Config, error) {
	_, c, err := Open(name)
	return c, err
}

// Parse checks the text of a configuration file and fills in the defaults. Its error
// is a *Problems, which contains name. Parse reads no file, so the text can't include files.
func Parse(name string, data []byte) (*Config, error) {
	return contents{main: data}.configuration(name)
}

// configuration returns the configuration that the files make. name is that of the main file.
func (files contents) configuration(name string) (*Config, error) {
	d := newDocument(name)
	var c Config
	switch top := d.parse("", files.main); {
	case top == nil:
	case top.hasOnlySets():
		d.add(Problem{Message: "the file has only sets: validate the configuration that includes it; if none does, add apiVersion, kind and auth"})
	default:
		d.decodeFiles(top, files, &c)
		d.fillPresent(&c)
		c.defaults()
		d.validate(&c)
	}
	if err := d.problems.sorted(); err != nil {
		return nil, err
	}
	return &c, nil
}

// hasOnlySets reports whether a file has the key sets and no other, as included files do.
func (n *node) hasOnlySets() bool {
	return n.isMapping() && len(n.entries) == 1 && n.entries[0].key == "sets"
}

// decodeFiles decodes the main file and the included files, with the sets of all of them.
func (d *document) decodeFiles(top *node, files contents, c *Config) {
	if !top.isMapping() {
		d.decode(top, "", reflect.ValueOf(c).Elem())
		return
	}
	d.decodeDefaults(top.get("defaults"), c)
	sets := top.get("sets")
	if len(files.included) > 0 && (sets == nil || sets.isNull()) {
		sets = &node{kind: yaml.SequenceNode, tag: "!!seq", line: top.get("include").line, parent: top, step: "sets"}
	}
	if sets != nil {
		all := *sets
		all.items = nil
		for _, set := range slices.Concat(sets.items, d.includedSets(files)) {
			all.items = append(all.items, d.withDefaults(set, top.get("defaults")))
		}
		top = top.with("sets", &all)
	}
	d.decode(top.without("defaults"), "", reflect.ValueOf(c).Elem())
	d.checkInclude(files, c)
}
