package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// hosts returns the hosts of p on the base, beside its Names.Host. If p keeps former names, it
// must have the hosts that it has had.
func (s *Set) hosts(base *kustomize.Base, p generator.Preview) ([]generator.Host, error) {
	hosts, err := s.Namer.Hosts(s.subject(p), s.nameParams(p), p.Host, p.Hosts, base.Hosts())
	var shared *naming.SharedHostError
	if errors.As(err, &shared) {
		return nil, &object.RefusedError{
			Path:   s.Overlay.Paths[0],
			Reason: fmt.Sprintf("its hosts %s and %s would both become %s", shared.Bases[0], shared.Bases[1], shared.Name),
			Fix:    "set another host for one of them in overlay.hosts",
		}
	}
	return hosts, err
}

// hostWarnings returns a warning for each host in overlay.hosts that the base does not have,
// and one if the base has no host that Names.Host replaces.
func (s *Set) hostWarnings(base *kustomize.Base) (warnings []generator.Warning) {
	for _, host := range s.Namer.BaseHosts() {
		if !slices.ContainsFunc(base.Hosts(), func(h string) bool {
			return strings.EqualFold(h, host) || strings.EqualFold(h, "*."+host)
		}) {
			warnings = append(warnings, generator.Warning{
				Subject: "overlay.hosts." + host,
				Message: fmt.Sprintf("the base in %s does not have this host, so its template has no effect: correct or remove it", s.Overlay.Paths[0]),
			})
		}
	}
	if host := s.Namer.Unserved(base.Hosts()); host != "" && !base.ServesOwnHost() {
		warnings = append(warnings, generator.Warning{
			Subject: "overlay.hosts." + host,
			Message: "this host of the base has another template, so nothing answers at the host of previews, which their URLs have: set names.url to a URL with another host, or the template {{.host}} for one host",
		})
	}
	return warnings
}

// listenerWarnings returns the routes of base that would get no requests in a preview. The
// names of the first change of found stand for those of all.
func (s *Set) listenerWarnings(base *kustomize.Base, found generator.Listing) []generator.Warning {
	if len(found.Changes) == 0 {
		return nil
	}
	p, err := s.rehearsal(found.Repository, found.Changes[0])
	if err == nil {
		p.Hosts, err = s.hosts(base, p)
	}
	if err != nil { // reported for the preview
		return nil
	}
	return base.ListenerWarnings(p)
}

// link returns the URL at which people open p, "" for the default, with a warning if the
// template does not make a URL for p.
func (s *Set) link(p generator.Preview) (string, []generator.Warning) {
	link, err := s.Namer.URL(s.subject(p), s.nameParams(p), p.Host)
	switch {
	case err != nil:
		return "", []generator.Warning{{Subject: p.Key().String(), Message: fmt.Sprintf("its URL is https:// and its host: %v", err)}}
	case link == "https://"+p.Host:
		return "", nil
	}
	return link, nil
}

// plannedHosts returns the further hosts of the previews in the steps of a plan, by id.
func plannedHosts(result gitops.Result) map[string][]generator.Host {
	hosts := map[string][]generator.Host{}
	for _, step := range result.Plan.Steps {
		hosts[step.ID] = step.Hosts
	}
	return hosts
}
