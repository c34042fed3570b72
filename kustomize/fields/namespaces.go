package fields

import (
	"regexp"
	"slices"
	"strings"
)

// ReferencesIn returns the references in text to namespaces, in a form that has no other
// meaning, such as web.shop.svc. They are in the order of the text, and do not overlap.
func ReferencesIn(text string, namespaces []string) []Reference {
	var all []Reference
	for _, p := range namespacePatterns {
		for _, m := range p.FindAllStringSubmatchIndex(text, -1) {
			at := 2 * p.SubexpIndex("ns")
			if !slices.Contains(namespaces, text[m[at]:m[at+1]]) {
				continue
			}
			ref := Reference{Kinds: p.kinds, Start: m[at], End: m[at+1]}
			if i := 2 * p.SubexpIndex("name"); i >= 0 {
				ref.Name = selected(strings.TrimPrefix(strings.TrimPrefix(text[m[i]:m[i+1]], "%2f"), "%2F"))
			}
			all = append(all, ref)
		}
	}
	return ordered(append(all, traefikReferences(text, namespaces)...))
}

// selected returns name, or "" if it stands for all objects of a namespace.
func selected(name string) string {
	if strings.Contains(name, "*") {
		return ""
	}
	return name
}

// traefikName matches an object in the syntax of Traefik, shop-strip@kubernetescrd: the
// namespace, a dash and the name
// (https://doc.traefik.io/traefik/providers/overview/#provider-namespace).
var traefikName = regexp.MustCompile(`([a-z0-9.-]+)@kubernetescrd`)

func traefikReferences(text string, namespaces []string) []Reference {
	var all []Reference
	for _, m := range traefikName.FindAllStringSubmatchIndex(text, -1) {
		full := text[m[2]:m[3]]
		for _, ns := range namespaces {
			if name, ok := strings.CutPrefix(full, ns+"-"); ok {
				all = append(all, Reference{Name: name, Start: m[2], End: m[2] + len(ns)})
			}
		}
	}
	return all
}

// ordered returns references in the order of the text. Of those that overlap, it keeps the
// longest, and the first of equal ones.
func ordered(all []Reference) []Reference {
	slices.SortStableFunc(all, func(a, b Reference) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out []Reference
	for _, ref := range all {
		if len(out) == 0 || ref.Start >= out[len(out)-1].End {
			out = append(out, ref)
		}
	}
	return out
}

// ReferencesAt returns the references of a Namespace field with the value text. found are
// those that ReferencesAt found without the row: with it, all of them certainly mean a
// namespace. The text can have both, as in shop/web.shop.svc.cluster.local.
func (r Row) ReferencesAt(found []Reference, text string, namespaces []string) []Reference {
	all := r.References(text, namespaces)
	for _, ref := range found {
		if r.Declared || ref.Unsure() {
			ref = Reference{Start: ref.Start, End: ref.End}
		}
		all = append(all, ref)
	}
	return ordered(all)
}

// References returns the references of a Namespace field with the value text to
// namespaces, in their order. A field can have several, separated by commas.
func (r Row) References(text string, namespaces []string) []Reference {
	var all []Reference
	at := 0
	for part := range strings.SplitAfterSeq(text, ",") {
		trimmed := strings.Trim(part, ", \t\n")
		start := at + strings.Index(part, trimmed)
		at += len(part)
		if ref, ok := r.reference(trimmed, namespaces); ok {
			ref.Start += start
			ref.End += start
			all = append(all, ref)
		}
	}
	return all
}

// reference returns the reference of one part of a list.
func (r Row) reference(text string, namespaces []string) (Reference, bool) {
	ns, name, found := strings.Cut(text, "/")
	switch {
	case r.Form == Scoped && found:
		name, _, _ = strings.Cut(name, ":")
		name = selected(name)
	case r.Form == Addressed:
		return addressed(text, namespaces)
	case found || r.Form == Scoped:
		return Reference{}, false
	}
	if strings.Contains(name, "/") { // a path
		return Reference{}, false
	}
	if len(r.Of) == 0 {
		name = ""
	}
	return Reference{Kinds: r.Of, Name: name, End: len(ns)}, slices.Contains(namespaces, ns)
}

var address = regexp.MustCompile(`^(?:[a-z0-9+]+://)?(?P<name>[a-z0-9-]+)\.(?P<ns>[a-z0-9-]+)(?:[:/].*)?$`)

func addressed(text string, namespaces []string) (Reference, bool) {
	m := address.FindStringSubmatchIndex(text)
	if m == nil || !slices.Contains(namespaces, text[m[4]:m[5]]) {
		return Reference{}, false
	}
	return Reference{Kinds: serviceKinds, Name: text[m[2]:m[3]], Start: m[4], End: m[5]}, true
}
