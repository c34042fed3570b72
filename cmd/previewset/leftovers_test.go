package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/previewset/previewset/plugin"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// Entries of a set that is taken out of the configuration stay, and are reported: once in the
// log, and by each plan, prune and list.
func TestEntriesOfRemovedSetAreReported(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{})
	set := forge.pullRequestSet(f, "", "")
	f.configure(set)
	s := f.serve("--prune")
	s.awaitIDs("shop", "pr-1")
	f.configure(strings.Replace(set, "name: shop", "name: web", 1))
	s.awaitIDs("web", "pr-1")
	const want = "previews/shop: it has entries (1), but no set of this configuration with this name has an overlay"
	s.awaitLog("git rm -r previews/shop")
	for _, command := range [][]string{{"plan"}, {"prune", "--dry-run"}, {"prune"}} {
		got := f.mustRun(command...)
		if !strings.Contains(got, "shop: warning: "+want) || strings.Contains(got, "shop: nothing to prune") {
			t.Errorf("%v: got %q, want only the warning %q about shop", command, got, want)
		}
		var views []struct {
			Set      string
			Warnings []struct{ Subject, Message string }
		}
		if err := json.Unmarshal([]byte(f.mustRun(append(command, "--output", "json")...)), &views); err != nil {
			t.Fatal(err)
		}
		if last := views[len(views)-1]; last.Set != "shop" || len(last.Warnings) != 1 || last.Warnings[0].Subject != "previews/shop" {
			t.Errorf("%v: got %+v, want a warning about shop", command, views)
		}
	}
	r := &reporters{runningService: s, f: f}
	for source, list := range map[string]func(...string) (int, string, string){"the service": r.ask, "the configuration": f.run} {
		if status, got, stderr := list("list"); status != statusDone || !strings.Contains(got, "shop: warning: "+want) {
			t.Errorf("list of %s: got %d %s%s, want the warning %q", source, status, got, stderr, want)
		}
		_, text, _ := list("list", "--output", "json")
		var all plugin.StatesView
		if err := json.Unmarshal([]byte(text), &all); err != nil || len(all.Sets) != 2 || all.Sets[1].Set != "shop" || len(all.Sets[1].Warnings) != 1 {
			t.Errorf("list of %s: got %s, %v, want a warning about shop", source, text, err)
		}
		if status, got, _ := list("list", "--set", "web"); status != statusDone || strings.Contains(got, "shop") {
			t.Errorf("list of %s: got %d %s, want only web", source, status, got)
		}
	}
	if !strings.Contains(f.gitops.Git(t, "ls-tree", "-r", "--name-only", "main"), "previews/shop/pr-1/preview.yaml") {
		t.Error("the entry was deleted")
	}
}
