package kinds_test

import (
	"testing"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/kinds"
)

// TestKindsOfFields checks that all kinds of which package fields knows a field have a scope.
func TestKindsOfFields(t *testing.T) {
	t.Parallel()
	for _, row := range fields.Known() {
		if row.Group == fields.AnyGroup {
			continue
		}
		for _, kind := range row.Kinds {
			if kinds.ScopeOf(row.Group, kind) == kinds.Unknown {
				t.Errorf("%s/%s has no scope", row.Group, kind)
			}
		}
	}
}
