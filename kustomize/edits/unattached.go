package edits

import (
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/kustomize/object"
)

// Unattached returns the routes that get requests from a listener in the base, and not in a
// preview with names, because their hosts no longer match. name is that of the object with the
// problem.
func (e *Editor) Unattached(names Names, add func(name string, p object.Problem)) {
	for _, r := range e.routes {
		host := e.previewHost(e.hostText(r.row, r.value), names)
		matches := func(l *listener) bool { return intersects(e.listenerHost(l, names), host) }
		for _, group := range r.ports {
			matched := slices.ContainsFunc(group, matches)
			for _, l := range group {
				if intersects(l.host, r.host) && !matches(l) && (r.host == "" || !matched) {
					add(r.unattached(l))
				}
			}
		}
	}
}

// listenerHost returns the host of l in a preview with names.
func (e *Editor) listenerHost(l *listener, names Names) string {
	t, narrowed := e.narrowed[l.field]
	if !narrowed {
		t = e.hostText(l.row, l.value)
	}
	return e.previewHost(t, names)
}

// previewHost returns the host in t in a preview with names. A component can have copied a
// host of the sample preview.
func (e *Editor) previewHost(t text, names Names) string {
	host := strings.ToLower(t.with(names))
	if base := e.sample.copied[host]; base != "" {
		return text{{host: base, isHost: true}}.with(names)
	}
	if e.sample.has(host) {
		return strings.TrimSuffix(host, e.sample.Host) + names.Host
	}
	return host
}

// unattached returns the problem that r gets no requests from l, and the object that has it.
func (r route) unattached(l *listener) (name string, p object.Problem) {
	const result = ", so that the route gets no requests"
	name, field := l.object, object.ShortName(l.name)
	p.Fix = fmt.Sprintf("add a %s for %s", l.noun(), r.host)
	switch {
	case r.host == "":
		name, p.Fix = r.object, "name the host of the "+l.noun()+" in the route"
		p.Reason = fmt.Sprintf("%s is missing and becomes the host of previews, which does not match %s of %s", object.ShortName(r.name), field, l.object)
	case l.host == "":
		p.Reason = fmt.Sprintf("%s is for every host, and becomes the host of previews, which does not match that of %s of %s", field, r.host, r.object)
	default:
		p.Reason = fmt.Sprintf("%s is %s, and its host in previews does not match that of %s of %s", field, l.host, r.host, r.object)
	}
	p.Reason += result
	switch {
	case isBelow(r.host, l.host):
		label := strings.TrimSuffix(r.host, strings.TrimPrefix(l.host, "*"))
		p.Fix += fmt.Sprintf(`, or set %q: "*.{{.host}}" and %q: "%s.{{.host}}" in overlay.hosts`, l.host, r.host, label)
	case isBelow(l.host, r.host):
		p.Fix = "name " + l.host + " in the route"
	}
	return name, p
}
