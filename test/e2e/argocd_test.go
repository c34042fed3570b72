package e2e_test

import (
	"testing"

	"github.com/previewset/previewset/test/e2e/parts"
)

func TestArgoCD2(t *testing.T) { testWith(t, parts.ArgoCD2, "separate-pruner") }

func TestArgoCD3(t *testing.T) { testWith(t, parts.ArgoCD3, "single") }

// testWith runs all parts with one version of Argo CD, in one environment, so that a part
// detects leftovers of an earlier part. Argo CD mostly waits, so the environments of both
// versions run at the same time.
func testWith(t *testing.T, argocd, overlay string) {
	t.Parallel()
	fx := newFixture(t, argocd, overlay)
	d := openDatabases(t, fx)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"install", testInstall},
		{"lifecycle", testLifecycle},
		{"databases", func(t *testing.T, _ *fixture) { testDatabases(t, d) }},
		{"ui", testUI},
		{"revision", testRevision},
		{"hooks", testHooks},
		{"examples", testExamples},
		{"options", testOptions},
		{"failing", testFailing},
		{"feedback", testFeedback},
		{"faults", testFaults},
		{"identity", testIdentity},
		{"migration", testMigration},
		{"secrets and deletions", func(t *testing.T, fx *fixture) { fx.checkAll(t) }},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, fx) }) {
			return
		}
	}
}
