package gitops_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

func TestLeftoversAreEntriesOfOtherSets(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	r := open(t, repo, func() {})
	if got, err := r.Leftovers(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("without entries: got %v, %v, want none", got, err)
	}
	for set, numbers := range map[string][]int64{"shop": {1}, "old": {1, 2, 3}, "older": {7}} {
		desired := gitops.Desired{Previews: previews(set, numbers...)}
		if _, err := r.Apply(t.Context(), set, allPermissions, fixedWork{desired: desired, renderer: fakeRenderer{}}); err != nil {
			t.Fatal(err)
		}
	}
	record := repo.Git(t, "show", "main:previews/old/pr-1/preview.yaml")
	repo.Commit(t, "main", "Others", map[string]string{
		"previews/copy/pr-1/preview.yaml":  record, // a copy is no entry
		"previews/notes/README":            "x\n",
		"previews/none/pr-1/README":        "x\n",
		"previews/README":                  "x\n",
		"previews/older/pr-7/preview.yaml": repo.Git(t, "show", "main:previews/older/pr-7/preview.yaml") + "\n\t{", // damaged
		"previews/old/README":              "x\n",
	})
	want := []gitops.Leftover{{Set: "old", Path: "previews/old", Entries: 3}, {Set: "older", Path: "previews/older", Entries: 1}}
	got, err := r.Leftovers(t.Context(), []string{"shop"})
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	message := want[0].Warning().String()
	before := -1
	for _, step := range []string{"previews/old: it has entries (3)", "delete its ApplicationSet", "wait until Argo CD has deleted", "git rm -r previews/old", "db drop"} {
		if at := strings.Index(message, step); at <= before {
			t.Errorf("got %q, want %q after the steps before it", message, step)
		} else {
			before = at
		}
	}
}

// The number of requests does not depend on the number of entries.
func TestLeftoversNeedFewRequests(t *testing.T) {
	t.Parallel()
	repo := newRepo(t)
	var numbers []int64
	for n := range int64(60) {
		numbers = append(numbers, n+1)
	}
	w := fixedWork{desired: gitops.Desired{Previews: previews("old", numbers...)}, renderer: fakeRenderer{}}
	if _, err := open(t, repo, func() {}).Apply(t.Context(), "old", allPermissions, w); err != nil {
		t.Fatal(err)
	}
	server := gittest.Serve(t, repo, gittest.ServeOptions{})
	found, err := openURL(t, server.URL, func() {}).Leftovers(t.Context(), nil)
	if err != nil || len(found) != 1 || found[0].Entries != len(numbers) {
		t.Fatalf("got %v, %v, want 60 entries", found, err)
	}
	if n := len(server.Requests()); n > 10 {
		t.Errorf("got %d requests, want at most 10: %v", n, server.Requests())
	}
}
