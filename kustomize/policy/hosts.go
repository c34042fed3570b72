package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// onlyOwnHosts refuses fields that serve hosts other than those of the preview.
func onlyOwnHosts(r *resource.Resource, scope Scope) []objection {
	var out []objection
	for _, is := range []fields.Is{fields.Host, fields.OtherHost} {
		for _, row := range scope.Table.Rows(r.GetGvk(), is) {
			for _, place := range row.Places(r.YNode()) {
				if problem, fix := scope.foreignHost(row, place); problem != "" {
					out = append(out, objection{word: allowOtherHost, reason: shortPath(place.Name) + ": " + problem, fix: fix, key: place.Name})
				}
			}
		}
	}
	return out
}

// foreignHost returns what is wrong with the hosts of a field and how to correct it, or
// "".
func (s Scope) foreignHost(row fields.Row, place fields.Place) (problem, fix string) {
	fix = row.Fix
	if fix == "" {
		fix = "write a host that previewset can replace, or remove the field"
	}
	if object.Items(place.Node) != nil {
		return "it is a list", "write a text, or add [] after its name in the path of overlay.fields"
	}
	if !object.IsText(place.Node) {
		return "it is not a text, so it could take the hosts of other applications", fix
	}
	value := object.Scalar(place.Node)
	switch row.Form.Extent(value) {
	case fields.Everything:
		return "it would serve every host, because it names none", fix
	case fields.Patterned:
		return quoted(value) + " could match the hosts of other applications", fix
	case fields.Unknown:
		return "previewset does not find the host in " + quoted(value) + ", so it could take the hosts of other applications", fix
	case fields.Limited:
	}
	for _, h := range row.Form.Hosts(value) {
		switch {
		case h.Host == "*":
			return "it would serve every host", fix
		case row.IsService(h.Host) && !s.isForeignService(h.Host), s.isOwnHost(h.Host):
		case row.IsService(h.Host):
			return quoted(h.Host) + " is a Service of another namespace", "write the name of a Service of the base, without a namespace"
		default:
			return quoted(h.Host) + " is not a host of the preview", fix
		}
	}
	return "", ""
}

// isOwnHost reports whether host is a host of the preview or below one.
func (s Scope) isOwnHost(host string) bool {
	return slices.ContainsFunc(s.Hosts, func(own string) bool {
		return host == own || strings.HasSuffix(host, "."+strings.TrimPrefix(own, "*."))
	})
}

// isForeignService reports whether a name of the cluster is that of a Service in another
// namespace, such as shop.production.svc.cluster.local.
func (s Scope) isForeignService(host string) bool {
	if s.Own == "" {
		return false
	}
	labels := strings.Split(host, ".")
	for at := len(labels) - 1; at > 0; at-- { // a Service and a namespace can have the name svc
		if labels[at] == "svc" {
			return labels[at-1] != s.Own
		}
	}
	return strings.HasSuffix(host, ".cluster.local")
}

func quoted(text string) string {
	const longest = 100
	return `"` + object.Shortened(object.OneLine(text), longest) + `"`
}
