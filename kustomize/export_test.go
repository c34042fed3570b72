package kustomize

import (
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize/closure"
)

// Filled returns the manifests that Render checks instead of building the overlay of p.
// It returns false if Render would build the overlay.
func (b *Base) Filled(p generator.Preview, dir string) (manifests []byte, ok bool, err error) {
	d, err := b.draft(p, dir)
	if err != nil || !b.fillable || d.template == nil || !d.content.hasPlainValues() {
		return nil, false, err
	}
	objects := d.template.objects.Load()
	if objects == nil {
		return nil, false, nil
	}
	m := resmap.New()
	for _, r := range closure.Resources(objects.Fill(d.values)) {
		if err := m.Append(r); err != nil {
			return nil, false, err
		}
	}
	manifests, err = m.AsYaml()
	return manifests, true, err
}

// FilledAsRead reports whether the objects that Render checks instead of building the overlay
// of p are those that a cluster reads in its build. It returns true if Render would build it.
func (b *Base) FilledAsRead(p generator.Preview, dir string) (bool, error) {
	d, err := b.draft(p, dir)
	if err != nil || d.template == nil || d.template.objects.Load() == nil {
		return true, err
	}
	built, err := b.files.Build(dir, d.files)
	if err != nil {
		return false, err
	}
	return sameObjects(d.template.objects.Load().Fill(d.values), closure.View(built.Resources())), nil
}

// Write returns the files of p's overlay, written without a template.
func (b *Base) Write(p generator.Preview, dir string) (map[string][]byte, error) {
	c, err := b.content(p, dir)
	if err != nil {
		return nil, err
	}
	return b.write(c)
}

// VerifyVariables checks the variables of an object as those of the built overlay of p.
func (b *Base) VerifyVariables(t testing.TB, p generator.Preview, manifest string) error {
	t.Helper()
	objects, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	return verifyVariables(objects, p, b.renderer, func(name string) string { return b.facts.origins[name] })
}

// ReplacedImage returns the image reference after an entry of overlay.images. It returns
// false if the entry is not valid.
func ReplacedImage(img Image, reference string) (string, bool) {
	t, err := parseImage("images[0]", img, nil)
	if err != nil {
		return "", false
	}
	i, err := t.execute(map[string]any{})
	if err != nil {
		return "", false
	}
	entries := imageEntries{}
	entries.add(i, newImageMatcher(string(i.Name)))
	return entries.replacedBy(0, reference), true
}

// Comparer builds the overlay of p, and returns a function that calls change with a copy of
// the built objects, and compares the result with the base as Render does.
func (b *Base) Comparer(p generator.Preview, dir string) (func(change func([]*resource.Resource) []*resource.Resource) error, error) {
	d, err := b.draft(p, dir)
	if err != nil {
		return nil, err
	}
	built, err := b.files.Build(dir, d.files)
	if err != nil {
		return nil, err
	}
	return func(change func([]*resource.Resource) []*resource.Resource) error {
		d.template = &overlayTemplate{} // one that was not compared
		return b.compareOnce(d, change(built.DeepCopy().Resources()))
	}, nil
}
