package kustomize

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
)

// Draft returns the overlay of p for the directory dir of the repository,
// without building it. The same preview, base and directory make the same
// bytes, so a draft that equals what was rendered and committed before, with
// the same Inputs, needs no check.
func (b *Base) Draft(p generator.Preview, dir string) (o Overlay, err error) {
	defer recovered(dir, &err)
	d, err := b.draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return Overlay{Dir: dir, Files: d.files}, nil
}

// Render returns the draft of p after it was built and found good.
//
// It returns a *BuildError if the overlay does not build, and *RefusedErrors,
// joined, if what it builds must not be committed.
func (b *Base) Render(ctx context.Context, p generator.Preview, dir string) (o Overlay, err error) {
	defer recovered(dir, &err)
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
	defer recovered(o.Dir, &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := b.checkDir(o.Dir); err != nil {
		return nil, err
	}
	files := b.files.with(o.Dir, o.Files)
	if err := newClosure(files).kustomization(o.Dir, 0); err != nil {
		return nil, err
	}
	m, err := run(files, o.Dir)
	if err != nil {
		return nil, err
	}
	return manifests(m, o.Dir)
}

// checkDir checks that dir can be an entry's directory.
func (b *Base) checkDir(dir string) error {
	if dir == "." || !fs.ValidPath(dir) || remote(dir) || !printable(dir) {
		return &BuildError{oneLine(dir), "is not a directory below the repository's root"}
	}
	for _, other := range b.dirs {
		if within(dir, other) || within(other, dir) {
			return &BuildError{dir, "the entry and the base can't lie in each other: the base uses " + other}
		}
	}
	return nil
}

// checkNames checks what ends up where a string could do harm.
func checkNames(n generator.Names, admin, dir string) error {
	switch {
	case !isNamespaceName(n.Namespace):
		return &BuildError{dir, fmt.Sprintf("%q is not a valid namespace", oneLine(n.Namespace))}
	case n.Namespace == admin:
		return &BuildError{dir, fmt.Sprintf("the preview's namespace would be the administration namespace, %q", admin)}
	case !isHost(n.Host):
		return &BuildError{dir, fmt.Sprintf("%q is not a valid host", oneLine(n.Host))}
	case !naming.IsSchema(n.DBSchema):
		return &BuildError{dir, fmt.Sprintf("%q is not a valid schema", oneLine(n.DBSchema))}
	}
	return nil
}

// draft is an overlay, and what it was made from.
type draft struct {
	files   map[string][]byte
	content content
	shape   *shape // nil for none
	values  []string
}

// draft returns the overlay of p for dir.
func (b *Base) draft(p generator.Preview, dir string) (draft, error) {
	if err := b.checkDir(dir); err != nil {
		return draft{}, err
	}
	if err := checkNames(p.Names, b.renderer.admin, dir); err != nil {
		return draft{}, err
	}
	c, err := b.content(p, dir)
	if err != nil {
		return draft{}, &BuildError{dir, oneLine(err.Error())}
	}
	key, values := c.open()
	d := draft{content: c, shape: b.shape(key, c, values), values: values}
	if d.shape != nil {
		d.files, err = d.shape.fill(values)
	} else {
		d.files, err = b.write(c)
	}
	if err != nil {
		return draft{}, &BuildError{dir, oneLine(err.Error())}
	}
	maps.Copy(d.files, b.library)
	return d, nil
}

// check builds d, or casts it where that is the same, and looks at the outcome.
func (b *Base) check(d draft, p generator.Preview) error {
	castable := b.castable && d.shape != nil && d.content.opaque()
	if castable {
		if m := d.shape.mould.Load(); m != nil && b.judge(m.cast(d.values), p, d.content.dir) == nil {
			return nil
		}
	}
	built, err := run(b.files.with(d.content.dir, d.files), d.content.dir)
	if err != nil {
		return err
	}
	objects := built.Resources()
	if castable {
		d.shape.add(b, d, objects)
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
	in := b.renderer.scope(p.Namespace)
	if err := checkPolicy(objects, in, origin); err != nil {
		return err
	}
	if err := errors.Join(verify(objects, p, b.renderer), b.facts.verifyAdmin(objects, in, p)); err != nil {
		return &BuildError{dir, oneLine(err.Error())}
	}
	return nil
}
