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

// Left returns the places of r that stay as they are after edits, and that could lead out of
// the preview. The reason of each has the field and the value. A Job in the administration
// namespace has no edits.
func (e *Editor) Left(r *resource.Resource, edits []Edit) []object.Problem {
	var all []object.Problem
	add := func(reason, fix string) {
		all = append(all, object.Problem{Reason: reason, Fix: fix})
	}
	kept := e.table.Kept(r)
	left := leftTexts(r, edits, kept)
	e.leftHosts(r, left, add)
	e.leftDomains(r, left, add)
	e.leftNamespaces(r, edits, kept, add)
	e.unknownHosts(r, left, add)
	e.unservedHosts(r, kept, add)
	return all
}

// leftText is a string of the base, with the part that stays as it is.
type leftText struct {
	fields.Place
	text string
}

// replaced stands for a part of a text that overlays replace. It is no part of a name.
const replaced = " "

// leftTexts returns the strings of r after edits, except those that are kept.
func leftTexts(r *resource.Resource, edits []Edit, kept map[*yaml.Node]bool) []leftText {
	edited := map[string]text{}
	for _, e := range edits {
		edited[e.Place.Pointer] = e.text
	}
	var all []leftText
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		if isIdentity(p) || kept[p.Node] {
			return true
		}
		if t, ok := edited[p.Pointer]; ok {
			all = append(all, leftText{p, t.literals()})
		} else {
			all = append(all, leftText{p, object.String(p.Node)})
		}
		return true
	})
	return all
}

// literals returns the parts of t that are the same in all previews.
func (t text) literals() string {
	var b strings.Builder
	for _, s := range t {
		if s.isHost || s.isNamespace {
			b.WriteString(replaced)
		} else {
			b.WriteString(s.literal)
		}
	}
	return b.String()
}

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
	known := map[string]bool{}
	for _, row := range e.table.Rows(r.GetGvk(), fields.Host, fields.HostReference) {
		if row.Declared || row.Owned {
			for _, place := range row.Places(r.YNode()) {
				known[place.Pointer] = true
			}
		}
	}
	for _, l := range left {
		if known[l.Pointer] || !fields.CanHaveHost(l.Place) || fields.AvoidsProxy(l.Place) {
			continue
		}
		for _, domain := range fields.WrittenDomains(l.text) {
			reported := e.isOfBase(domain) || e.isOfBase("*."+domain) && slices.Contains(fields.WrittenHosts(l.text), "*."+domain)
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

// leftNamespaces adds the fields that still have a namespace of the base.
func (e *Editor) leftNamespaces(r *resource.Resource, edits []Edit, kept map[*yaml.Node]bool, add func(reason, fix string)) {
	moved := map[string]bool{}
	for _, d := range edits {
		moved[d.Place.Pointer] = slices.ContainsFunc(d.text, func(s segment) bool { return s.isNamespace })
	}
	e.own.mentionsIn(r, e.table, func(p fields.Place, found []mention) {
		for _, m := range found {
			if kept[p.Node] || m.moves && moved[p.Pointer] {
				continue
			}
			namespace := m.In(object.String(p.Node))
			reason, fix := e.whyLeft(r, p, m, namespace)
			add(object.ShortName(p.Name)+" "+reason, fix)
			return
		}
	})
}

// whyLeft returns why overlays leave a namespace of the base at p, and the remedy.
func (e *Editor) whyLeft(r *resource.Resource, p fields.Place, m mention, namespace string) (reason, fix string) {
	switch {
	case m.Unsure():
		return fmt.Sprintf("seems to have the namespace %s of the base, which overlays leave as it is", namespace), e.remedyFor(r, p, fields.Namespace)
	case !e.own.has(m.Reference, namespace):
		name := strings.Join(m.Kinds, " or ") + " " + m.Name
		return fmt.Sprintf("leads to %s in the namespace %s of the base, but the base does not have this object", object.OneLine(strings.TrimSpace(name)), namespace),
			remedyForMissing(r, p)
	}
	return fmt.Sprintf("has the namespace %s of the base, which overlays leave as it is", namespace), e.remedyFor(r, p, fields.Namespace)
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
		if host == "" || known[l.Pointer] || e.isOfBase(host) || e.sample.has(host) || e.hostIn(strings.TrimPrefix(host, "*.")) != "" && len(fields.WrittenDomains(l.text)) > 0 {
			continue
		}
		fix := rowFor(r, l.Place, fields.Host) + ", or with is: " + string(fields.Link) + " if another system serves the host"
		if fields.Whole.Extent(l.text) == fields.Unknown {
			fix = "set it in a component from the ConfigMap " + e.parameters + ", or, if another system serves the host, " + rowFor(r, l.Place, fields.Link)
		}
		add(fmt.Sprintf("%s could be the host %s of the application, but previewset does not know the field", object.ShortName(l.Name), host), fix)
	}
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
				if !kept[place.Node] && fields.IsPublic(token.Host) && !e.isServed(token.Host) && !e.isOfBase(token.Host) && !e.sample.has(token.Host) {
					add(fmt.Sprintf("%s has the host %s, which no object of the base serves, so overlays leave it as it is", object.ShortName(place.Name), token.Host),
						"remove it, or set it in a component from the ConfigMap "+e.parameters)
				}
			}
		}
	}
}

// isServed reports whether host is a wildcard of a host of the base, which is replaced with it.
func (e *Editor) isServed(host string) bool {
	parent, wildcard := strings.CutPrefix(host, "*.")
	return wildcard && slices.Contains(e.Hosts, parent)
}

// knownFields returns the pointers of the fields of hosts that rows of the table have.
func (e *Editor) knownFields(r *resource.Resource) map[string]bool {
	known := map[string]bool{}
	for _, row := range e.table.Rows(r.GetGvk(), fields.Host, fields.HostReference) {
		for _, place := range row.Places(r.YNode()) {
			known[place.Pointer] = true
		}
	}
	return known
}

// remedyForHost returns the remedy for a host at p. A row of a link replaces only the hosts
// of the base, in their plain form. The first row of a field counts.
func (e *Editor) remedyForHost(r *resource.Resource, p fields.Place, host string) string {
	if e.knownFields(r)[p.Pointer] || !slices.Contains(e.Hosts, host) || !strings.Contains(strings.ToLower(object.String(p.Node)), host) {
		return "set it in a component from the ConfigMap " + e.parameters
	}
	return e.remedyFor(r, p, fields.Link)
}

// remedyForDomain returns the remedy for a domain at p.
func (e *Editor) remedyForDomain(r *resource.Resource, p fields.Place) string {
	return "set it in a component from the ConfigMap " + e.parameters + ", or, if it is for other hosts, " + rowFor(r, p, fields.Link)
}

// remedyFor returns the remedy for a value of the base at p. is is the value's name in
// overlay.fields.
func (e *Editor) remedyFor(r *resource.Resource, p fields.Place, is fields.Is) string {
	if len(object.String(p.Node)) > maxEdited {
		return "set it in a component from the ConfigMap " + e.parameters
	}
	return rowFor(r, p, is) + ", or set it in a component from the ConfigMap " + e.parameters
}

// RowForImage returns the remedy that adds the field of r with an image that matches accepts to
// overlay.fields; "" if no text of r is this image, or the set keeps it.
func (e *Editor) RowForImage(r *resource.Resource, matches func(reference string) bool) (row string) {
	kept := e.table.Kept(r)
	fields.Texts(r.YNode(), func(p fields.Place) bool {
		// A name without a tag or a registry could mean anything.
		if value := object.String(p.Node); strings.ContainsAny(value, ":/@") && matches(value) && !kept[p.Node] && !isIdentity(p) {
			row = rowFor(r, p, fields.Image)
		}
		return row == ""
	})
	return row
}

// remedyForMissing returns the remedy for a reference at p to an object that the base does
// not have. A controller that previewset does not know can create it.
func remedyForMissing(r *resource.Resource, p fields.Place) string {
	const fix = "add the object to the base, or refer to one that all previews can use"
	if len(object.String(p.Node)) > maxEdited {
		return fix
	}
	return fix + ", or, if each preview has the object in another way, " + rowFor(r, p, fields.Namespace)
}

// rowFor returns the remedy that adds the field at p of r to overlay.fields.
func rowFor(r *resource.Resource, p fields.Place, is fields.Is) string {
	if path, err := fields.ParsePath(p.Name); err == nil && p.Name == object.ShortName(p.Name) && len(path.Places(r.YNode())) == 1 {
		group := ""
		if r.GetGvk().Group != "" {
			group = fmt.Sprintf("group: %q, ", r.GetGvk().Group)
		}
		return fmt.Sprintf("add {%skind: %s, path: %q, is: %s} to overlay.fields", group, r.GetKind(), p.Name, is)
	}
	return "add the field to overlay.fields with is: " + string(is)
}
