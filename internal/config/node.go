package config

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// node is a value of a file, without aliases and merge keys.
type node struct {
	kind yaml.Kind // ScalarNode, MappingNode or SequenceNode
	tag  string    // the short tag, such as !!str
	text string    // of a scalar
	// file is "" for the main file. The path of a node in its file has the steps of its
	// parents.
	file    string
	line    int
	parent  *node
	step    string  // a key, or an index such as [0]
	entries []entry // of a mapping
	items   []*node // of a sequence
	invalid bool    // a problem of n is already reported
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	line  int // of the key
	value *node
}

func (n *node) isNull() bool    { return n.kind == yaml.ScalarNode && n.tag == "!!null" }
func (n *node) isMapping() bool { return n.kind == yaml.MappingNode }

// path returns the keys and indices that lead to n in its file.
func (n *node) path() string {
	var steps []string
	for ; n.parent != nil; n = n.parent {
		steps = append(steps, n.step)
	}
	path := ""
	for _, step := range slices.Backward(steps) {
		path = below(path, step)
	}
	return path
}

// below returns the path of a key, or of an index in brackets, below a path.
func below(path, step string) string {
	if path == "" || step == "" || step[0] == '[' {
		return path + step
	}
	return path + "." + step
}

// get returns the value of a key, or nil. n may be nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	if i := n.index(key); i >= 0 {
		return n.entries[i].value
	}
	return nil
}

func (n *node) index(key string) int {
	return slices.IndexFunc(n.entries, func(e entry) bool { return e.key == key })
}

// with returns a copy of n in which a key has another value.
func (n *node) with(key string, value *node) *node {
	changed := *n
	changed.entries = slices.Clone(n.entries)
	if i := n.index(key); i >= 0 {
		changed.entries[i].value = value
	} else {
		changed.entries = append(changed.entries, entry{key: key, line: value.line, value: value})
	}
	return &changed
}

// without returns a copy of n without a key.
func (n *node) without(key string) *node {
	changed := *n
	changed.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return e.key == key })
	return &changed
}
