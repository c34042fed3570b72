package kustomize

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/kustomize/policy"
)

// Draft returns the overlay of p for the directory dir of the repository, without
// building it. The same preview, base and directory give the same bytes. So a draft needs
// no check if it equals a committed overlay that Render returned for the same Inputs.
func (b *Base) Draft(p generator.Preview, dir string) (o Overlay, err error) {
	defer object.Recovered(dir, &err)
	d, err := b.draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return Overlay{Dir: dir, Files: d.files}, nil
}

// Render returns the draft of p, after it built and checked the overlay.
//
// It returns a *object.BuildError if the overlay does not build, and joined
// *object.RefusedErrors if the built objects must not be committed.
func (b *Base) Render(ctx context.Context, p generator.Preview, dir string) (o Overlay, err error) {
	defer object.Recovered(dir, &err)
	if err := ctx.Err(); err != nil {
		return Overlay{}, err
	}
	d, err := b.draft(p, dir)
	if err != nil {
		return Overlay{}, err
	}
	return Overlay{Dir: dir, Files: d.files}, b.checkDraft(d, p)
}

// Build returns the manifests of o in the format of `kustomize build`. It does not trust
// o: every file that o refers to must be in o or the base, and is checked like a file of
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
		return nil, b.located(err, o.Dir)
	}
	return closure.Print(m, o.Dir)
}

// checkDraft builds d, or fills its template if the result is the same, and checks the
// objects. A filled template can only accept an overlay: if its objects fail the check,
// checkDraft builds the overlay and checks the output of Kustomize.
func (b *Base) checkDraft(d draft, p generator.Preview) error {
	fillable := b.fillable && d.template != nil && d.content.hasPlainValues()
	if fillable {
		if o := d.template.objects.Load(); o != nil && b.checkObjects(o.Fill(d.values), p, d.content) == nil {
			return nil
		}
	}
	built, err := b.files.Build(d.content.dir, d.files)
	if err != nil {
		return b.located(err, d.content.dir)
	}
	objects := closure.View(built.Resources())
	if fillable {
		b.recordBuild(d, objects)
	}
	if err := b.checkObjects(objects, p, d.content); err != nil {
		return err
	}
	return b.compareOnce(d, built.Resources())
}

// checkObjects checks the objects of the overlay of p with the content c.
func (b *Base) checkObjects(read []closure.Object, p generator.Preview, c content) error {
	if err := b.judge(read, p); err != nil {
		return err
	}
	objects := closure.Resources(read)
	origin := func(name string) string { return cmp.Or(b.facts.origins[name], b.renderer.base) }
	if err := b.facts.editor.Collisions(objects, origin); err != nil {
		return err
	}
	if err := verifyVariables(objects, p, b.renderer, origin); err != nil {
		return err
	}
	if err := errors.Join(verify(objects), verifyAdmin(b.facts.jobs, objects, b.renderer.scope(p.Namespace), p)); err != nil {
		return &object.BuildError{Path: b.renderer.base, Reason: object.OneLine(err.Error())}
	}
	return b.checkImages(c.unmatched, objects)
}

// judge returns why the policy refuses the objects of the overlay of p. The errors
// have the files and the names of the base, which is also the file of all other objects. So
// the errors of all previews are the same.
func (b *Base) judge(objects []closure.Object, p generator.Preview) error {
	scope := b.renderer.scope(p.Namespace)
	scope.Hosts = p.AllHosts()
	return policy.Check(objects, scope, func(r *resource.Resource) (file, name string) {
		file, name = b.facts.sourceOf(r, p)
		return cmp.Or(file, b.renderer.base), name
	})
}

// located returns an error of a build in dir with the file that a user can correct: that
// of an object of the base, or of a component of the library, which dir only has a copy
// of. So the errors of all previews are the same.
func (b *Base) located(err error, dir string) error {
	var broken *object.BuildError
	if !errors.As(err, &broken) {
		return err
	}
	out := *broken
	if copied, ok := strings.CutPrefix(broken.Path, dir+"/"+componentsDir+"/"); ok {
		out.Path, out.Reason = builtinPrefix+strings.TrimSuffix(copied, "/"+kustomizationFile), ofBuiltin(broken, copied)
	} else if broken.Path == dir {
		out.Path = cmp.Or(b.facts.fileOf(broken.Resource), dir)
	}
	if out.Path == probeDir {
		out.Path, _ = b.files.Kustomization(b.renderer.base)
	}
	if remedy := "add its name or namespace"; b.sharesName && strings.Contains(out.Reason, "ConfigMap "+parametersName+",") && strings.HasSuffix(out.Reason, remedy) {
		out.Reason = strings.TrimSuffix(out.Reason, remedy) + "rename the one of the base, or remove it in a component before this one"
	}
	if remedy := "add the field"; out.Resource == "ConfigMap "+parametersName && strings.HasSuffix(out.Reason, remedy) {
		out.Reason = strings.TrimSuffix(out.Reason, remedy) + "declare the parameter with an annotation " + declarationPrefix + "KEY"
	}
	return &out
}

// ofBuiltin returns the reason of err in the component copied of the library, whose files
// users cannot correct.
func ofBuiltin(err *object.BuildError, copied string) string {
	name, _, _ := strings.Cut(copied, "/")
	i := strings.LastIndex(err.Reason, ": ")
	if err.Resource != "" || i < 0 {
		return err.Reason
	}
	return err.Reason[:i] + ": change the objects of the base, or copy the component with previewset components copy " + name + ", and change the copy"
}
