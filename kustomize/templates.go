package kustomize

import (
	"sync"
	"sync/atomic"

	"github.com/previewset/previewset/kustomize/template"
)

// maxTemplates bounds the templates that a base remembers. Overlays of others are
// written and built one by one.
const maxTemplates = 16

// templates are those that were needed so far, by the key of content.split. The zero
// value has none.
type templates struct {
	mu    sync.Mutex
	known map[string]*overlayTemplate
}

// overlayTemplate is what the overlays of contents with one key have in common: so
// YAML is encoded once a key and not once a preview, and where the base is fillable
// Kustomize runs three times and not once a preview.
type overlayTemplate struct {
	files template.Files
	// built counts the overlays that Kustomize built.
	built atomic.Int32
	// objects are what the files build to, nil as long as that is not known.
	objects atomic.Pointer[template.Objects]
}

// get returns the template for key, which create creates the first time. It is nil if
// it would be one too many, or create returned nil.
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
