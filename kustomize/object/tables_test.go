package object_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/literals"
)

// TestKeysOfLabelsAndAnnotations tries every word of the source code as the key of a label
// or an annotation.
func TestKeysOfLabelsAndAnnotations(t *testing.T) {
	t.Parallel()
	refused := []string{
		"argocd.argoproj.io/sync-wave", "argocd.argoproj.io/hook", "argocd.argoproj.io/tracking-id", "config.kubernetes.io/local-config",
		"config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations",
		"internal.config.kubernetes.io/x", "previewset.dev/x", "previewset.dev/id",
		"", "/", "a b", "x/", "UPPER.example/x", "-x", "x-", "a/b/c", strings.Repeat("x", 64),
		"previewset.dev/", "internal.config.kubernetes.io/", // no name after the slash
	}
	accepted := []string{"team", "acme.dev/team", "argocd.argoproj.io/sync-options", "x.previewset.dev/id", strings.Repeat("x", 63), "A_b.c-d"}
	for _, key := range slices.Concat(refused, accepted) {
		if err := object.CheckKey(key); (err != nil) != slices.Contains(refused, key) {
			t.Errorf("%q: got %v, want a refusal: %t", key, err, err == nil)
		}
	}
	for _, key := range literals.Words(t, ".") {
		if strings.HasSuffix(key, ".io") || strings.Count(key, "/") != 1 {
			continue // the first part of a key, or no key of Kubernetes
		}
		if err := object.CheckKey(key); err != nil && !slices.Contains(refused, key) {
			t.Errorf("%q: got %v, and this test does not know why", key, err)
		}
	}
}
