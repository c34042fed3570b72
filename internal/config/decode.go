package config

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/internal/forges"
)

// field is a field of a struct with its key.
type field struct {
	key   string
	index []int
	// empty is true for a list whose entries may be empty text.
	empty bool
}

// fieldsOf returns the fields of a struct, with those of embedded structs.
func fieldsOf(of reflect.Type) (all []field) {
	for f := range of.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if options == "inline" {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append(slices.Clone(f.Index), inner.index...)
				all = append(all, inner)
			}
		} else if key != "" {
			all = append(all, field{key, f.Index, f.Tag.Get("entries") == "empty"})
		}
	}
	return all
}

// decode stores the value n in out, and reports each value that does not fit. path is the
// path of n in the complete configuration.
func (d *document) decode(n *node, path string, out reflect.Value) {
	d.nodes[path] = n
	switch {
	case n.invalid:
		d.breakPath(path)
		return
	case n.isNull():
		return
	}
	switch out.Addr().Interface().(type) {
	case *Duration:
		d.decodeDuration(n, path, out)
		return
	case *Source:
		d.decodeSource(n, path, out.Addr().Interface().(*Source))
		return
	}
	switch out.Kind() {
	case reflect.Pointer:
		out.Set(reflect.New(out.Type().Elem()))
		d.decode(n, path, out.Elem())
	case reflect.Struct:
		d.decodeStruct(n, path, out, fieldsOf(out.Type()))
	case reflect.Map:
		d.decodeMap(n, path, out)
	case reflect.Slice:
		d.decodeList(n, path, out)
	default:
		d.decodeScalar(n, path, out)
	}
}

// decodeStruct stores the values of fields, which are those of out.
func (d *document) decodeStruct(n *node, path string, out reflect.Value, fields []field) {
	var keys []string
	for _, f := range fields {
		keys = append(keys, f.key)
	}
	if !n.isMapping() {
		d.wrongKind(n, path, "a map of keys: use "+joinOr(allowedIn(n, keys)))
		return
	}
	for _, e := range n.entries {
		i := slices.Index(keys, e.key)
		if i < 0 {
			d.addUnknownKey(e, keys)
			continue
		}
		inner := out.FieldByIndex(fields[i].index)
		d.decode(e.value, below(path, e.key), inner)
		if list, ok := inner.Interface().([]string); ok && !fields[i].empty {
			d.checkEntries(below(path, e.key), list)
		}
	}
}

// checkEntries reports empty entries of a list.
func (d *document) checkEntries(path string, list []string) {
	for i, text := range list {
		if text == "" {
			d.addProblem(index(path, i), "the entry is empty: write a value, or remove it")
			d.breakPath(index(path, i))
		}
	}
}

func (d *document) decodeMap(n *node, path string, out reflect.Value) {
	if !n.isMapping() {
		d.wrongKind(n, path, "a map of keys: write KEY: VALUE")
		return
	}
	out.Set(reflect.MakeMap(out.Type()))
	for _, e := range n.entries {
		value := reflect.New(out.Type().Elem()).Elem()
		d.decode(e.value, below(path, e.key), value)
		out.SetMapIndex(reflect.ValueOf(e.key), value)
	}
}

func (d *document) decodeList(n *node, path string, out reflect.Value) {
	if n.kind != yaml.SequenceNode {
		d.wrongKind(n, path, "a list: put it in brackets, or begin each entry with a dash")
		return
	}
	out.Set(reflect.MakeSlice(out.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.decode(item, index(path, i), out.Index(i))
		if item.isNull() {
			d.addAt(item, "the entry has no value: write one, or remove it")
			d.breakPath(index(path, i))
		}
	}
}

func (d *document) decodeDuration(n *node, path string, out reflect.Value) {
	const remedy = "write a number with a unit, such as 90s, 15m or 3d"
	if n.kind != yaml.ScalarNode {
		d.wrongKind(n, path, "a duration: "+remedy)
		return
	}
	parsed, err := ParseDuration(n.text)
	if err != nil {
		d.addAt(n, "%q is not a duration: %s", n.text, remedy)
		d.breakPath(path)
		return
	}
	out.SetInt(int64(parsed))
}

func (d *document) decodeScalar(n *node, path string, out reflect.Value) {
	ok := n.kind == yaml.ScalarNode
	want := "text: write one value"
	switch out.Kind() {
	case reflect.String:
		out.SetString(n.text) // also of a number or a boolean, as it is written
	case reflect.Bool:
		want = "true or false"
		ok = ok && n.scalar().Decode(out.Addr().Interface()) == nil
	default:
		want = "a whole number, such as 10"
		var number float64
		ok = ok && (n.tag == "!!int" || n.tag == "!!float") && n.scalar().Decode(&number) == nil && number == math.Trunc(number) &&
			n.scalar().Decode(out.Addr().Interface()) == nil
	}
	if !ok {
		d.wrongKind(n, path, want)
	}
}

func (n *node) scalar() *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: n.tag, Value: n.text}
}

// decodeSource decodes the stanza of each forge.
func (d *document) decodeSource(n *node, path string, s *Source) {
	if !n.isMapping() {
		d.wrongKind(n, path, "a map of keys: set exactly one of "+forges.Keys())
		return
	}
	var known []string
	for _, f := range forges.All() {
		known = append(known, f.Key)
	}
	found := 0
	for _, e := range n.entries {
		f, ok := forges.ByKey(e.key)
		if !ok {
			d.addUnknownForge(e, path, known)
			continue
		}
		d.nodes[below(path, e.key)] = e.value
		if e.value.isNull() { // a key without a value counts as missing
			continue
		}
		found++
		s.Forge, s.Stanza = f, f.Stanza()
		d.decode(e.value, below(path, e.key), reflect.ValueOf(s.Stanza).Elem())
	}
	if found > 1 {
		s.Stanza = nil
	}
}

// wrongKind reports a value that is no text, list or map as it should be. It does not repeat
// the value, which may be a secret.
func (d *document) wrongKind(n *node, path, want string) {
	d.addAt(n, "got %s, want %s", n.describe(), want)
	d.breakPath(path)
}

// describe returns the kind of n in the words of YAML.
func (n *node) describe() string {
	switch {
	case n.kind == yaml.SequenceNode:
		return "a list"
	case n.isMapping():
		return "a map"
	case n.tag == "!!int" || n.tag == "!!float":
		return "a number"
	case n.tag == "!!bool":
		return "a boolean"
	case n.tag == "!!null":
		return "no value"
	}
	return "text"
}

// addUnknownForge reports a key of the source at path that is none of the known keys.
func (d *document) addUnknownForge(e entry, path string, known []string) {
	if name := unsupportedForge(e.key); name != "" {
		d.addAt(e.keyNode(), "%s is not supported yet: use source.git for branches", name)
		d.breakPath(path)
		return
	}
	d.addUnknownKey(e, known)
}

// unsupportedForge returns the name of a forge without a source, "" if key names none.
func unsupportedForge(key string) string {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key)) {
	case "gitlab":
		return "GitLab"
	case "bitbucket", "bitbucketcloud":
		return "Bitbucket"
	case "bitbucketserver", "bitbucketdatacenter":
		return "Bitbucket Data Center"
	case "azuredevops":
		return "Azure DevOps"
	}
	return ""
}

// keyNode returns the place of the key for a problem.
func (e entry) keyNode() *node {
	return &node{file: e.value.file, line: e.line, parent: e.value.parent, step: pathStep(e.key)}
}

// addUnknownKey reports a key that is none of the known keys.
func (d *document) addUnknownKey(e entry, known []string) {
	at := e.keyNode()
	if similar := nearest(e.key, known); similar != "" {
		d.addAt(at, "unknown key %s: did you mean %q?", keyName(e.key), similar)
		return
	}
	d.addAt(at, "unknown key %s: use %s, or remove it", keyName(e.key), joinOr(allowedIn(at.parent, known)))
}

// allowedIn returns those of the keys of a struct that the map n may have. The defaults of sets
// have no name.
func allowedIn(n *node, keys []string) []string {
	if n.path() != "defaults" {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return key == "name" })
}

// joinOr joins names with commas, the last two with "or".
func joinOr(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
