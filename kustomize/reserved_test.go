package kustomize_test

import (
	"slices"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// TestReservedParameters checks for the parameters of every preview and the three keys that
// its ConfigMap adds.
func TestReservedParameters(t *testing.T) {
	t.Parallel()
	want := append(generator.ParameterNames(), "admin_namespace", "repository_id", "source")
	slices.Sort(want)
	if got := kustomize.ReservedParameters(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
