package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// findListeners sets the listeners of the base, and the routes that get requests from them.
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
				next.listeners = append(next.listeners, l)
			}
		}
		for _, ports := range next.byPort() {
			closest(ports, f.host)
		}
		if len(next.listeners) > 0 {
			e.routes = append(e.routes, next)
		}
	})
}

// hostFields calls visit for each field of hosts in objects that want accepts.
func (e *Editor) hostFields(objects []*resource.Resource, want func(fields.Row) bool, visit func(*resource.Resource, fields.Place, hostField)) {
	for _, r := range objects {
		for _, row := range e.table.Rows(r.GetGvk(), fields.Host) {
			if !want(row) {
				continue
			}
			for _, place := range row.Places(r.YNode()) {
				f := hostField{object: object.Describe(r), name: place.Name, pointer: place.Pointer, row: row, value: object.String(place.Node)}
				if tokens := row.Form.Hosts(f.value); len(tokens) > 0 && tokens[0].Host != anyHost {
					f.host = e.sample.original(tokens[0].Host)
				}
				visit(r, place, f)
			}
		}
	}
}

// listenerText returns the text of a listener in previews, nil for other fields.
func (e *Editor) listenerText(r *resource.Resource, row fields.Row, place fields.Place) text {
	if !row.Listens {
		return nil
	}
	i := slices.IndexFunc(e.listeners, func(l *listener) bool {
		return l.object == object.Describe(r) && l.pointer == place.Pointer
	})
	if i < 0 {
		return nil
	}
	return e.narrowed(e.listeners[i])
}

// narrowed returns the text of a listener with a wildcard or without a host that has the
// requests of one host of routes: this host. The wildcard of a preview does not match the host
// of the preview. It returns nil for other fields.
func (e *Editor) narrowed(l *listener) text {
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
