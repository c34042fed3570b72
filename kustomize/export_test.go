package kustomize

import (
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/previewset/previewset/generator"
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
	for _, r := range objects.Fill(d.values) {
		if err := m.Append(r); err != nil {
			return nil, false, err
		}
	}
	manifests, err = m.AsYaml()
	return manifests, true, err
}

// Write returns the files of p's overlay, written without a template.
func (b *Base) Write(p generator.Preview, dir string) (map[string][]byte, error) {
	c, err := b.content(p, dir)
	if err != nil {
		return nil, err
	}
	return b.write(c)
}
