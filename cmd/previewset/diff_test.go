package main

import (
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// TestPlanIsAPatch applies the output of plan to a clone with git apply, and compares the
// result with the commit of the service.
func TestPlanIsAPatch(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	s := f.serve("--prune")
	s.awaitIDs("shop", "br-cart", "br-search")
	s.stop()
	f.changeByHand("previews/shop/br-cart/")
	f.changeByHand("previews/shop/br-search/")
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	app.Branch(t, "new", app.Tip(t, "main"))
	app.Branch(t, "bell\u202e", app.Tip(t, "main"))
	app.DeleteBranch(t, "search")
	before := f.gitops.Tip(t, "main")
	patch := f.mustRun("plan")
	if found := firstUnsafe(patch, true); found != "" {
		t.Errorf("plan prints %s", found)
	}
	applied := gittest.Git(t, f.apply(patch), "write-tree")

	f.serve("--prune").awaitSet("shop", func(p params) bool {
		return len(p) == 3 && p["br-search"] == nil && p.text("br-cart", "head_sha") == app.Tip(t, "cart")
	})
	f.await("prune", func() bool { return len(f.gitops.Files(t, "main", "previews/shop/br-search")) == 0 })
	if after := f.gitops.Git(t, "rev-parse", "main^{tree}"); applied != after {
		t.Errorf("the patch differs from the commit:\n%s\npatch:\n%s", f.gitops.Git(t, "diff", before, "main"), patch)
	}
}

// changeByHand commits files of all kinds to a directory of the GitOps repository.
func (f *fixture) changeByHand(dir string) {
	f.t.Helper()
	f.gitops.Commit(f.t, "main", "Change it by hand", map[string]string{
		dir + "empty": "", dir + "no-end": "a\nb", dir + "binary": "\x00\x01\xff" + strings.Repeat("\x00text", 100), dir + "CR": "a\r\nb\r\n",
		dir + "sub dir/two words": "x\n", dir + "größe \"x\"\t\\": "x\n", dir + "bidi": "\u202e\n", dir + "diff": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
		dir + "namespace.yaml": "", dir + "kustomization.yaml": "resources: [namespace.yaml]",
	})
	f.gitops.Import(f.t, strings.ReplaceAll(`commit refs/heads/main
committer T <t@example.test> 1700000000 +0000
data 1
m
from refs/heads/main^0
M 120000 inline DIR/link
data 2
..
M 120000 inline DIR/namespace.yaml
data 18
kustomization.yaml
M 100755 inline DIR/kustomization.yaml
data 1
x
M 100755 inline DIR/run
data 1
x
M 100644 inline "DIR/\377/\377"
data 1
x
`, "DIR/", dir))
}

// apply applies a patch to a clone of the GitOps repository, and returns the
// clone, with the result in the index.
func (f *fixture) apply(patch string) (clone string) {
	f.t.Helper()
	clone = filepath.Join(f.t.TempDir(), "clone")
	gittest.Git(f.t, f.gitops.Dir, "clone", "-q", "-b", "main", f.gitops.Dir, clone)
	f.write("patch", patch)
	gittest.Git(f.t, clone, "apply", "--index", f.file("patch"))
	return clone
}

func TestDiff(t *testing.T) {
	t.Parallel()
	lines := func(changed ...string) string {
		text := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n"
		return strings.NewReplacer(changed...).Replace(text)
	}
	for _, test := range []struct {
		name          string
		before, after []byte
		want          string
	}{
		{"new", nil, []byte("a\n"), "new file mode 100644\nindex 0000000000000000000000000000000000000000..78981922613b2afb6025042ff6bd878ac1994e85\n--- /dev/null\n+++ b/x/f\n@@ -0,0 +1,1 @@\n+a\n"},
		{"deleted", []byte("a\n"), nil, "deleted file mode 100644\nindex 78981922613b2afb6025042ff6bd878ac1994e85..0000000000000000000000000000000000000000\n--- a/x/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n"},
		{"new and empty", nil, []byte{}, "new file mode 100644\nindex 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"},
		{"becomes empty", []byte("a\n"), []byte{}, "index 78981922613b2afb6025042ff6bd878ac1994e85..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 100644\n--- a/x/f\n+++ b/x/f\n@@ -1,1 +0,0 @@\n-a\n"},
		{"no end", []byte("a\nb"), []byte("a\nb\n"), "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		{"two hunks", []byte(lines()), []byte(lines("2\n3", "2\n2.5\n3", "\n14\n", "\n")), "@@ -1,5 +1,6 @@\n 1\n 2\n+2.5\n 3\n 4\n 5\n@@ -11,6 +12,5 @@\n 11\n 12\n 13\n-14\n 15\n 16\n"},
		{"contexts that touch", []byte(lines()), []byte(lines("\n2\n", "\n", "\n9\n", "\n")), "@@ -1,12 +1,10 @@\n 1\n-2\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n 10\n 11\n 12\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			diffs := compareDirs("x", entryOf(test.before), dirOf(test.after))
			for _, d := range diffs {
				newTerminal(&out, &out).diff(d)
			}
			if got := out.String(); len(diffs) != 1 || !strings.HasPrefix(got, "diff --git a/x/f b/x/f\n") || !strings.HasSuffix(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func dirOf(content []byte) map[string][]byte {
	if content == nil {
		return nil
	}
	return map[string][]byte{"f": content}
}

func entryOf(content []byte) map[string]gitrepo.File {
	files := map[string]gitrepo.File{}
	for name, content := range dirOf(content) {
		files[name] = gitrepo.File{Mode: gitrepo.ModeRegular, Content: content}
	}
	return files
}

func TestPlanCountsAsGit(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()) + strings.Replace(gitSet(app.URL()), "name: shop", "name: web", 1))
	s := f.serve()
	s.awaitIDs("shop", "br-cart", "br-search")
	s.awaitIDs("web", "br-cart", "br-search")
	s.stop()
	if got, want := f.mustRun("plan"), "shop: nothing to change, 2 unchanged\nweb: nothing to change, 2 unchanged\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	app.DeleteBranch(t, "search")
	app.Commit(t, "cart", "More", map[string]string{"cart": "more\n"})
	app.Branch(t, "new", app.Tip(t, "main"))
	counts := f.gitCounts(f.apply(f.mustRun("plan", "--set", "web")))
	want := ""
	for _, entry := range []struct{ action, id, why string }{{"update", "br-cart  ", ""}, {"add   ", "br-new   ", ""}, {"prune ", "br-search", "  it is deleted"}} {
		count := counts["previews/web/"+strings.TrimSpace(entry.id)]
		want += fmt.Sprintf("web: %s %s | +%d -%d%s\n", entry.action, entry.id, count.Added, count.Removed, entry.why)
	}
	want += "web: 1 to add, 1 to update, 1 to prune\n"
	if got := f.mustRun("plan", "--set", "web", "--stat"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var views []planView
	if err := json.Unmarshal([]byte(f.mustRun("plan", "--set", "shop,web", "--stat", "--output", "json")), &views); err != nil || len(views) != 2 {
		t.Fatalf("%v: got %+v", err, views)
	}
	for _, step := range views[1].Steps {
		if got, want := *step.Lines, counts["previews/web/"+step.ID]; got != want {
			t.Errorf("%s: got %+v, want %+v", step.ID, got, want)
		}
	}
	if states := views[0].Previews; len(states) != 4 || states[0].ID != "br-cart" || states[0].State != generator.StateBehind {
		t.Errorf("got the states %+v, want that br-cart is behind", states)
	}
	if status, _, stderr := f.run("plan", "--set", "shop", "--set", "nope"); status != statusUsage || !strings.Contains(stderr, `unknown set "nope": the configuration has the sets shop and web`) {
		t.Errorf("got %d %s", status, stderr)
	}
}

// gitCounts returns the lines that git counts in the index of a clone, by entry.
func (f *fixture) gitCounts(clone string) map[string]lineCount {
	f.t.Helper()
	counts := map[string]lineCount{}
	for line := range strings.Lines(gittest.Git(f.t, clone, "diff", "--cached", "--numstat", "--no-renames")) {
		var added, removed int
		var file string
		if _, err := fmt.Sscan(line, &added, &removed, &file); err != nil {
			f.t.Fatal(err)
		}
		dir := path.Dir(file)
		counts[dir] = lineCount{counts[dir].Added + added, counts[dir].Removed + removed}
	}
	return counts
}

// TestPlanReportsFailures breaks the base of many previews. With --exit-code, the failure
// has precedence over the changes.
func TestPlanReportsFailures(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	for i := range 30 {
		app.Branch(t, fmt.Sprintf("many-%02d", i), app.Tip(t, "main"))
	}
	f.gitops.Commit(t, "main", "Break the base", map[string]string{"apps/shop/base/service.yaml": "kind: [\n"})
	f.configure(gitSet(app.URL()) + strings.NewReplacer("name: shop", "name: ok", "base: apps/shop/base", "base: apps/ok").Replace(gitSet(app.URL())))
	f.gitops.Commit(t, "main", "Add a base", map[string]string{
		"apps/ok/kustomization.yaml": "resources: [pod.yaml]\n",
		"apps/ok/pod.yaml":           "apiVersion: v1\nkind: Pod\nmetadata: {name: ok}\nspec: {containers: [{name: ok, image: ghcr.io/acme/shop}]}\n",
	})
	status, out, stderr := f.run("plan", "--exit-code", "--stat")
	if status != statusFailed || strings.Count(out, "can't write") != 1 || strings.Count(out, "apps/shop/base/service.yaml") != 1 {
		t.Errorf("got %d\n%s", status, out)
	}
	for text, want := range map[string]string{
		"shop: can't write 32 previews (br-cart, br-many-00, br-many-01 and 29 more): ": out,
		"shop: 32 can't be written\nok: 32 to add\n":                                    out,
		"previewset: set shop: 32 overlays can't be written\n":                          stderr,
	} {
		if !strings.Contains(want, text) {
			t.Errorf("no %q in\n%s", text, want)
		}
	}
	status, out, _ = f.run("plan", "--output", "json")
	var views []planView
	if err := json.Unmarshal([]byte(out), &views); err != nil || status != statusFailed || len(views[0].Failures) != 32 {
		t.Errorf("got %d, %v\n%s", status, err, out)
	}
}
