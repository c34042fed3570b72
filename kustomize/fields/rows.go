package fields

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// Is describes the value of a field.
type Is string

const (
	// Host is a host that the object serves. Only the previews' own hosts are valid.
	Host Is = "host"
	// HostReference has hosts that other objects serve, or that are outside of the
	// cluster. Only those that other objects of the base serve are replaced.
	HostReference Is = "host reference"
	// OtherHost has hosts that overlays do not replace, and that the policy checks.
	OtherHost Is = "other host"
	// Image is the image of a container.
	Image Is = "image"
	// Containers is a container, with an environment.
	Containers Is = "containers"
	// Namespace is the name of a namespace.
	Namespace Is = "namespace"
)

// Row is a field of some kinds.
type Row struct {
	// Group is the API group, AnyGroup for objects of all groups and kinds.
	Group string
	Kinds []string
	// Path is the text of a Path.
	Path string
	Is   Is
	// Form is for Host, HostReference and OtherHost.
	Form Form
	// Mesh is true for a field of hosts in which a name without a dot, and a name of the
	// cluster, is a Service.
	Mesh bool
	// If has conditions without which the row does not apply to an object.
	If []Condition
	// Create has conditions without which a missing field has no place.
	Create []Condition
	// Required is true for a Host that overlays do not create, and that the policy wants.
	Required bool
	// Match are the paths of what selects requests in addition to the host, from the
	// mapping with the host or from the object. The first one has the rules. It is empty
	// if several objects can have a host without a conflict.
	Match []string
	// Fix is the remedy if the policy refuses the field, "" for the usual one.
	Fix string

	path              Path
	ifPaths, creators []Path
	matches           []Path
}

// Condition is a condition for a field.
type Condition struct {
	Path string
	// Values are the texts that each field at Path must have, nil for any text. There
	// must be at least one such field.
	Values []string
	// Not inverts the condition.
	Not bool
	// Beside is true if Path begins at the mapping that lacks the field of the row, and
	// not at the object.
	Beside bool
}

// AnyGroup is the group of rows for the objects of all groups and kinds.
const AnyGroup = "*"

// Places returns the fields of the object n, in their order.
func (r Row) Places(n *yaml.Node) []Place {
	for i, c := range r.If {
		if !c.holds(r.ifPaths[i], n, nil) {
			return nil
		}
	}
	places := r.path.Places(n)
	if len(r.Create) == 0 {
		return places
	}
	return slices.DeleteFunc(places, func(p Place) bool { return p.Node == nil && !r.creates(n, p.Parent) })
}

// creates reports whether the field is created in parent, a mapping of the object n.
func (r Row) creates(n, parent *yaml.Node) bool {
	for i, c := range r.Create {
		if !c.holds(r.creators[i], n, parent) {
			return false
		}
	}
	return true
}

// holds reports whether c, with the parsed path at, is true for the object n.
func (c Condition) holds(at Path, n, parent *yaml.Node) bool {
	if c.Beside {
		n = parent
	}
	places := at.Places(n)
	differs := func(p Place) bool { return c.Values != nil && !slices.Contains(c.Values, object.Scalar(p.Node)) }
	return c.Not != (len(places) > 0 && !slices.ContainsFunc(places, differs))
}

// Table has all known rows. It is immutable.
type Table struct {
	kinds map[kind]rowsByValue
	any   rowsByValue
}

type kind struct{ group, kind string }

type rowsByValue map[Is][]Row

// NewTable returns the table of this package with the rows own. The error names the
// first row with an invalid path.
func NewTable(own []Row) (*Table, error) {
	t := &Table{kinds: map[kind]rowsByValue{}, any: rowsByValue{}}
	for _, row := range slices.Concat(own, Known()) {
		if err := t.add(row); err != nil {
			return nil, fmt.Errorf("%s %v %s: %w", row.Group, row.Kinds, row.Path, err)
		}
	}
	for _, rows := range t.kinds {
		for is, others := range t.any {
			rows[is] = append(rows[is], others...)
		}
	}
	return t, nil
}

func (t *Table) add(row Row) error {
	row, err := row.parsed()
	if err != nil {
		return err
	}
	if row.Group == AnyGroup {
		t.any[row.Is] = append(t.any[row.Is], row)
		return nil
	}
	for _, name := range row.Kinds {
		k := kind{row.Group, name}
		if t.kinds[k] == nil {
			t.kinds[k] = rowsByValue{}
		}
		t.kinds[k][row.Is] = append(t.kinds[k][row.Is], row)
	}
	return nil
}

// parsed returns r with its parsed paths.
func (r Row) parsed() (Row, error) {
	var err error
	if r.path, err = ParsePath(r.Path); err != nil {
		return r, err
	}
	for _, list := range []struct {
		from []Condition
		to   *[]Path
	}{{r.If, &r.ifPaths}, {r.Create, &r.creators}} {
		for _, c := range list.from {
			path, err := ParsePath(c.Path)
			if err != nil {
				return r, err
			}
			*list.to = append(*list.to, path)
		}
	}
	for _, text := range r.Match {
		path, err := ParsePath(text)
		if err != nil {
			return r, err
		}
		r.matches = append(r.matches, path)
	}
	return r, nil
}

// Rows returns the rows of a kind with one of the values is, in the order of is. A nil
// table has none.
func (t *Table) Rows(gvk resid.Gvk, is ...Is) []Row {
	if t == nil {
		return nil
	}
	rows, known := t.kinds[kind{gvk.Group, gvk.Kind}]
	if !known {
		rows = t.any
	}
	if len(is) == 1 {
		return rows[is[0]]
	}
	var all []Row
	for _, value := range is {
		all = append(all, rows[value]...)
	}
	return all
}

// Known returns the rows of this package.
func Known() []Row { return slices.Concat(hostRows(), containerRows) }

// Creates reports whether overlays create the field if it is missing.
func (r Row) Creates() bool { return r.path.create < len(r.path.steps) && !r.Required }

// IsService reports whether host is the name of a Service in the field, and no host for
// users.
func (r Row) IsService(host string) bool {
	return r.Mesh && host != "*" && (IsInternal(host) || !strings.Contains(host, "."))
}

// served returns rows of fields with hosts that objects serve.
func served(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: Host}, paths)
}

// mentioned returns rows of fields with texts that mention hosts.
func mentioned(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: HostReference, Form: Text}, paths)
}

// rowsOf returns a copy of row for each path.
func rowsOf(row Row, paths []string) []Row {
	rows := make([]Row, 0, len(paths))
	for _, path := range paths {
		row.Path = path
		rows = append(rows, row)
	}
	return rows
}
