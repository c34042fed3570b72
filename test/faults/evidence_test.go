package faults_test

import (
	"net/http"
	"testing"

	"github.com/previewset/previewset/internal/gitops"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A branch is made, and its entry written by the service, after a pruner has
// read the list of branches and before it reads the entries: that the list does
// not have it says nothing.
func TestAListOlderThanTheEntries(t *testing.T) {
	w := newWorld(t, "keep", "old")
	service := w.startSet("shop", gitops.Permissions{Write: true}, func() {})
	if err := service.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	pruner := w.startSet("shop", gitops.Permissions{Prune: true}, func() {})
	w.app.DeleteBranch(t, "old")
	// The pruner looks at the entries, lists the branches, and looks again.
	w.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.UploadPack, Method: http.MethodGet, Skip: 1, Do: func() {
		w.app.Branch(t, "late", "main")
		if err := service.sync(t.Context()); err != nil {
			t.Error(err)
		}
	}})
	if err := pruner.sync(t.Context()); err != nil {
		t.Error(err)
	}
	w.expect("br-keep", "br-late")
}
