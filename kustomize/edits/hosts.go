package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// baseHosts returns the hosts that the objects serve, without duplicates, in the order
// of the objects and their fields. Hosts that have only a DNS record are last, because no
// route leads from them. own is true if a field gets Names.Host of each preview without a
// host of the base: it serves every host, or a component sets it.
func (e *Editor) baseHosts(objects []*resource.Resource) (hosts []string, own bool) {
	var records []string
	for _, r := range objects {
		for _, row := range e.table.Rows(r.GetGvk(), fields.Host) {
			for _, place := range row.Places(r.YNode()) {
				value := object.String(place.Node)
				own = own || row.Creates() && row.Form.Extent(value) == fields.Everything
				for _, token := range row.Form.Hosts(value) {
					own = own || token.Host == e.sample.Host
				}
				if found := e.servedBy(row, value); row.Record {
					records = append(records, found...)
				} else {
					hosts = append(hosts, found...)
				}
			}
		}
	}
	return union(hosts, records), own
}

// servedBy returns the hosts of the base that a field serves, or that it served before the
// components.
func (e *Editor) servedBy(row fields.Row, value string) (hosts []string) {
	for _, token := range row.Form.Hosts(value) {
		if base := e.sample.copied[token.Host]; base != "" {
			hosts = append(hosts, base)
		}
	}
	for _, token := range e.servedIn(row, value) {
		if token.Host != anyHost {
			hosts = append(hosts, token.Host)
		}
	}
	return hosts
}

// servedIn returns the hosts of a field that overlays replace. It leaves out Services and
// hosts of the preview, which a component has set from the parameters of the sample
// preview.
func (e *Editor) servedIn(row fields.Row, value string) []fields.Token {
	return slices.DeleteFunc(row.Form.Hosts(value), func(t fields.Token) bool {
		return row.IsService(t.Host) || e.sample.has(t.Host) || t.Host == anyHost && row.Required
	})
}

// mentionedIn returns the hosts that a field mentions.
func mentionedIn(row fields.Row, value string) []fields.Token {
	return slices.DeleteFunc(row.Form.Hosts(value), func(t fields.Token) bool {
		return t.Host == anyHost || fields.IsInternal(t.Host)
	})
}

// hostEdits returns the edits that replace the hosts of the base in r. A field that is
// not a text stays as it is.
func (e *Editor) hostEdits(r *resource.Resource) []Edit {
	var edits []Edit
	for _, row := range e.table.Rows(r.GetGvk(), fields.Host, fields.HostReference) {
		if row.CoversRules() {
			edits = append(edits, e.coverEdits(r, row)...)
		}
		for _, place := range row.Places(r.YNode()) {
			if place.Node == nil && !row.Creates() || !object.IsText(place.Node) {
				continue
			}
			t, narrowed := e.narrowed[field{object.Describe(r), place.Pointer}]
			if !narrowed {
				t = e.hostText(row, object.String(place.Node))
			}
			if t.changes() {
				edits = append(edits, Edit{Place: place, text: t})
			}
		}
	}
	return edits
}

// hostText returns the text of a field with hosts of the preview. A field without a host
// that serves every host gets the host of the preview.
func (e *Editor) hostText(row fields.Row, value string) text {
	switch {
	case row.Is == fields.HostReference:
		return e.withHosts(value, mentionedIn(row, value))
	case row.Form.Extent(value) == fields.Everything && row.Creates():
		return e.everything(row, value)
	}
	return e.withHosts(value, e.replacedIn(row, value))
}

// replacedIn returns the hosts of a field that serves hosts, and those that it mentions.
func (e *Editor) replacedIn(row fields.Row, value string) []fields.Token {
	return slices.SortedFunc(slices.Values(slices.Concat(e.servedIn(row, value), row.Form.Mentions(value))), func(a, b fields.Token) int {
		return a.Start - b.Start
	})
}

// everything returns value, which selects every host, limited to hosts of the preview:
// those in value, or the preview's host.
func (e *Editor) everything(row fields.Row, value string) text {
	if row.Form != fields.Matcher {
		return text{{isHost: true}}
	}
	var hosts text
	for _, token := range e.servedIn(row, value) {
		if h := (segment{host: token.Host, isHost: true}); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	if len(hosts) == 0 {
		hosts = text{{isHost: true}}
	}
	var out text
	for i, h := range hosts {
		if i > 0 {
			out = append(out, segment{literal: " || "})
		}
		out = append(out, segment{literal: "Host(`"}, h, segment{literal: "`)"})
	}
	if strings.TrimSpace(value) == "" {
		return out
	}
	if len(hosts) > 1 {
		out = slices.Concat(text{{literal: "("}}, out, text{{literal: ")"}})
	}
	return slices.Concat(out, text{{literal: " && ("}}, e.withHosts(value, e.replacedIn(row, value)), text{{literal: ")"}})
}

// withHosts returns value with the hosts of the preview in place of those tokens that
// are hosts of the base.
func (e *Editor) withHosts(value string, tokens []fields.Token) text {
	var out text
	at := 0
	for _, token := range tokens {
		host, wildcard := token.Host, ""
		if parent, ok := strings.CutPrefix(host, "*."); ok && !slices.Contains(e.Hosts, host) {
			host, wildcard = parent, "*."
		}
		switch {
		case host == anyHost:
			host = ""
		case !slices.Contains(e.Hosts, host):
			continue
		}
		out = append(out, segment{literal: value[at:token.Start] + wildcard}, segment{host: host, isHost: true})
		at = token.End
	}
	return append(out, segment{literal: value[at:]})
}

// knownFields returns the pointers of the fields of hosts that rows of the table have.
func (e *Editor) knownFields(r *resource.Resource) map[string]bool {
	return e.fieldsOfHosts(r, func(fields.Row) bool { return true })
}

// fieldsOfHosts returns the pointers of the fields of hosts that rows have which accept
// accepts.
func (e *Editor) fieldsOfHosts(r *resource.Resource, accept func(fields.Row) bool) map[string]bool {
	known := map[string]bool{}
	for _, row := range e.table.Rows(r.GetGvk(), fields.Host, fields.HostReference) {
		if !accept(row) {
			continue
		}
		for _, place := range row.Places(r.YNode()) {
			known[place.Pointer] = true
		}
	}
	return known
}
