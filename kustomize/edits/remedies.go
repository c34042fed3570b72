package edits

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// byComponent returns the remedy that works for any value.
func (e *Editor) byComponent() string {
	return "set it in a component from the ConfigMap " + e.parameters
}

// remedyForHost returns the remedy for a host at p. A row of a link replaces only the hosts
// of the base, in their plain form. The first row of a field counts.
func (e *Editor) remedyForHost(r *resource.Resource, p fields.Place, host string) string {
	if e.knownFields(r)[p.Pointer] || !slices.Contains(e.Hosts, host) || !strings.Contains(strings.ToLower(object.String(p.Node)), host) {
		return e.byComponent()
	}
	return e.remedyFor(r, p, fields.Link)
}

// remedyForDomain returns the remedy for a domain at p.
func (e *Editor) remedyForDomain(r *resource.Resource, p fields.Place) string {
	return e.byComponent() + ", or, if it is for other hosts, " + rowFor(r, p, fields.Link)
}

// remedyFor returns the remedy for a value of the base at p. is is the value's name in
// overlay.fields.
func (e *Editor) remedyFor(r *resource.Resource, p fields.Place, is fields.Is) string {
	if len(object.String(p.Node)) > maxEdited {
		return e.byComponent()
	}
	return rowFor(r, p, is) + ", or " + e.byComponent()
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
