package edits

import (
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
)

// listener is a field with the host of a listener. Routes in other objects get requests from
// it for the hosts that both have.
type listener struct {
	fields.Listener
	hostField
	// owner is the object whose listeners must differ: a ListenerSet belongs to a Gateway.
	owner string
	// routed are the hosts of routes for which no listener of the same port is closer, ""
	// for a route without a host.
	routed []string
}

// route is a field with a host of a route, and the listeners from which it can get requests,
// grouped by their ports.
type route struct {
	hostField
	ports [][]*listener
}

// hostField is a field of an object with at most one host.
type hostField struct {
	field
	name, value string
	row         fields.Row
	// host is its host in the base, "" for every host.
	host string
}

// add adds l to the listeners of r. Hosts of Emissary have no port, and all of them count.
func (r *route) add(l *listener) {
	i := slices.IndexFunc(r.ports, func(group []*listener) bool {
		return group[0].Port == l.Port && (group[0].object == l.object || r.row.Attach.Parents == "")
	})
	if i < 0 {
		i = len(r.ports)
		r.ports = append(r.ports, nil)
	}
	r.ports[i] = append(r.ports[i], l)
}

// closest adds host to the listener of group with the most specific host that matches it, and
// a route without a host to all.
func closest(group []*listener, host string) {
	var best *listener
	for _, l := range group {
		switch {
		case host == "":
			l.routed = union(l.routed, []string{""})
		case intersects(l.host, host) && (best == nil || len(l.host) > len(best.host)):
			best = l
		}
	}
	if best != nil {
		best.routed = union(best.routed, []string{host})
	}
}

// intersects reports whether a request can have a host of both a and b. "" is every host.
func intersects(a, b string) bool {
	return a == "" || b == "" || a == b || isBelow(a, b) || isBelow(b, a)
}

// isBelow reports whether host is below the wildcard parent.
func isBelow(host, parent string) bool {
	suffix, wildcard := strings.CutPrefix(parent, "*")
	return wildcard && strings.HasSuffix(strings.TrimPrefix(host, "*"), suffix)
}

// noun returns what people call l.
func (l *listener) noun() string {
	if l.Section == "" {
		return l.Kind
	}
	return "listener"
}
