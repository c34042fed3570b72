package kustomize

import (
	"context"
	"errors"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// Draft returns the overlay of p for the directory dir of the repository,
// without building it. The same preview, base and directory make the same
// bytes, so a draft that equals what was rendered and committed before, with
// the same Inputs, needs no check.
func (b *Base) Draft(p generator.Preview, dir string) (o Overlay, err error) {
	defer object.Recovered(dir, &err)
	d, err := b.draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return Overlay{Dir: dir, Files: d.files}, nil
}

// Render returns the draft of p after it was built and found good.
//
// It returns a *object.BuildError if the overlay does not build, and several joined
// *object.RefusedError if what it builds must not be committed.
func (b *Base) Render(ctx context.Context, p generator.Preview, dir string) (o Overlay, err error) {
	defer object.Recovered(dir, &err)
	if err := ctx.Err(); err != nil {
		return Overlay{}, err
	}
	d, err := b.draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return Overlay{Dir: dir, Files: d.files}, b.check(d, p)
}

// Build returns the manifests of o, as `kustomize build` prints them. It does
// not trust o: what o refers to is checked as the base was, and must be in o or
// the base.
func (b *Base) Build(ctx context.Context, o Overlay) (out []byte, err error) {
	defer object.Recovered(o.Dir, &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := b.checkDir(o.Dir); err != nil {
		return nil, err
	}
	if err := b.files.Check(o.Dir, o.Files); err != nil {
		return nil, err
	}
	m, err := b.files.Build(o.Dir, o.Files)
	if err != nil {
		return nil, err
	}
	return closure.Print(m, o.Dir)
}

// check builds d, or fills its template where that is the same, and looks at the
// outcome. A filled template only ever lets an overlay pass: one that would be refused
// is built, and what Kustomize makes decides.
func (b *Base) check(d draft, p generator.Preview) error {
	fillable := b.fillable && d.template != nil && d.content.hasPlainValues()
	if fillable {
		if o := d.template.objects.Load(); o != nil && b.judge(o.Fill(d.values), p, d.content.dir) == nil {
			return nil
		}
	}
	built, err := b.files.Build(d.content.dir, d.files)
	if err != nil {
		return err
	}
	objects := built.Resources()
	if fillable {
		b.learn(d, objects)
	}
	return b.judge(objects, p, d.content.dir)
}

// judge looks at what the overlay of p in dir builds to.
func (b *Base) judge(objects []*resource.Resource, p generator.Preview, dir string) error {
	origin := func(name string) string {
		if file := b.facts.originOf(name); file != "" {
			return file
		}
		return dir
	}
	scope := b.renderer.scope(p.Namespace)
	if err := policy.Check(objects, scope, origin); err != nil {
		return err
	}
	if err := errors.Join(verify(objects, p, b.renderer), verifyAdmin(b.facts.jobs, objects, scope, p)); err != nil {
		return &object.BuildError{Path: dir, Reason: object.OneLine(err.Error())}
	}
	return nil
}
