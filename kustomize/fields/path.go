package fields

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Path leads from an object to fields, as in these examples:
//
//   - spec.tls[].hosts[]: the items of hosts in each item of tls;
//   - metadata.annotations[acme.dev/host]: a key with dots or slashes;
//   - metadata.annotations[acme.dev/host.*]: all keys that begin with acme.dev/host.;
//   - spec.containers[web].args[0]: the item of a list with this name, or without a name and
//     at this index, as in the Name of a Place;
//   - spec.hostnames?[]: also the place of a missing or empty list hostnames.
//
// A question mark follows the first key that is created if it is missing.
type Path struct {
	steps []step
	// create is the index of the first step that can be created; len(steps) for none.
	create int
}

// step is one step of a Path: to a key of a mapping, to all keys that begin with key, to
// the item of a list with the name key, or to each item of a list.
type step struct {
	key          string
	each, prefix bool
}

// pathStep matches one step with its separator.
var pathStep = regexp.MustCompile(`^(?:\[\]|\[([^\[\]]+)\](\?)?|\.?([A-Za-z0-9_-]+)(\?)?)`)

// maxPath bounds the text of a path, in bytes.
const maxPath = 500

// ParsePath parses a path.
func ParsePath(text string) (Path, error) {
	p := Path{create: -1}
	if len(text) > maxPath {
		return Path{}, fmt.Errorf("the path has more than %d bytes: shorten it", maxPath)
	}
	for rest := text; rest != ""; {
		m := pathStep.FindStringSubmatch(rest)
		if m == nil || len(p.steps) == 0 && rest[0] == '.' || len(p.steps) > 0 && rest[0] != '.' && rest[0] != '[' {
			return Path{}, fmt.Errorf("%q is not a path: use the form spec.rules[].host or metadata.annotations[acme.dev/host]", text)
		}
		rest = rest[len(m[0]):]
		if m[2]+m[4] != "" && p.create < 0 {
			p.create = len(p.steps)
		}
		key, prefix := strings.CutSuffix(m[1]+m[3], "*")
		p.steps = append(p.steps, step{key, m[0] == "[]", prefix})
	}
	if len(p.steps) == 0 || p.steps[0].each || p.steps[0].prefix {
		return Path{}, errors.New("the path must begin with a key: use the form spec.rules[].host")
	}
	if p.create < 0 {
		p.create = len(p.steps)
	}
	if slices.ContainsFunc(p.steps[p.create:], func(s step) bool { return s.prefix }) {
		return Path{}, errors.New("a key that ends in * can't be created: remove the question mark")
	}
	return p, nil
}

// Place is a field of an object.
type Place struct {
	// Pointer is the JSON pointer of the field (RFC 6901). If the field is missing, it is
	// the pointer of the first key on its path that has no value.
	Pointer string
	// Name is the path of the field for people, such as spec.rules[0].host.
	Name string
	// Node is the value, nil for a missing field. Parent has the value. Holder is the
	// innermost mapping with the field.
	Node, Parent, Holder *yaml.Node

	missing []step
}

// Value returns the value to add at p.Pointer so that the field has this value.
func (p Place) Value(value any) any {
	for _, s := range slices.Backward(p.missing) {
		if s.each {
			value = []any{value}
		} else {
			value = map[string]any{s.key: value}
		}
	}
	return value
}

// Places returns the fields of n at p, in their order.
func (p Path) Places(n *yaml.Node) []Place {
	var places []Place
	p.find(Place{Node: n}, 0, &places)
	return places
}

func (p Path) find(at Place, i int, places *[]Place) {
	switch {
	case i == len(p.steps):
		*places = append(*places, at)
	case p.steps[i].each:
		for k, item := range object.Items(at.Node) {
			p.find(at.item(k, object.Resolved(item)), i+1, places)
		}
		if len(object.Items(at.Node)) == 0 && i > p.create {
			*places = append(*places, at.lacking(p.steps[i:]))
		}
	case object.Items(at.Node) != nil:
		for k, item := range object.Items(at.Node) {
			if next := at.item(k, object.Resolved(item)); itemName(next.Node, k) == p.steps[i].key && !isEmpty(next.Node) {
				p.find(next, i+1, places)
			}
		}
	case p.steps[i].prefix:
		for _, key := range object.Keys(at.Node) {
			if next := at.Child(key); strings.HasPrefix(key, p.steps[i].key) && !isEmpty(next.Node) {
				p.find(next, i+1, places)
			}
		}
	default:
		next := at.Child(p.steps[i].key)
		if !isEmpty(next.Node) {
			p.find(next, i+1, places)
		} else if i >= p.create && object.IsMapping(at.Node) {
			*places = append(*places, next.lacking(p.steps[i+1:]))
		}
	}
}

// isEmpty reports whether n is missing, null or an empty text.
func isEmpty(n *yaml.Node) bool {
	return n == nil || n.Kind == yaml.ScalarNode && (n.ShortTag() == yaml.NodeTagNull || n.Value == "")
}

func (p Place) lacking(missing []step) Place {
	p.Node, p.missing = nil, missing
	return p
}

// plainKey matches the keys of IsPlain.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// IsPlain reports whether a path has the key without brackets.
func IsPlain(key string) bool { return plainKey.MatchString(key) }

// Child returns the place of a key of p.
func (p Place) Child(key string) Place {
	name := p.Name + "." + key
	if !IsPlain(key) {
		name = p.Name + "[" + key + "]"
	}
	return Place{
		Pointer: p.Pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key), Name: strings.TrimPrefix(name, "."),
		Node: object.Child(p.Node, key), Parent: p.Node, Holder: p.Node,
	}
}

// item returns the place of the item k of p. Its name has the item's name, if it has
// one, as in spec.containers[shop].
func (p Place) item(k int, n *yaml.Node) Place {
	return Place{Pointer: p.Pointer + "/" + strconv.Itoa(k), Name: p.Name + "[" + itemName(n, k) + "]", Node: n, Parent: p.Node, Holder: p.Holder}
}

// itemName returns the name of the item k of a list, or the index of an item without a name.
func itemName(n *yaml.Node, k int) string {
	return cmp.Or(object.Scalar(object.Child(n, "name")), strconv.Itoa(k))
}

// Texts calls visit for each string in n that is a value, until visit returns false.
func Texts(n *yaml.Node, visit func(Place) bool) {
	scalars(Place{Node: n}, func(p Place) bool { return object.String(p.Node) == "" || visit(p) })
}

func scalars(at Place, visit func(Place) bool) bool {
	switch n := at.Node; n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !scalars(at.Child(object.Scalar(object.Resolved(n.Content[i]))), visit) {
				return false
			}
		}
	case yaml.SequenceNode:
		for k, item := range n.Content {
			if !scalars(at.item(k, object.Resolved(item)), visit) {
				return false
			}
		}
	case yaml.ScalarNode:
		return visit(at)
	}
	return true
}
