package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// findListeners sets the listeners of the base, their texts, and the routes that get requests
// from them.
func (e *Editor) findListeners(objects []*resource.Resource) {
	e.hostFields(objects, func(row fields.Row) bool { return row.Listens }, func(r *resource.Resource, p fields.Place, f hostField) {
		l := &listener{hostField: f, owner: object.Scalar(object.At(r.YNode(), "spec", "parentRef", "name")), Listener: fields.Listener{
			Kind: r.GetKind(), Namespace: r.GetNamespace(), Name: r.GetName(), Section: object.Scalar(object.Child(p.Holder, "name")),
			Port: object.Scalar(object.Child(p.Holder, "port")), Protocol: object.Scalar(object.Child(p.Holder, "protocol")),
		}}
		if l.owner == "" {
			l.owner = r.GetName()
		}
		e.listeners = append(e.listeners, l)
	})
	e.hostFields(objects, func(row fields.Row) bool { return row.Attach != nil }, func(r *resource.Resource, _ fields.Place, f hostField) {
		next := route{hostField: f}
		for _, l := range e.listeners {
			if f.row.Attach.Accepts(l.Listener, r.YNode(), r.GetNamespace()) {
				next.add(l)
			}
		}
		for _, group := range next.ports {
			closest(group, f.host)
		}
		if len(next.ports) > 0 {
			e.routes = append(e.routes, next)
		}
	})
	e.narrowed = map[field]text{}
	for _, l := range e.listeners {
		if t := e.narrow(l); t != nil {
			e.narrowed[l.field] = t
		}
	}
}

// hostFields calls visit for each field of hosts in objects that want accepts.
func (e *Editor) hostFields(objects []*resource.Resource, want func(fields.Row) bool, visit func(*resource.Resource, fields.Place, hostField)) {
	for _, r := range objects {
		for _, row := range e.table.Rows(r.GetGvk(), fields.Host) {
			if !want(row) {
				continue
			}
			for _, place := range row.Places(r.YNode()) {
				f := hostField{field: field{object.Describe(r), place.Pointer}, name: place.Name, value: object.String(place.Node), row: row}
				if tokens := row.Form.Hosts(f.value); len(tokens) > 0 && tokens[0].Host != anyHost {
					f.host = e.sample.original(tokens[0].Host)
				}
				visit(r, place, f)
			}
		}
	}
}

// narrow returns the text of a listener with a wildcard or without a host that has the
// requests of one host of routes: this host. The wildcard of a preview does not match the host
// of the preview. It returns nil for other listeners.
func (e *Editor) narrow(l *listener) text {
	host := ""
	hosts := slices.DeleteFunc(slices.Clone(l.routed), func(host string) bool { return host == "" })
	switch {
	case e.sample.has(strings.ToLower(l.value)), l.host != "" && !strings.HasPrefix(l.host, "*."), len(l.routed) == 0, len(hosts) > 1:
		return nil
	case len(hosts) == 1:
		host = hosts[0]
		if !slices.Contains(e.Hosts, host) || len(l.routed) > 1 && host != e.firstHost() { // a route without a host gets that of the first one
			return nil
		}
	}
	for _, other := range e.listeners {
		// Two listeners with one port and host are not valid.
		if other == l || other.owner != l.owner || other.Port != l.Port {
			continue
		}
		if host == "" || other.host == "" || other.host == host || slices.Contains(other.routed, host) {
			return nil
		}
	}
	return text{{host: host, isHost: true}}
}
