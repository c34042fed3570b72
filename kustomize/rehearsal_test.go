package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// TestRehearsalRunsTheMigration counts the containers that run each part of a task: the
// Job's own, and with Back the two that run the migration up and down before it.
func TestRehearsalRunsTheMigration(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{Base: "base", AdminNamespace: "admin", Database: &kustomize.Database{
		Engine: "postgres", Strategy: "schema",
		Migrate: &kustomize.Task{Image: "image-of-the-task:1", Command: []string{"command-up"}, Args: []string{"argument-up"}, Back: []string{"command-down"}},
	}}
	base := load(t, spec, objectsIn(oneConfigMap))
	_, job, _ := strings.Cut(build(t, base, render(t, base, pullRequest())), "name: preview-migrate\n")
	for text, want := range map[string]int{"image: image-of-the-task:1": 3, "- command-up": 2, "- argument-up": 2, "- command-down": 1} {
		if got := strings.Count(job, text); got != want {
			t.Errorf("%s: got %d, want %d in\n%s", text, got, want, job)
		}
	}
}
