package fields

import (
	"slices"
	"strings"

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
	// Link is the word of sets for a HostReference in the form Text.
	Link Is = "link"
	// OtherHost has hosts that overlays do not replace, and that the policy checks.
	OtherHost Is = "other host"
	// Image is the image of a container.
	Image Is = "image"
	// Containers is a container, with an environment.
	Containers Is = "containers"
	// Namespace is the name of a namespace.
	Namespace Is = "namespace"
	// Kept is any value that overlays leave as it is, without a warning.
	Kept Is = "kept"
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
	// Except is the key of mappings that are no places of the row.
	Except string
	// Mesh is true for a field of hosts in which a name without a dot, and a name of the
	// cluster, is a Service.
	Mesh bool
	// Of has the kinds of the objects that a Namespace field refers to. Without kinds, the
	// field selects namespaces.
	Of []string
	// Declared is true for a field that the set declares. Overlays set its namespaces even if
	// the base does not have the objects that they name.
	Declared bool
	// If has conditions without which the row does not apply to an object.
	If []Condition
	// Create has conditions without which a missing field has no place.
	Create []Condition
	// Required is true for a Host that overlays do not create, and that the policy wants.
	Required bool
	// Record is true for a Host that gets a DNS record, and no route to an application.
	Record bool
	// Covers is true for a list of hosts without which rules for these hosts have no effect.
	// Its items can be wildcards for several hosts.
	Covers bool
	// Listens is true for the Host of a listener, without which routes in other objects get no
	// requests for their hosts. Attach is for the hosts of such routes.
	Listens bool
	Attach  *Attachment
	// Owned is true for a HostReference whose hosts are those of the application, also if no
	// object of the base serves them: a certificate for another host of production, or the URL
	// of a server that links to itself.
	Owned bool
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
	if r.Except != "" {
		places = slices.DeleteFunc(places, func(p Place) bool { return object.Child(p.Node, r.Except) != nil })
	}
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
	if r.Attach != nil && r.Attach.Parents != "" {
		attach := *r.Attach
		if attach.parents, err = ParsePath(attach.Parents); err != nil {
			return r, err
		}
		r.Attach = &attach
	}
	return r, nil
}

// Creates reports whether overlays create the field if it is missing.
func (r Row) Creates() bool { return r.path.create < len(r.path.steps) && !r.Required }

// CoversRules reports whether overlays add hosts to the lists of r: those that cover rules, and
// known lists whose items mention one host each.
func (r Row) CoversRules() bool {
	isList := len(r.path.steps) > 0 && r.path.steps[len(r.path.steps)-1].each
	return r.Covers || r.Is == HostReference && isList && !r.Mesh && !r.Declared
}

// IsService reports whether host is the name of a Service in the field, and no host for
// users.
func (r Row) IsService(host string) bool {
	return r.Mesh && host != "*" && (IsInternal(host) || !strings.Contains(host, "."))
}

// served returns rows of fields with hosts that objects serve.
func served(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: Host}, paths)
}

// covering returns rows of lists with hosts for which rules need a certificate.
func covering(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: Host, Covers: true}, paths)
}

// recorded returns rows of fields with hosts that get a DNS record.
func recorded(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: Host, Record: true}, paths)
}

// mentioned returns rows of fields with texts that mention hosts.
func mentioned(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: HostReference, Form: Text}, paths)
}

// owned returns rows of fields with hosts of the application that its objects need not serve.
func owned(group string, kinds []string, paths ...string) []Row {
	return rowsOf(Row{Group: group, Kinds: kinds, Is: HostReference, Form: Text, Owned: true}, paths)
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
