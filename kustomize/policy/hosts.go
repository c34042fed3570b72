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
	for _, row := range scope.Table.Rows(r.GetGvk(), fields.Host) {
		for _, place := range row.Places(r.YNode()) {
			if problem := scope.foreignHost(row, place); problem != "" {
				out = append(out, objection{allowOtherHost, shortPath(place.Name) + ": " + problem, "write a host that previewset can replace, or remove the field"})
			}
		}
	}
	return out
}

// foreignHost returns what is wrong with the hosts of a field, or "".
func (s Scope) foreignHost(row fields.Row, place fields.Place) string {
	if place.Node == nil {
		return "it would serve every host, because it has none"
	}
	value := object.Scalar(place.Node)
	hosts := row.Form.Hosts(value)
	switch {
	case row.Form.HasPattern(value):
		return "its regular expression could match the hosts of other applications"
	case len(hosts) == 0:
		return "previewset does not find the host in " + quoted(value) + ", so it could take the hosts of other applications"
	}
	for _, h := range hosts {
		if !row.IsService(h.Host) && !s.isOwnHost(h.Host) {
			return quoted(h.Host) + " is not a host of the preview"
		}
	}
	return ""
}

// isOwnHost reports whether host is a host of the preview or below one.
func (s Scope) isOwnHost(host string) bool {
	return slices.ContainsFunc(s.Hosts, func(own string) bool {
		return host == own || strings.HasSuffix(host, "."+strings.TrimPrefix(own, "*."))
	})
}

func quoted(text string) string {
	const longest = 100
	return `"` + object.Shortened(object.OneLine(text), longest) + `"`
}
