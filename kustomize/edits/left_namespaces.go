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

// leftNamespaces adds the fields that still have a namespace of the base.
func (e *Editor) leftNamespaces(r *resource.Resource, edits []Edit, kept map[*yaml.Node]bool, add func(reason, fix string)) {
	moved := map[string]bool{}
	for _, d := range edits {
		moved[d.Place.Pointer] = slices.ContainsFunc(d.text, func(s segment) bool { return s.isNamespace })
	}
	e.own.mentionsIn(r, e.table, func(p fields.Place, found []mention) {
		for _, m := range found {
			if kept[p.Node] || m.moves && moved[p.Pointer] || e.isInHost(p, m) {
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

// isInHost reports whether m is a part of a host of the base, as in acme.dev in a base with the
// namespace dev. If the host stays, too, leftHosts adds it.
func (e *Editor) isInHost(p fields.Place, m mention) bool {
	return slices.ContainsFunc(fields.HostsIn(object.String(p.Node)), func(t fields.Token) bool {
		return t.Start <= m.Start && m.End <= t.End && e.isOfBase(t.Host)
	})
}
