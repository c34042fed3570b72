package kustomize

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"

	"github.com/previewset/previewset/generator"
)

// schemaName is what generator.Names promises of a schema.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Draft returns the overlay of p for the directory dir of the repository,
// without building it. The same preview, base and directory make the same
// bytes, so a draft that equals what was rendered and committed before, with
// the same Inputs, needs no check.
func (b *Base) Draft(p generator.Preview, dir string) (o Overlay, err error) {
	defer recovered(dir, &err)
	if err := b.checkDir(dir); err != nil {
		return Overlay{}, err
	}
	if err := checkNames(p.Names, b.renderer.admin, dir); err != nil {
		return Overlay{}, err
	}
	files, err := b.overlay(p, dir)
	if err != nil {
		return Overlay{}, &BuildError{dir, oneLine(err.Error())}
	}
	return Overlay{Dir: dir, Files: files}, nil
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
	o, err = b.Draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return o, b.check(o.Files, p, dir)
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
	case len(n.Host) > 253 || !subdomain.MatchString(n.Host):
		return &BuildError{dir, fmt.Sprintf("%q is not a valid host", oneLine(n.Host))}
	case !schemaName.MatchString(n.DBSchema):
		return &BuildError{dir, fmt.Sprintf("%q is not a valid schema", oneLine(n.DBSchema))}
	}
	return nil
}

func isNamespaceName(s string) bool { return len(s) <= maxLabel && dnsLabel.MatchString(s) }

// overlay returns the files of p's overlay.
func (b *Base) overlay(p generator.Preview, dir string) (map[string][]byte, error) {
	params := p.Params()
	parameters, err := b.parameters(p, params, dir)
	if err != nil {
		return nil, err
	}
	k, err := b.kustomization(p, params, dir)
	if err != nil {
		return nil, err
	}
	k.Patches = append(k.Patches, b.renderer.database.taskPatches(p.DBSchema, parameters)...)
	objects := map[string]any{parametersFile: b.parametersObject(p, parameters)}
	if b.facts.namespace == "" {
		objects[namespaceFile] = b.facts.namespaceObject(p)
	}
	k.Resources = append(sortedKeys(objects), relative(dir, b.renderer.base))
	objects[kustomizationFile] = k
	files, err := writeAll(objects)
	maps.Copy(files, b.library)
	return files, err
}

func (b *Base) kustomization(p generator.Preview, params generator.Params, dir string) (kustomization, error) {
	k := newKustomization()
	k.Namespace = p.Namespace
	for _, c := range b.renderer.components {
		k.Components = append(k.Components, c.from(dir))
	}
	var err error
	if k.Images, err = b.renderer.imagesOf(params); err != nil {
		return k, err
	}
	templates, objects, err := b.renderer.labelsOf(p, params)
	if err != nil {
		return k, err
	}
	k.Labels = []labels{{true, templates}}
	if len(objects) > 0 {
		k.Labels = append(k.Labels, labels{false, objects})
	}
	if k.CommonAnnotations, err = b.renderer.annotationsOf(p, params, b.vars); err != nil {
		return k, err
	}
	if b.facts.namespace != "" {
		k.Patches = append(k.Patches, b.facts.namespacePatch(p))
	}
	for _, r := range b.facts.routes {
		k.Patches = append(k.Patches, r.patch(p.Host))
	}
	for _, w := range b.facts.workloads {
		k.Patches = append(k.Patches, w.patch(p.DBSchema, b.renderer.secretFor(w)))
	}
	for _, job := range b.facts.jobs {
		k.Transformers = append(k.Transformers, multiline(job.moveBack(p)))
	}
	return k, nil
}

// check builds the files and looks at what they build to.
func (b *Base) check(files map[string][]byte, p generator.Preview, dir string) error {
	m, err := run(b.files.with(dir, files), dir)
	if err != nil {
		return err
	}
	origin := func(name string) string {
		if file := b.facts.originOf(name); file != "" {
			return file
		}
		return dir
	}
	in := b.renderer.scope(p.Namespace)
	if err := checkPolicy(m.Resources(), in, origin); err != nil {
		return err
	}
	if err := errors.Join(verify(m.Resources(), p, b.renderer), b.facts.verifyAdmin(m.Resources(), in, p)); err != nil {
		return &BuildError{dir, oneLine(err.Error())}
	}
	return nil
}
