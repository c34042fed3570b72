package upgrade_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/examples"
	gittest "github.com/previewset/previewset/test/fake/git"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
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
	w := newWorld(t, "story", giteatest.New(t))
	w.live()
	tip := w.gitops.Tip(t, "main")
	answers := map[string]string{}
	s := w.serve()
	s.settle(2)
	for _, set := range w.sets() {
		answers[set] = s.ask(set)
	}
	s.Stop(t)
	if now := w.gitops.Tip(t, "main"); now != tip {
		t.Fatalf("the story does not come to rest: %s", w.gitops.Git(t, "log", "-1", "--format=%B", "main"))
	}
	w.save(dir, answers)
}

// live goes through the story: every kind of entry is written, and every kind of
// prune commit is pushed. A pull request's number is its place among those of its
// repository.
func (w *world) live() {
	w.t.Helper()
	w.begin()
	w.configure(w.form("# later"))
	w.sync("1-open")
	w.source.DeleteBranch(w.t, "gone")
	w.sync("2-end")
	w.sync("3-prune")
	w.revert("pr-7")
	w.configure(w.form("# at first"))
	w.sync("4-hold") // more removals than the guard of the set held lets pass
}

// begin fills the Git repositories: branches, the sample application and a component.
func (w *world) begin() {
	w.t.Helper()
	w.source.Commit(w.t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, name := range []string{"plain", "feature/Ü.x", "Feature_A", "日本語", "gone", "old/v1", strings.Repeat("long-", 30) + "end"} {
		w.source.Branch(w.t, name, "main")
		w.source.Commit(w.t, name, "Work on "+name, map[string]string{"work": name + "\n"})
	}
	files, err := examples.ShopBase("apps/shop/base")
	if err != nil {
		w.t.Fatal(err)
	}
	files["components/ours/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [settings.yaml]\n"
	files["components/ours/settings.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours}\ndata: {color: blue}\n"
	w.gitops.Commit(w.t, "main", "Add the base", files)
}

// form returns the configuration without the lines that end in comment.
func (w *world) form(without string) string {
	w.t.Helper()
	var lines []string
	for line := range strings.Lines(w.frozen("config.yaml")) {
		if !strings.HasSuffix(line, without+"\n") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// sync does what a chapter says, and runs a service until it is at rest.
func (w *world) sync(chapter string) {
	w.t.Helper()
	w.forges.do(decodeOps(w.t, []byte(w.frozen(chapter+".jsonl")))...)
	s := w.serve()
	s.settle(3)
	s.Stop(w.t)
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
	write("config.yaml", w.form("# at first"))
	write("forges.jsonl", string(w.forges.encode()))
	write("gitea.json", w.recorded())
	for set, answer := range answers {
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(strings.TrimSpace(answer)), "", "  "); err != nil {
			w.t.Fatal(err)
		}
		write(filepath.Join("answers", set+".json"), indented.String()+"\n")
	}
}

// recorded returns the part of the recording of Gitea that the end of the story needs:
// a new recording has other commits.
func (w *world) recorded() string {
	w.t.Helper()
	scenes := map[string][]giteatest.Answer{}
	w.decode(read(w.t, filepath.Join("..", "fake", "gitea", "testdata", "answers.json")), &scenes)
	part, err := json.MarshalIndent(map[string]any{giteatest.Later: scenes[giteatest.Later]}, "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	return string(part) + "\n"
}
