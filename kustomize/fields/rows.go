package fields

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Is describes the value of a field.
type Is string

const (
	// Host is a host that the object serves. Only the previews' own hosts are valid.
	Host Is = "host"
	// HostReference has hosts that other objects serve, or that are outside of the
	// cluster. Only those that other objects of the base serve are replaced.
	HostReference Is = "host reference"
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
	// Form is for Host and HostReference.
	Form Form
	// Unless is the path of a field with which a missing one is not created.
	Unless string
	// Mesh is true for a field of hosts in which a name without a dot is a Service.
	Mesh bool

	path, unless Path
}

// AnyGroup is the group of rows for the objects of all groups and kinds.
const AnyGroup = "*"

// Places returns the fields of the object n, in their order.
func (r Row) Places(n *yaml.Node) []Place {
	places := r.path.Places(n)
	if r.Unless == "" || len(r.unless.Places(n)) == 0 {
		return places
	}
	return slices.DeleteFunc(places, func(p Place) bool { return p.Node == nil })
}

// Table has all known rows. It is immutable.
type Table struct {
	kinds map[kind][]Row
	any   []Row
}

type kind struct{ group, kind string }

// NewTable returns the table of this package with the rows own. The error names the
// first row with an invalid path.
func NewTable(own []Row) (*Table, error) {
	t := &Table{kinds: map[kind][]Row{}}
	for _, row := range slices.Concat(own, Known()) {
		if err := t.add(row); err != nil {
			return nil, fmt.Errorf("%s %v: %w", row.Group, row.Kinds, err)
		}
	}
	return t, nil
}

func (t *Table) add(row Row) (err error) {
	if row.path, err = ParsePath(row.Path); err != nil {
		return err
	}
	if row.Unless != "" {
		if row.unless, err = ParsePath(row.Unless); err != nil {
			return err
		}
	}
	if row.Group == AnyGroup {
		t.any = append(t.any, row)
		return nil
	}
	for _, name := range row.Kinds {
		k := kind{row.Group, name}
		t.kinds[k] = append(t.kinds[k], row)
	}
	return nil
}

// Rows returns the rows of a kind with one of the values is. A nil table has none.
func (t *Table) Rows(gvk resid.Gvk, is ...Is) []Row {
	if t == nil {
		return nil
	}
	var rows []Row
	for _, all := range [][]Row{t.kinds[kind{gvk.Group, gvk.Kind}], t.any} {
		for _, row := range all {
			if slices.Contains(is, row.Is) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Known returns the rows of this package.
func Known() []Row {
	return slices.Concat(kubernetesHosts, containerRows)
}

// Creates reports whether the field is created if it is missing.
func (r Row) Creates() bool { return r.path.create < len(r.path.steps) }

// IsService reports whether host is the name of a Service in the field, and no host for
// users.
func (r Row) IsService(host string) bool {
	return IsInternal(host) || r.Mesh && host != "*" && !strings.Contains(host, ".")
}
