package edits

import "github.com/previewset/previewset/kustomize/fields"

// Editor finds the fields of the base that overlays set.
type Editor struct {
	// Hosts are the hosts of the base, without duplicates, in the order of the objects.
	Hosts []string
	// Named are Hosts and those that components have replaced by others. Those of the base
	// before its components are first, so that components do not change their order.
	Named []string
	// ServesOwn is true if a field gets Names.Host without a host of the base.
	ServesOwn bool

	table      *fields.Table
	parameters string
	images     bool
	sample     sample
	own        ownNamespaces
	// rules are the hosts of the base in fields whose host must not be served twice.
	rules map[field]string
	// listeners are the hosts of listeners, and routes those of the routes that need them.
	// narrowed has the text of each listener that gets the host of its routes.
	listeners []*listener
	routes    []route
	narrowed  map[field]text
}
