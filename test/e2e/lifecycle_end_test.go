package e2e_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// reopened closes a pull request and reopens it while its old Application is still being
// deleted. An object with a finalizer delays the deletion.
func (l *lifecycle) reopened(t *testing.T) {
	namespace := l.name(2)
	old, err := l.application(t.Context(), namespace)
	must(t, err)
	release := l.blockDeletion(t, namespace)
	l.allow(namespace)
	must(t, l.Forge.Close(l.numbers[2]))
	await(t, "the Application is being deleted", func(ctx context.Context) error {
		a, err := l.application(ctx, namespace)
		if err == nil && !a.deleting {
			err = fmt.Errorf("state %+v", a)
		}
		return err
	})
	must(t, l.Forge.Reopen(l.numbers[2]))
	l.awaitParameters(t, "shop", namespace)
	release()
	await(t, "a new Application is healthy", func(ctx context.Context) error {
		a, err := l.application(ctx, namespace)
		if err == nil && (a.uid == old.uid || a.synced != "Synced" || a.health != "Healthy") {
			err = fmt.Errorf("state %+v", a)
		}
		return err
	})
	l.checkObjects(t, 2)
}

// merged merges a pull request and checks that only the Git history remains.
func (l *lifecycle) merged(t *testing.T) {
	l.allow(l.name(0))
	must(t, l.Forge.Merge(l.numbers[0]))
	l.awaitOnlyDeleted(t, 0)
	sets, err := l.Parameters(t.Context(), "shop")
	must(t, err)
	for _, p := range sets {
		if p["name"] == l.name(0) {
			t.Errorf("previewset still returns the merged pull request: %v", p)
		}
	}
	id := fmt.Sprintf("pr-%d", l.numbers[0])
	l.awaitPruned(t, "previews/shop/"+id)
	trailer := fmt.Sprintf("Previewset-Set: shop\nPreviewset-Prune: %s reason=merged head=%s", id, l.heads[0])
	if message := l.lastCommit(t, "previews/shop/"+id); !strings.Contains(message, trailer) || !strings.HasPrefix(message, "shop: prune "+id+" (merged)") {
		t.Errorf("commit message: got\n%s\nwant the trailer\n%s", message, trailer)
	}
	l.numbers[0], l.heads[0], err = l.Forge.Open(t.Context(), "change-4", "Change 4", "preview")
	must(t, err)
	l.awaitHealthy(t, l.name(0), "")
}

// lastCommit returns the subject and the trailers, as git parses them, of the newest commit
// that changed path.
func (l *lifecycle) lastCommit(t *testing.T, path string) string {
	t.Helper()
	message, err := l.Forge.GitOps.Git(t.Context(), "log", "-1", "--format=%s%n%(trailers:only,unfold)", "origin/main", "--", path)
	must(t, err)
	return message
}

// reverted removes the label, and reverts the prune commit.
func (l *lifecycle) reverted(t *testing.T) {
	id := fmt.Sprintf("pr-%d", l.numbers[3])
	l.allow(l.name(3))
	must(t, l.Forge.Unlabel(l.numbers[3], "preview"))
	l.awaitOnlyDeleted(t, 3)
	git := l.Forge.GitOps
	l.awaitPruned(t, "previews/shop/"+id)
	pruned, err := git.Git(t.Context(), "log", "-1", "--format=%H", "origin/main", "--", "previews/shop/"+id)
	must(t, err)
	if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(pruned) {
		t.Fatalf("prune commit of %s: got %q, want a hash", id, pruned)
	}
	for _, args := range [][]string{
		{"checkout", "--quiet", "--force", "-B", "main", "origin/main"},
		{"revert", "--no-edit", pruned},
		{"push", "--quiet", "origin", "main"},
	} {
		_, err := git.Git(t.Context(), args...)
		must(t, err)
	}
	l.awaitHealthy(t, l.name(3), "")
	l.checkObjects(t, 3)
}
