package edits

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// leftHosts adds the fields that still have a host of the base, or a host below one.
func (e *Editor) leftHosts(r *resource.Resource, left []leftText, add func(reason, fix string)) {
	for _, l := range left {
		if !fields.CanHaveHost(l.Place) {
			continue
		}
		var seen []string
		for _, token := range fields.WrittenHosts(l.text) {
			if e.isOfBase(token) && !slices.Contains(seen, token) {
				seen = append(seen, token)
				add(fmt.Sprintf("%s has the host %s, which overlays leave as it is", object.ShortName(l.Name), token), e.remedyForHost(r, l.Place, token))
			}
		}
	}
}

// leftDomains adds the fields that still have a domain with a host of the base, such as the
// domain of a cookie. The hosts of a preview need not be in it. A set that declares such a
// field knows its domain.
func (e *Editor) leftDomains(r *resource.Resource, left []leftText, add func(reason, fix string)) {
	known := e.fieldsOfHosts(r, func(row fields.Row) bool { return row.Declared || row.Owned })
	for _, l := range left {
		if known[l.Pointer] || !fields.CanHaveHost(l.Place) || fields.AvoidsProxy(l.Place) {
			continue
		}
		for _, domain := range fields.WrittenDomains(l.text) {
			reported := e.isOfBase(domain) || e.isOfBase("*."+domain) && slices.Contains(fields.WrittenHosts(l.text), "*."+domain) // as a host
			if host := e.hostIn(domain); host != "" && !reported {
				add(fmt.Sprintf("%s has the domain %s of the host %s, which overlays leave as it is", object.ShortName(l.Name), domain, host), e.remedyForDomain(r, l.Place))
				break
			}
		}
	}
}

// hostIn returns the first host of the base in domain, or "".
func (e *Editor) hostIn(domain string) string {
	i := slices.IndexFunc(e.Named, func(own string) bool { return strings.HasSuffix(own, "."+domain) })
	if i < 0 {
		return ""
	}
	return e.Named[i]
}

// isOfBase reports whether host is a host of the base or below one. Hosts that components
// have replaced by others count, too.
func (e *Editor) isOfBase(host string) bool {
	return slices.ContainsFunc(e.Named, func(own string) bool {
		return host == own || strings.HasSuffix(host, "."+strings.TrimPrefix(own, "*."))
	})
}

// unknownHosts adds the fields of custom resources that could be hosts, and that no row
// of the table has.
func (e *Editor) unknownHosts(r *resource.Resource, left []leftText, add func(reason, fix string)) {
	if !fields.IsCustom(r.GetGvk()) {
		return
	}
	known := e.knownFields(r)
	for _, l := range left {
		host := fields.UnknownHost(l.Place, l.text, e.Hosts)
		if host == "" || known[l.Pointer] || e.isOfBase(host) || e.sample.has(host) || e.isLeftDomain(l, host) {
			continue
		}
		fix := rowFor(r, l.Place, fields.Host) + ", or with is: " + string(fields.Link) + " if another system serves the host"
		if fields.Whole.Extent(l.text) == fields.Unknown {
			fix = e.byComponent() + ", or, if another system serves the host, " + rowFor(r, l.Place, fields.Link)
		}
		add(fmt.Sprintf("%s could be the host %s of the application, but previewset does not know the field", object.ShortName(l.Name), host), fix)
	}
}

// isLeftDomain reports whether leftDomains adds l because of host.
func (e *Editor) isLeftDomain(l leftText, host string) bool {
	return e.hostIn(strings.TrimPrefix(host, "*.")) != "" && len(fields.WrittenDomains(l.text)) > 0
}

// unservedHosts adds the fields with hosts of the application that no object serves. A
// preview would, for example, request a certificate for a host of production.
func (e *Editor) unservedHosts(r *resource.Resource, kept map[*yaml.Node]bool, add func(reason, fix string)) {
	for _, row := range e.table.Rows(r.GetGvk(), fields.HostReference) {
		if !row.Owned {
			continue
		}
		for _, place := range row.Places(r.YNode()) {
			for _, token := range mentionedIn(row, object.String(place.Node)) {
				if !kept[place.Node] && fields.IsPublic(token.Host) && !e.isServed(token.Host) && !e.isOfBase(token.Host) && !e.sample.has(token.Host) && !e.isOwnService(r, place, token) {
					add(fmt.Sprintf("%s has the host %s, which no object of the base serves, so overlays leave it as it is", object.ShortName(place.Name), token.Host),
						"remove it, or "+e.byComponent())
				}
			}
		}
	}
}

// isOwnService reports whether host, a part of the text at p, is the name of a Service with a
// namespace of the base. leftNamespaces adds it if it stays.
func (e *Editor) isOwnService(r *resource.Resource, p fields.Place, host fields.Token) bool {
	return slices.ContainsFunc(fields.ReferencesAt(r.YNode(), p, e.own.names), func(ref fields.Reference) bool {
		return !ref.Unsure() && host.Start <= ref.Start && ref.End <= host.End
	})
}

// isServed reports whether host is a wildcard of a host of the base, which is replaced with it.
func (e *Editor) isServed(host string) bool {
	parent, wildcard := strings.CutPrefix(host, "*.")
	return wildcard && slices.Contains(e.Hosts, parent)
}
