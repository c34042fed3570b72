package gitops_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestEndedIsEvidenceForOneRepository(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	prune := func(id, trailer string) {
		t.Helper()
		file := "previews/shop/" + id + "/preview.yaml"
		repo.Commit(t, "main", "Add", map[string]string{file: "x\n"})
		message := "shop: prune " + id + "\n\nPreviewset-Set: shop\nPreviewset-Prune: " + id + " reason=merged head=" + strings.Repeat("a", 40) + trailer + "\n"
		repo.Commit(t, "main", message, map[string]string{file: gittest.Delete})
	}
	prune("pr-1", "")
	prune("pr-2", "\nPreviewset-Repository: pr-2 7")
	prune("pr-3", "\nPreviewset-Repository: pr-3 8")
	prune("pr-4", "\nPreviewset-Repository: pr-40 8")
	state, err := open(t, repo, func() {}).State(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		id, repositoryID string
		want             bool
	}{
		"neither has an id":   {"pr-1", "", true},
		"no id in the prune":  {"pr-1", "7", true},
		"any repository":      {"pr-2", "", true},
		"same repository":     {"pr-2", "7", true},
		"another repository":  {"pr-3", "7", false},
		"id of another entry": {"pr-4", "7", true},
		"no entry":            {"pr-9", "7", false},
	} {
		reason, ended, err := state.Ended(t.Context(), tt.repositoryID, tt.id)
		if ended != tt.want || err != nil || ended != (reason == generator.ReasonMerged) {
			t.Errorf("%s: got %q, %t, %v, want %t", name, reason, ended, err, tt.want)
		}
	}
}
