package kustomize

import (
	"sync"
	"sync/atomic"

	"github.com/previewset/previewset/kustomize/template"
)

// maxTemplates bounds the templates of a base. Overlays without a template are written
// and built one by one.
const maxTemplates = 16

// templates has the templates that were used so far, by the key of content.split. The
// zero value is empty.
type templates struct {
	mu    sync.Mutex
	known map[string]*overlayTemplate
}

// overlayTemplate is the common part of all overlays with one key. With it, YAML is
// encoded once for each key and not once for each preview. If the base is fillable,
// Kustomize runs three times for each key and not once for each preview.
type overlayTemplate struct {
	files template.Files
	// built counts the overlays that Kustomize built.
	built atomic.Int32
	// compared is true after an overlay was compared with the base.
	compared atomic.Bool
	// objects are the built objects of the files, nil while they are not known.
	objects atomic.Pointer[template.Objects]
}

// get returns the template for key. The first call for a key calls create. The result is
// nil if create returned nil, or if the base has maxTemplates other templates.
func (t *templates) get(key string, create func() *overlayTemplate) *overlayTemplate {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, ok := t.known[key]; ok || len(t.known) >= maxTemplates {
		return o
	}
	if t.known == nil {
		t.known = map[string]*overlayTemplate{}
	}
	o := create()
	t.known[key] = o
	return o
}
