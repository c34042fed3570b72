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
		t.Skip("run with -freeze NAME to write frozen data")
	}
	dir := filepath.Join("testdata", *freeze)
	if _, err := os.Stat(dir); err == nil {
		t.Fatalf("%s exists: frozen data is never overwritten", dir)
	}
	in := newInstallation(t, "story", giteatest.New(t))
	in.playStory()
	tip := in.gitops.Tip(t, "main")
	answers := map[string]string{}
	s := in.serve()
	s.awaitSyncs(2)
	for _, set := range in.sets() {
		answers[set] = s.answer(set)
	}
	s.Stop(t)
	if now := in.gitops.Tip(t, "main"); now != tip {
		t.Fatalf("the service still commits after the story: %s", in.gitops.Git(t, "log", "-1", "--format=%B", "main"))
	}
	in.save(dir, answers)
}

// playStory applies the events of the story. previewset writes every kind of entry and
// pushes every kind of prune commit. The number of a pull request is its position among
// the pull requests of its repository.
func (in *installation) playStory() {
	in.t.Helper()
	in.createCommits()
	in.configure(in.configWithout("# later"))
	in.sync("1-open")
	in.source.DeleteBranch(in.t, "gone")
	in.sync("2-end")
	in.sync("3-prune")
	in.revert("pr-7")
	in.configure(in.configWithout("# at first"))
	in.sync("4-hold") // more removals than the guard of the set held permits
}

// createCommits fills the Git repositories: branches, the sample application and a
// component.
func (in *installation) createCommits() {
	in.t.Helper()
	in.source.Commit(in.t, "main", "Begin", map[string]string{"README": "shop\n"})
	for _, name := range []string{"plain", "feature/Ü.x", "Feature_A", "日本語", "gone", "old/v1", strings.Repeat("long-", 30) + "end"} {
		in.source.Branch(in.t, name, "main")
		in.source.Commit(in.t, name, "Work on "+name, map[string]string{"work": name + "\n"})
	}
	files, err := examples.ShopBase("apps/shop/base")
	if err != nil {
		in.t.Fatal(err)
	}
	files["components/ours/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [settings.yaml]\n"
	files["components/ours/settings.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours}\ndata: {color: blue}\n"
	in.gitops.Commit(in.t, "main", "Add the base", files)
}

// configWithout returns the configuration without the lines that end in comment.
func (in *installation) configWithout(comment string) string {
	in.t.Helper()
	var lines []string
	for line := range strings.Lines(in.frozen("config.yaml")) {
		if !strings.HasSuffix(line, comment+"\n") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// sync applies the operations of a chapter and runs a service for three syncs of each
// set.
func (in *installation) sync(chapter string) {
	in.t.Helper()
	in.forges.apply(decodeOps(in.t, []byte(in.frozen(chapter+".jsonl")))...)
	s := in.serve()
	s.awaitSyncs(3)
	s.Stop(in.t)
}

// revert reverts the commit that pruned an entry, as an operator would.
func (in *installation) revert(id string) {
	in.t.Helper()
	commit := in.gitops.Git(in.t, "log", "-1", "--format=%H", "--grep", "Previewset-Prune: "+id+" ", "main")
	clone := in.t.TempDir()
	gittest.Git(in.t, clone, "clone", "--quiet", in.gitops.Dir, ".")
	gittest.Git(in.t, clone, "revert", "--no-edit", commit)
	gittest.Git(in.t, clone, "push", "--quiet", "origin", "HEAD:main")
}

// save writes the frozen data, and checks that an import restores the same hashes.
func (in *installation) save(dir string, answers map[string]string) {
	in.t.Helper()
	write := func(name, content string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			in.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			in.t.Fatal(err)
		}
	}
	for name, r := range map[string]*gittest.Repo{"gitops": in.gitops, "source": in.source} {
		// With --use-done-feature the stream ends in "done". Without it, r.Git would trim
		// white space at the end of the last blob.
		stream := r.Git(in.t, "fast-export", "--all", "--use-done-feature") + "\n"
		again := gittest.NewRepo(in.t, name)
		again.Import(in.t, stream)
		const refs = "--format=%(objectname) %(refname)"
		if got, want := again.Git(in.t, "for-each-ref", refs), r.Git(in.t, "for-each-ref", refs); got != want {
			in.t.Fatalf("import of %s: got refs\n%s\nwant\n%s", name, got, want)
		}
		write(name+".fast-export", stream)
	}
	write("config.yaml", in.configWithout("# at first"))
	write("forges.jsonl", string(in.forges.encode()))
	write("gitea.json", in.giteaRecording())
	for set, answer := range answers {
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(strings.TrimSpace(answer)), "", "  "); err != nil {
			in.t.Fatal(err)
		}
		write(filepath.Join("answers", set+".json"), indented.String()+"\n")
	}
}

// giteaRecording returns the last state of the Gitea recording. It is part of the frozen
// data because a new recording has other commits.
func (in *installation) giteaRecording() string {
	in.t.Helper()
	states := map[string][]giteatest.Answer{}
	in.decode(read(in.t, filepath.Join("..", "fake", "gitea", "testdata", "answers.json")), &states)
	part, err := json.MarshalIndent(map[string]any{giteatest.Later: states[giteatest.Later]}, "", " ")
	if err != nil {
		in.t.Fatal(err)
	}
	return string(part) + "\n"
}
