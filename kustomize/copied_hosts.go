package kustomize

import (
	"slices"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// copiedHosts are the hosts of the base before its components, by those of the sample
// preview. Components can copy a host of the preview over a host of the base.
type copiedHosts map[string]string

func copiedHostsOf(hosts []string) copiedHosts {
	copied := copiedHosts{}
	for _, h := range exampleHosts(hosts) {
		copied[h.Name] = h.Base
	}
	return copied
}

// original returns host, or the host of the base that it replaces.
func (c copiedHosts) original(host string) string {
	if base := c[host]; base != "" {
		return base
	}
	return host
}

// in returns the hosts of the base that components have copied to the objects, also to
// fields that serve no hosts. It has the order of hosts.
func (c copiedHosts) in(objects []*resource.Resource, hosts []string) []string {
	if len(c) == 0 {
		return nil
	}
	found := map[string]bool{}
	for _, r := range objects {
		fields.Texts(r.YNode(), func(p fields.Place) bool {
			for _, token := range fields.HostsIn(object.String(p.Node)) {
				found[c[token.Host]] = true
			}
			return true
		})
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return !found[host] })
}

// union returns the hosts of all lists, each once.
func union(lists ...[]string) (all []string) {
	for _, host := range slices.Concat(lists...) {
		if !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return all
}
