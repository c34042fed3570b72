package config

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxKeys bounds the keys of one map.
	maxKeys = 1000
	// maxKeyBytes bounds a key. The longest keys of Kubernetes are those of annotations: a
	// prefix of 253 bytes, a slash and 63 bytes.
	maxKeyBytes = 320
	// maxDepth bounds the levels of a file, also those of an alias that contains itself.
	maxDepth = 50
	// maxNodes bounds the values of a file, after its aliases are replaced.
	maxNodes = 200_000
)

// reader converts the YAML of one file to nodes. It replaces aliases and merge keys.
type reader struct {
	*document
	file  string
	count int  // of nodes
	stop  bool // the file has a problem that makes all others meaningless
}

// read returns y as a node below parent; nil after a problem.
func (r *reader) read(y *yaml.Node, parent *node, step string, depth int) *node {
	n := &node{kind: y.Kind, tag: y.ShortTag(), text: y.Value, file: r.file, line: y.Line, parent: parent, step: step}
	r.count++
	switch {
	case r.stop:
		return nil
	case r.count > maxNodes:
		return r.refuse(n, "the file has more than %d values, with those of its aliases: use fewer", maxNodes)
	case depth > maxDepth:
		return r.refuse(n, "the value has more than %d levels, or is an alias of itself: use fewer levels", maxDepth)
	case y.Kind == yaml.AliasNode:
		return r.read(y.Alias, parent, step, depth+1)
	case y.Kind == yaml.SequenceNode:
		n.items = make([]*node, 0, len(y.Content))
		for i, item := range y.Content {
			if child := r.read(item, n, index("", i), depth+1); child != nil {
				n.items = append(n.items, child)
			}
		}
	case y.Kind == yaml.MappingNode:
		r.readEntries(n, y, depth)
	case !strings.HasPrefix(n.tag, "!!"):
		n.invalid = true
		r.addAt(n, "the text begins with !, which YAML reads as a tag: put it in quotation marks")
	case n.tag == "!!binary":
		n.invalid = true
		r.addAt(n, "the tag !!binary is not supported: write the text itself")
	}
	return n
}

// refuse reports a problem that makes all others of the file meaningless.
func (r *reader) refuse(n *node, format string, args ...any) *node {
	r.stop = true
	n.parent, n.step = nil, "" // the path can be long
	r.addAt(n, format, args...)
	return nil
}

// readEntries adds the entries of the mapping y to n.
func (r *reader) readEntries(n *node, y *yaml.Node, depth int) {
	if len(y.Content)/2 > maxKeys {
		r.refuse(n, "the map has more than %d keys: remove some", maxKeys)
		return
	}
	lines := map[string]int{} // of the keys so far
	var merged []*yaml.Node
	for i := 0; i+1 < len(y.Content) && !r.stop; i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		at := node{file: r.file, line: key.Line, parent: n, step: pathStep(key.Value)}
		switch {
		case key.Kind != yaml.ScalarNode:
			at.step, n.invalid = "", true
			r.addAt(&at, "a key is an alias, a list or a map: write text, and put a value with {{ }} in quotation marks")
		case key.Tag == "!!merge":
			merged = append(merged, value)
		case len(key.Value) > maxKeyBytes:
			at.step = ""
			r.addAt(&at, "a key has %d bytes: use at most %d", len(key.Value), maxKeyBytes)
		case lines[key.Value] > 0:
			r.addAt(&at, "the key %s is already set in line %d: remove one", keyName(key.Value), lines[key.Value])
		default:
			lines[key.Value] = key.Line
			if child := r.read(value, n, key.Value, depth+1); child != nil {
				n.entries = append(n.entries, entry{key.Value, key.Line, child})
			}
		}
	}
	for _, value := range merged {
		r.merge(n, value, depth)
	}
}

// merge adds the entries of a merge key's value, which are those that n does not have
// (yaml.org/type/merge.html).
func (r *reader) merge(n *node, value *yaml.Node, depth int) {
	from := r.read(value, n, "<<", depth+1)
	if from == nil {
		return
	}
	sources := []*node{from}
	if from.kind == yaml.SequenceNode {
		sources = from.items
	}
	for _, source := range sources {
		if !source.isMapping() {
			r.addAt(source, "got %s, want a map or a list of maps: << merges the keys of other maps", source.describe())
			continue
		}
		for _, e := range source.entries {
			if n.index(e.key) < 0 && len(n.entries) < maxKeys {
				e.value.parent = n
				n.entries = append(n.entries, e)
			}
		}
	}
}

// plainKey matches text that can be a key. Other text may be a secret in the wrong place.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}$`)

// keyName returns a key for a message.
func keyName(key string) string {
	if plainKey.MatchString(key) {
		return strconv.Quote(key)
	}
	return "in this line"
}

// pathStep returns a key as a step of a path; "" for text that can't be a key.
func pathStep(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return ""
}
