package upgrade_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/gittest"
)

var freeze = flag.String("freeze", "", "write testdata/`NAME` with the current code")

// TestFreeze writes a directory of frozen data. See the documentation of the package.
func TestFreeze(t *testing.T) {
	if *freeze == "" {
		t.Skip("writes frozen data: only with -freeze NAME")
	}
	dir := filepath.Join("testdata", *freeze)
	if _, err := os.Stat(dir); err == nil {
		t.Fatalf("%s exists: frozen data is never written twice", dir)
	}
	w := newWorld(t)
	w.live()
	tip := w.gitops.Tip(t, "main")
	answers := map[string]string{}
	s := w.serve()
	s.settle(2)
	for _, set := range w.sets() {
		answers[set] = s.ask(set)
	}
	s.stop()
	if now := w.gitops.Tip(t, "main"); now != tip {
		t.Fatalf("the story does not come to rest: %s", w.gitops.Git(t, "log", "-1", "--format=%B", "main"))
	}
	w.save(dir, answers)
}

// live goes through the story: every kind of entry is written, and every kind of
// prune commit is pushed.
func (w *world) live() {
	w.t.Helper()
	base(w.t, w.gitops)
	sourceBranches(w.t, w.source)
	w.configure(form("# later"))
	w.forges.do(opening()...)
	w.sync()
	w.forges.do(ends()...)
	w.source.DeleteBranch(w.t, "gone")
	w.sync()
	w.forges.do(op{Do: "label", Repo: "shop", Number: 7, Labels: []string{"no preview"}})
	w.sync()
	w.revert("pr-7")
	w.configure(form("# at first"))
	w.forges.do(holds()...)
	w.sync()
}

// sync runs a service until it is at rest.
func (w *world) sync() {
	w.t.Helper()
	s := w.serve()
	s.settle(3)
	s.stop()
}

// revert reverts the commit that pruned an entry, as a person does.
func (w *world) revert(id string) {
	w.t.Helper()
	commit := w.gitops.Git(w.t, "log", "-1", "--format=%H", "--grep", "Previewset-Prune: "+id+" ", "main")
	clone := w.t.TempDir()
	gittest.Git(w.t, clone, "clone", "--quiet", w.gitops.Dir, ".")
	gittest.Git(w.t, clone, "revert", "--no-edit", commit)
	gittest.Git(w.t, clone, "push", "--quiet", "origin", "HEAD:main")
}

// save writes the frozen data, and checks that an import gives the same hashes.
func (w *world) save(dir string, answers map[string]string) {
	w.t.Helper()
	write := func(name, content string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, r := range map[string]*gittest.Repo{"gitops": w.gitops, "source": w.source} {
		// The stream ends in "done", so that no white space at its end is lost.
		stream := r.Git(w.t, "fast-export", "--all", "--use-done-feature") + "\n"
		again := gittest.NewRepo(w.t, name)
		again.Import(w.t, stream)
		const refs = "--format=%(objectname) %(refname)"
		if got, want := again.Git(w.t, "for-each-ref", refs), r.Git(w.t, "for-each-ref", refs); got != want {
			w.t.Fatalf("an import of %s gives\n%s\nwant\n%s", name, got, want)
		}
		write(name+".fast-export", stream)
	}
	write("config.yaml", form("# at first"))
	write("forges.jsonl", string(w.forges.encode()))
	for set, answer := range answers {
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(strings.TrimSpace(answer)), "", "  "); err != nil {
			w.t.Fatal(err)
		}
		write(filepath.Join("answers", set+".json"), indented.String()+"\n")
	}
}
