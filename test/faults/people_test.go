package faults_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// What a person does in previewset's folder stays in the history, and what is
// not previewset's stays where it is.
func TestForeignCommitsInThePath(t *testing.T) {
	w, p := changed(t)
	w.person("Into an entry", map[string]string{"previews/shop/br-keep/extra.yaml": "x: 1\n", "previews/shop/br-old/mine": "mine\n"})
	w.person("Beside the entries", map[string]string{
		"previews/shop/NOTES": "notes\n", "previews/shop/mine/README": "no record\n", "previews/other/x": "x\n",
	})
	err := p.sync(t.Context())
	if err != nil {
		t.Error(err)
	}
	w.settled(p, err)
	files := w.gitops.Files(t, "main", "previews")
	for name, want := range map[string]string{"previews/shop/NOTES": "notes", "previews/shop/mine/README": "no record", "previews/other/x": "x"} {
		if files[name] != want {
			t.Errorf("%s is %q", name, files[name])
		}
	}
	if _, ok := files["previews/shop/br-keep/extra.yaml"]; ok {
		t.Error("the entry is not what it should be")
	}
}

// A directory without a record, or with another's, is nobody's to delete or to
// write, and keeps no other preview from going on.
func TestADirectoryThatIsNotOurs(t *testing.T) {
	for name, record := range map[string]string{
		"no record": gittest.Delete, "nonsense": "hello: [\n", "empty": "", "another kind": "apiVersion: v1\nkind: ConfigMap\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, id := range []string{"br-keep", "br-old"} {
				w, p := changed(t)
				was := w.gitops.Files(t, "main", "previews/shop/"+id)["previews/shop/"+id+"/preview.yaml"]
				w.person("Spoil the record", map[string]string{"previews/shop/" + id + "/preview.yaml": record})
				before := w.gitops.Git(t, "rev-parse", "main:previews/shop/"+id)
				if err := p.sync(t.Context()); err != nil {
					t.Errorf("%s: %v", id, err)
				}
				// Nobody remembers what a wanted preview was: there is no answer.
				if err := w.start().sync(t.Context()); (err != nil) != (id == "br-keep") {
					t.Errorf("%s, after a start: %v", id, err)
				}
				if got := w.gitops.Git(t, "rev-parse", "main:previews/shop/"+id); got != before {
					t.Errorf("%s was changed", id)
				}
				if !strings.Contains(strings.Join(w.entries(), " "), "br-new") {
					t.Errorf("%s keeps another from being added: %v", id, w.entries())
				}
				w.person("Fix it", map[string]string{"previews/shop/" + id + "/preview.yaml": was + "\n"})
				if err := p.sync(t.Context()); err != nil { // what has come since it looked last is judged at the next sync
					t.Errorf("%s, fixed: %v", id, err)
				}
				w.heal(p, "br-keep", "br-new")
			}
		})
	}
}

// A record that previewset wrote and a person has spoilt: the entry is written
// again if its preview is wanted, and otherwise left alone.
func TestADamagedRecord(t *testing.T) {
	w, p := changed(t)
	spoilt := map[string]string{}
	for _, id := range []string{"br-keep", "br-old"} {
		name := "previews/shop/" + id + "/preview.yaml"
		spoilt[name] = w.gitops.Files(t, "main", "previews/shop/"+id)[name] + "\nnonsense: [\n"
	}
	w.person("Spoil the records", spoilt)
	w.heal(p, "br-keep", "br-new", "br-old")
}

// A person rewrites the branch: what previewset had there is made again, on
// what the person has left.
func TestRewrittenBranch(t *testing.T) {
	for name, rewrite := range map[string]func(w *world){
		"back to before the entries": func(w *world) { w.gitops.Branch(w.t, "main", "main~2") },
		"another history": func(w *world) {
			w.gitops.DeleteBranch(w.t, "main")
			w.gitops.Commit(w.t, "main", "Begin again", base)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := changed(t)
			rewrite(w)
			w.people = []string{w.gitops.Tip(t, "main")}
			w.heal(p, "br-keep", "br-new")
		})
	}
}

// The same, between the reading of the state and the push. The object that was
// read may even be gone.
func TestRewrittenWhilePushing(t *testing.T) {
	for name, rewrite := range map[string]func(w *world){
		"back": func(w *world) { w.gitops.Branch(w.t, "main", "main~2") },
		"another history": func(w *world) {
			w.gitops.DeleteBranch(w.t, "main")
			w.gitops.Commit(w.t, "main", "Begin again", base)
			w.gitops.Git(w.t, "gc", "--quiet", "--prune=now")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := changed(t)
			w.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Do: func() {
				rewrite(w)
				w.people = []string{w.gitops.Tip(t, "main")}
			}})
			if err := p.sync(t.Context()); err != nil {
				t.Error(err)
			}
			w.heal(p, "br-keep", "br-new")
		})
	}
}

// A deleted branch is not made again: that is for whoever deleted it.
func TestDeletedBranch(t *testing.T) {
	w, p := changed(t)
	tip := w.gitops.Tip(t, "main")
	w.gitops.Branch(t, "elsewhere", "main")
	w.gitops.DeleteBranch(t, "main")
	for _, process := range []*process{p, w.start()} {
		if err := process.sync(t.Context()); !errors.Is(err, gitrepo.ErrNoBranch) {
			t.Errorf("got %v", err)
		}
	}
	if got := w.gitops.Git(t, "for-each-ref", "--format=%(refname)"); got != "refs/heads/elsewhere" {
		t.Errorf("references %s", got)
	}
	w.gitops.Branch(t, "main", tip)
	w.heal(p, "br-keep", "br-new")
}

// The branch is deleted between the reading of the state and the push.
func TestDeletedWhilePushing(t *testing.T) {
	w, p := changed(t)
	tip := w.gitops.Tip(t, "main")
	w.gitops.Branch(t, "elsewhere", "main")
	w.faults.Set(gittest.Fault{Kind: gittest.Pass, Service: gittest.ReceivePack, Do: func() { w.gitops.DeleteBranch(t, "main") }})
	if err := p.sync(t.Context()); !errors.Is(err, gitrepo.ErrNoBranch) {
		t.Errorf("got %v", err)
	}
	if _, there := gittest.TryGit(t, w.gitops.Dir, "rev-parse", "--verify", "refs/heads/main"); there {
		t.Error("the branch was made again")
	}
	w.gitops.Branch(t, "main", tip)
	w.heal(p, "br-keep", "br-new")
}
