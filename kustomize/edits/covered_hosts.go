package edits

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// coverEdits returns the edits that add hosts to the lists of a row that covers rules, and
// the host for an item that stands for every host. In the base, one wildcard can stand for
// the hosts of several rules. The hosts of a preview need not be below its replacement, so
// the list gets each of them. So do lists that mention a wildcard of the base, such as
// those of certificates and of origins.
func (e *Editor) coverEdits(r *resource.Resource, row fields.Row) []Edit {
	rules := e.Hosts
	if row.Is == fields.Host {
		rules = e.ruleHosts(r)
	}
	lists := listsOf(row.Places(r.YNode()))
	var edits []Edit
	for _, list := range lists {
		named := map[string]bool{}
		for _, other := range lists {
			if other.pointer == list.pointer || row.Is == fields.Host && other.port == list.port { // a host is in one list, which has its certificate
				other.addHosts(row, named)
			}
		}
		edits = append(edits, list.additions(row, named, rules, e.Hosts)...)
	}
	return edits
}

// ruleHosts returns the hosts of the rules in r, "" for a rule without a host. If r has no
// rules, those of other objects count, which can have all hosts of the base.
func (e *Editor) ruleHosts(r *resource.Resource) (hosts []string) {
	servedFields([]*resource.Resource{r}, e.table, func(_ *resource.Resource, _ fields.Row, _ fields.Place, host string) {
		hosts = union(hosts, []string{host})
	})
	if len(hosts) == 0 {
		hosts = e.Hosts
	}
	known := slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return !slices.Contains(e.Hosts, host) })
	if len(known) == 0 || slices.Contains(hosts, "") && !slices.Contains(known, e.firstHost()) {
		known = append([]string{""}, known...) // without another host, the first one of the base is ""
	}
	return known
}

// firstHost returns the host of the base that Names.Host replaces unless a set chooses another
// one: the first one without a wildcard.
func (e *Editor) firstHost() string {
	for _, host := range e.Hosts {
		if !strings.HasPrefix(host, "*") {
			return host
		}
	}
	return ""
}

// hostList is a list of hosts, with its items and the port beside it.
type hostList struct {
	pointer, name, port string
	items               []fields.Place
}

// addHosts adds the hosts in l to named.
func (l hostList) addHosts(row fields.Row, named map[string]bool) {
	for _, p := range l.items {
		for _, token := range row.Form.Hosts(object.String(p.Node)) {
			named[token.Host] = true
		}
	}
}

// listsOf groups the places of items by their lists. A missing list has one item.
func listsOf(places []fields.Place) (lists []hostList) {
	for _, p := range places {
		list := hostList{pointer: p.Pointer, name: p.Name}
		if at := strings.LastIndexByte(p.Pointer, '/'); p.Node != nil {
			list = hostList{pointer: p.Pointer[:at], name: p.Name[:strings.LastIndexByte(p.Name, '[')]}
		}
		if last := len(lists) - 1; last < 0 || lists[last].pointer != list.pointer {
			lists = append(lists, list)
		}
		last := len(lists) - 1
		lists[last].port = object.Scalar(object.At(p.Holder, "port", "number"))
		lists[last].items = append(lists[last].items, p)
	}
	return lists
}

// additions returns the edits that add those rules to l that its items cover and that are
// not in named. A wildcard that l only mentions must be one of hosts, those of the base.
func (l hostList) additions(row fields.Row, named map[string]bool, rules, hosts []string) (edits []Edit) {
	size := len(l.items)
	for _, p := range l.items {
		if p.Node != nil && !object.IsText(p.Node) {
			continue
		}
		scope, rest, covers := coverage(row, object.String(p.Node), hosts)
		for _, host := range rules {
			if named[host] || !covers(host) {
				continue
			}
			named[host] = true
			t := text{{literal: scope}, {host: host, isHost: true}, {literal: rest}}
			if covers("") && !slices.ContainsFunc(edits, func(d Edit) bool { return d.Place.Pointer == p.Pointer }) {
				edits = append(edits, Edit{Place: p, text: t})
				continue
			}
			edits = append(edits, Edit{Place: fields.Place{
				Pointer: l.pointer + "/" + strconv.Itoa(size), Name: fmt.Sprintf("%s[%d]", l.name, size), Parent: p.Parent,
			}, text: t})
			size++
		}
	}
	return edits
}

// coverage returns the parts of value before and after its host, and which hosts value stands
// for. The host "" is that of a rule for every host.
func coverage(row fields.Row, value string, hosts []string) (scope, rest string, covers func(host string) bool) {
	tokens := row.Form.Hosts(value)
	if len(tokens) > 0 {
		scope, rest = value[:tokens[0].Start], value[tokens[0].End:]
	}
	mentioned := row.Is == fields.HostReference
	return scope, rest, func(host string) bool {
		if len(tokens) == 0 || mentioned && (len(tokens) > 1 || !slices.Contains(hosts, tokens[0].Host)) {
			return !mentioned && row.Form.Extent(value) == fields.Everything
		}
		parent, wildcard := strings.CutPrefix(tokens[0].Host, "*")
		return wildcard && (parent == "" || strings.HasSuffix(host, parent) && !strings.HasPrefix(host, "*"))
	}
}
