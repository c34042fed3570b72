package kustomize_test

import (
	"os"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// TestMain loads Kustomize's schema, as closure.Read does: tests in parallel also use
// Kustomize without this package.
func TestMain(m *testing.M) {
	openapi.Schema()
	os.Exit(m.Run())
}
