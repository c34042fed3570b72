package e2e_test

import (
	"testing"

	"github.com/previewset/previewset/test/e2e/parts"
)

func TestArgoCD2(t *testing.T) { testWith(t, parts.ArgoCD2, "separate-pruner") }

func TestArgoCD3(t *testing.T) { testWith(t, parts.ArgoCD3, "single") }

// testWith runs everything with one version of Argo CD, in one world: what is
// left behind by one part would be found by the next. Argo CD mostly waits, so
// the worlds of both versions run at the same time.
func testWith(t *testing.T, argocd, overlay string) {
	t.Parallel()
	b := newBed(t, argocd, overlay)
	d := openDatabases(t, b)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *bed)
	}{
		{"install", testInstall},
		{"life", testLife},
		{"databases", func(t *testing.T, _ *bed) { testDatabases(t, d) }},
		{"seen", testSeen},
		{"revision", testRevision},
		{"hooks", testHooks},
		{"examples", testExamples},
		{"faults", testFaults},
		{"end", func(t *testing.T, b *bed) { b.end(t) }},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, b) }) {
			return
		}
	}
}
