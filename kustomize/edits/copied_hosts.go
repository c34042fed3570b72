package edits

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// sample has the names of the sample preview.
type sample struct {
	Names
	// copied are the hosts of the base before its components, by those of the sample
	// preview. Components can copy a host of the preview over a host of the base.
	copied map[string]string
}

func newSample(names Names) sample {
	s := sample{names, map[string]string{}}
	for base, host := range names.Hosts {
		s.copied[host] = base
	}
	return s
}

// has reports whether host is the host of the sample preview or below it.
func (s sample) has(host string) bool {
	return host == s.Host || strings.HasSuffix(host, "."+s.Host)
}

// original returns host, or the host of the base that it replaces.
func (s sample) original(host string) string {
	if base := s.copied[host]; base != "" {
		return base
	}
	return host
}

// in returns the hosts of the base that components have copied to the objects, also to
// fields that serve no hosts. It has the order of hosts.
func (s sample) in(objects []*resource.Resource, hosts []string) []string {
	if len(s.copied) == 0 {
		return nil
	}
	found := map[string]bool{}
	for _, r := range objects {
		fields.Texts(r.YNode(), func(p fields.Place) bool {
			for _, token := range fields.HostsIn(object.String(p.Node)) {
				found[s.copied[token.Host]] = true
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
