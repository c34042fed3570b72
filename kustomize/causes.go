package kustomize

import (
	"cmp"
	"errors"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// problem is why an object is refused. The object is "Kind name".
type problem struct{ object, reason string }

// nameCauses adds to each refusal in err the file of the component that changes the object so
// that it is refused. Kustomize records which transformers an object has passed, and not
// which of them changed it, so only builds with fewer components show the cause. c is the
// content of the overlay of a sample preview.
func (b *Base) nameCauses(err error, c content) {
	causes := b.causes(c)
	for _, refused := range refusalsIn(err) {
		i := causes[problem{refused.Resource, refused.Reason}]
		if i == 0 {
			continue
		}
		part := b.renderer.components[i-1]
		if part.dir == "" || !closure.Within(refused.Path, part.dir) {
			file, _ := b.files.Kustomization(part.dir)
			refused.Reason += " (changed by " + cmp.Or(file, part.String()) + ")"
		}
	}
}

// causes returns the number of the component, from 1, that causes each problem of an object.
// It stops at a component without which the others do not build.
func (b *Base) causes(c content) map[problem]int {
	causes := map[problem]int{}
	var before map[problem]bool
	k, files := b.plain(c)
	parts := k.Components
	for i := range len(parts) + 1 {
		k.Components = parts[:i]
		built, err := b.buildWith(c.dir, k, files)
		if err != nil {
			return causes
		}
		found := b.problems(built.Resources())
		for p := range found {
			if !before[p] {
				causes[p] = i
			}
		}
		before = found
	}
	return causes
}

// problems returns why the policy refuses objects.
func (b *Base) problems(objects []*resource.Resource) map[problem]bool {
	found := map[problem]bool{}
	for _, o := range closure.View(objects) {
		for _, refused := range refusalsIn(policy.Check([]closure.Object{o}, b.renderer.scope(""), b.facts.source)) {
			found[problem{refused.Resource, refused.Reason}] = true
		}
	}
	return found
}

// refusalsIn returns the refusals that err joins.
func refusalsIn(err error) (all []*object.RefusedError) {
	var joined interface{ Unwrap() []error }
	var refused *object.RefusedError
	switch {
	case errors.As(err, &joined):
		for _, e := range joined.Unwrap() {
			all = append(all, refusalsIn(e)...)
		}
	case errors.As(err, &refused):
		all = append(all, refused)
	}
	return all
}
