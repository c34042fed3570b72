package faults_test

import (
	"net/http"
	"testing"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A pruner reads the list of branches. Then a branch is created, and the service writes
// its entry. Then the pruner reads the entries. It must not delete the new entry, although its
// list lacks the branch.
func TestPrunerKeepsEntriesNewerThanItsList(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "keep", "old")
	service := f.startSet("shop", gitops.Permissions{Write: true}, func() {})
	if err := service.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	pruner := f.startSet("shop", gitops.Permissions{Prune: true}, func() {})
	f.app.DeleteBranch(t, "old")
	// The pruner reads the entries, lists the branches, and reads the entries again.
	f.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.UploadPack, Method: http.MethodGet, Skip: 1, Do: func() {
		f.app.Branch(t, "late", "main")
		if err := service.sync(t.Context()); err != nil {
			t.Error(err)
		}
	}})
	if err := pruner.sync(t.Context()); err != nil {
		t.Error(err)
	}
	f.checkEntries("br-keep", "br-late")
}
