package gitops_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gittest "github.com/previewset/previewset/test/fake/git"
)

// commitAt commits nothing to main with this message and commit time.
func commitAt(t *testing.T, repo *gittest.Repo, at time.Time, message string) {
	t.Helper()
	repo.Import(t, fmt.Sprintf("commit refs/heads/main\ncommitter p <p@localhost> %d +0000\ndata %d\n%s\nfrom refs/heads/main^0\n", at.Unix(), len(message), message))
}

func pruneMessage(set, id string) string {
	return fmt.Sprintf("%s: prune %s (label)\n\nPreviewset-Set: %s\nPreviewset-Prune: %s reason=label head=%s\n", set, id, set, id, strings.Repeat("a", 40))
}

func TestPrunedSince(t *testing.T) {
	t.Parallel()
	since := time.Date(2040, 3, 1, 12, 0, 0, 0, time.UTC)
	younger, older := since.Add(time.Second), since.Add(-time.Hour)
	for _, test := range []struct {
		name    string
		commits func(commit func(at time.Time, message string))
		want    []string
	}{
		{"at the time and before", func(commit func(time.Time, string)) {
			commit(older, pruneMessage("shop", "pr-1"))
			commit(since, pruneMessage("shop", "pr-2"))
		}, nil},
		{"after the time and in the future", func(commit func(time.Time, string)) {
			commit(younger, pruneMessage("shop", "pr-1"))
			commit(since.Add(time.Hour), pruneMessage("shop", "pr-2"))
		}, []string{"pr-1", "pr-2"}},
		{"other sets and other commits", func(commit func(time.Time, string)) {
			commit(younger, pruneMessage("web", "pr-1"))
			commit(younger, pruneMessage("shop-2", "pr-2"))
			commit(younger, "shop: add pr-3\n\nPreviewset-Set: shop\nPreviewset-Add: pr-3 head="+strings.Repeat("a", 40)+"\n")
			commit(younger, "Revert \"shop: prune pr-4 (label)\"\n\nThis reverts commit "+strings.Repeat("a", 40)+".\n")
		}, nil},
		{"below older commits", func(commit func(time.Time, string)) {
			commit(younger, pruneMessage("shop", "pr-1"))
			for range 15 {
				commit(older, "by a clock that is slow\n")
			}
		}, []string{"pr-1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			repo := newRepo(t)
			test.commits(func(at time.Time, message string) { commitAt(t, repo, at, message) })
			state, err := open(t, repo, func() {}).State(t.Context(), "shop")
			if err != nil {
				t.Fatal(err)
			}
			all, err := state.PrunedSince(t.Context(), since)
			var got []string
			for _, p := range all {
				got = append(got, p.ID)
			}
			slices.Sort(got)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}
