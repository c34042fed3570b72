package fields

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/object"
)

// Derived calls visit with the kind and the name of r, and of each object that a controller
// creates for it.
func Derived(r *resource.Resource, visit func(kind, name string)) {
	visit(r.GetKind(), r.GetName())
	gvk := r.GetGvk()
	for _, d := range derived {
		if d.Group != gvk.Group || d.Kind != gvk.Kind {
			continue
		}
		if d.Field != "" {
			if name := object.String(object.At(r.YNode(), strings.Split(d.Field, ".")...)); name != "" {
				visit(d.Creates, name)
				continue
			}
		}
		for _, suffix := range d.Suffixes {
			visit(d.Creates, r.GetName()+suffix)
		}
	}
}
