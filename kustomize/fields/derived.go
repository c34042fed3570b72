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
	if gvk.Group == "serving.knative.dev" {
		tagged(r, visit)
	}
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

// tagged calls visit with the Service of each tag in the traffic of r, a Service or Route of
// Knative (pkg/reconciler/route/domains/domains.go in knative.dev/serving).
func tagged(r *resource.Resource, visit func(kind, name string)) {
	for _, target := range object.Items(object.At(r.YNode(), "spec", "traffic")) {
		if tag := object.String(object.Child(object.Resolved(target), "tag")); tag != "" {
			visit("Service", tag+"-"+r.GetName())
		}
	}
}
