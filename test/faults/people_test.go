package faults_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// A sync restores entries that a person changed, and keeps all other files.
func TestSyncKeepsFilesOfPeople(t *testing.T) {
	t.Parallel()
	f, p := pendingSync(t)
	f.commitAsPerson("Into an entry", map[string]string{"previews/shop/br-keep/extra.yaml": "x: 1\n", "previews/shop/br-old/mine": "mine\n"})
	f.commitAsPerson("Beside the entries", map[string]string{
		"previews/shop/NOTES": "notes\n", "previews/shop/mine/README": "no record\n", "previews/other/x": "x\n",
	})
	err := p.sync(t.Context())
	if err != nil {
		t.Error(err)
	}
	f.checkAfterFault(p, err)
	files := f.gitops.Files(t, "main", "previews")
	for name, want := range map[string]string{"previews/shop/NOTES": "notes", "previews/shop/mine/README": "no record", "previews/other/x": "x"} {
		if files[name] != want {
			t.Errorf("%s: got %q, want %q", name, files[name], want)
		}
	}
	if _, ok := files["previews/shop/br-keep/extra.yaml"]; ok {
		t.Error("the entry br-keep still has the file that a person added")
	}
}

// A directory without a record, or with the record of another program, is not deleted
// and not changed. It does not affect other previews.
func TestSyncKeepsDirectoriesItDoesNotOwn(t *testing.T) {
	t.Parallel()
	for name, record := range map[string]string{
		"no record": gittest.Delete, "nonsense": "hello: [\n", "empty": "", "another kind": "apiVersion: v1\nkind: ConfigMap\n",
	} {
		for _, id := range []string{"br-keep", "br-old"} {
			t.Run(name+" "+id, func(t *testing.T) {
				t.Parallel()
				keepsDirectory(t, id, record)
			})
		}
	}
}

func keepsDirectory(t *testing.T, id, record string) {
	t.Helper()
	f, p := pendingSync(t)
	dir := "previews/shop/" + id
	original := f.gitops.Files(t, "main", dir)[dir+"/preview.yaml"]
	f.commitAsPerson("Spoil the record", map[string]string{dir + "/preview.yaml": record})
	before := f.gitops.Git(t, "rev-parse", "main:"+dir)
	if err := p.sync(t.Context()); err != nil {
		t.Error(err)
	}
	// A new process does not know whether the wanted preview br-keep is in use: it has no
	// answer.
	if err := f.start().sync(t.Context()); (err != nil) != (id == "br-keep") {
		t.Errorf("a new process: got the error %v", err)
	}
	if got := f.gitops.Git(t, "rev-parse", "main:"+dir); got != before {
		t.Error("the directory was changed")
	}
	if !strings.Contains(strings.Join(f.entries(), " "), "br-new") {
		t.Errorf("got the entries %v, want br-new among them", f.entries())
	}
	f.commitAsPerson("Fix it", map[string]string{dir + "/preview.yaml": original + "\n"})
	if err := p.sync(t.Context()); err != nil { // entries newer than its last list wait for the next sync
		t.Errorf("after the fix: %v", err)
	}
	f.checkRecovery(p, "br-keep", "br-new")
}

// A person damages records that previewset wrote. The entry of a wanted preview is
// written again. The entry of a deleted branch is deleted.
func TestSyncRestoresDamagedRecords(t *testing.T) {
	t.Parallel()
	f, p := pendingSync(t)
	damaged := map[string]string{}
	for _, id := range []string{"br-keep", "br-old"} {
		name := "previews/shop/" + id + "/preview.yaml"
		damaged[name] = f.gitops.Files(t, "main", "previews/shop/"+id)[name] + "\nnonsense: [\n"
	}
	f.commitAsPerson("Damage the records", damaged)
	if err := p.sync(t.Context()); err != nil { // entries newer than its last list wait for the next sync
		t.Error(err)
	}
	f.checkRecovery(p, "br-keep", "br-new")
}

// rewrites are ways to rewrite the branch.
func rewrites() map[string]func(*fixture) {
	return map[string]func(*fixture){
		"to before the entries": func(f *fixture) { f.gitops.Branch(f.t, "main", "main~2") },
		"another history": func(f *fixture) {
			f.gitops.DeleteBranch(f.t, "main")
			f.gitops.Commit(f.t, "main", "Begin again", base)
			f.gitops.Git(f.t, "gc", "--quiet", "--prune=now") // objects that previewset has read are deleted
		},
	}
}

// A person rewrites the branch. A sync writes the entries again, on top of the new tip.
func TestSyncAfterTheBranchIsRewritten(t *testing.T) {
	t.Parallel()
	for name, rewrite := range rewrites() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := pendingSync(t)
			rewrite(f)
			f.people = []string{f.gitops.Tip(t, "main")}
			f.checkRecovery(p, "br-keep", "br-new")
		})
	}
}

// A person rewrites the branch after a sync has read it and before the sync pushes.
func TestSyncWhileTheBranchIsRewritten(t *testing.T) {
	t.Parallel()
	for name, rewrite := range rewrites() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := pendingSync(t)
			f.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Do: func() {
				rewrite(f)
				f.people = []string{f.gitops.Tip(t, "main")}
			}})
			if err := p.sync(t.Context()); err != nil {
				t.Error(err)
			}
			f.checkRecovery(p, "br-keep", "br-new")
		})
	}
}

// A sync does not create a branch that somebody deleted.
func TestSyncDoesNotCreateADeletedBranch(t *testing.T) {
	t.Parallel()
	f, p := pendingSync(t)
	tip := f.gitops.Tip(t, "main")
	f.gitops.Branch(t, "elsewhere", "main")
	f.gitops.DeleteBranch(t, "main")
	for _, process := range []*process{p, f.start()} {
		if err := process.sync(t.Context()); !errors.Is(err, gitrepo.ErrNoBranch) {
			t.Errorf("got the error %v, want %v", err, gitrepo.ErrNoBranch)
		}
	}
	if got, want := f.gitops.Git(t, "for-each-ref", "--format=%(refname)"), "refs/heads/elsewhere"; got != want {
		t.Errorf("got the references %s, want %s", got, want)
	}
	f.gitops.Branch(t, "main", tip)
	f.checkRecovery(p, "br-keep", "br-new")
}

// Somebody deletes the branch after a sync has read it and before the sync pushes.
func TestPushDoesNotCreateADeletedBranch(t *testing.T) {
	t.Parallel()
	f, p := pendingSync(t)
	tip := f.gitops.Tip(t, "main")
	f.gitops.Branch(t, "elsewhere", "main")
	f.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Do: func() { f.gitops.DeleteBranch(t, "main") }})
	if err := p.sync(t.Context()); !errors.Is(err, gitrepo.ErrNoBranch) {
		t.Errorf("got the error %v, want %v", err, gitrepo.ErrNoBranch)
	}
	if _, exists := gittest.TryGit(t, f.gitops.Dir, "rev-parse", "--verify", "refs/heads/main"); exists {
		t.Error("the sync created the branch")
	}
	f.gitops.Branch(t, "main", tip)
	f.checkRecovery(p, "br-keep", "br-new")
}
