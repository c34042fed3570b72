package main

import (
	"encoding/json"
	"strings"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

func TestExplainVariants(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	forge.repo.OpenPull(githubtest.Pull{})
	forge.repo.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	forge.repo.Merge(3)
	f.configure(forge.pullRequestSet(f, "{labels: {all: [preview]}}", "  variants: [{name: flag-on}, {name: flag-off}]\n"))
	const label = `has no preview in set shop: it has no label "preview"`
	for argument, want := range map[string][]string{
		"1":             {"pr-1-flag-on has no preview yet in set shop: the next sync writes its entry", "pr-1-flag-off has no preview yet in set shop: the next"},
		"pr-1":          {"pr-1-flag-on has no preview yet", "pr-1-flag-off has no preview yet"},
		"pr-1-flag-off": {"pull request 1 has no preview yet", "shop-pr-1-flag-off"},
		"#2":            {"pr-2-flag-on " + label, "pr-2-flag-off " + label},
		"pr-2-flag-on":  {"pull request 2 " + label},
		"3":             {"pull request 3 has no preview in set shop: it is merged"},
		"pr-3-flag-on":  {"pull request 3 has no preview in set shop: it is merged"},
	} {
		got := f.mustRun("explain", argument)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("explain %s lacks %q: %s", argument, part, got)
			}
		}
		if strings.Contains(argument, "flag") && strings.Count(got, "in set shop") != 1 {
			t.Errorf("explain %s describes other variants, too: %s", argument, got)
		}
	}
	for _, argument := range []string{"1-flag-on", "#1-flag-on", "pr-1-flag"} {
		if status, stdout, stderr := f.run("explain", argument); status != statusFailed || stdout != "" || !strings.Contains(stderr, argument+": unknown change: ") {
			t.Errorf("explain %s: got %d %s%s, want that it is unknown", argument, status, stdout, stderr)
		}
	}
	var found explanation
	if err := json.Unmarshal([]byte(f.mustRun("explain", "1", "--output", "json")), &found); err != nil {
		t.Fatal(err)
	}
	if found.Preview || found.Detail != "0 of 2 variants have a preview" || found.Change != "pull request 1" || len(found.Variants) != 2 || found.Variants[0].Parameters["variant"] != "flag-off" {
		t.Errorf("explain as JSON: %+v", found)
	}
}

// A set that reads the GitOps repository has no preview of the branch that it writes to.
func TestExplainGitOpsBranch(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.gitops.Branch(t, "gh-readonly-queue/main/pr-7", "main")
	f.configure(strings.Replace(gitSet(strings.TrimPrefix(f.gitops.URL(), "file://")), "{exclude: [main]}", "{include: [main, \"**\"]}", 1))
	for branch, want := range map[string]string{"main": "previews are written to its branch main", "gh-readonly-queue/main/pr-7": "it belongs to a merge queue"} {
		if got := f.mustRun("explain", branch); !strings.Contains(got, want) {
			t.Errorf("explain %s lacks %q: %s", branch, want, got)
		}
	}
}

// An entry whose record is damaged is written again, so its preview is explained.
func TestExplainDamagedEntry(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{})
	f.configure(forge.pullRequestSet(f, "", ""))
	s := f.serve()
	s.awaitIDs("shop", "pr-1")
	s.stop()
	const file = "previews/shop/pr-1/preview.yaml"
	record := f.gitops.Git(t, "show", "main:"+file)
	f.gitops.Commit(t, "main", "Break it", map[string]string{file: strings.Replace(record, "kind: Preview", "kind: Prev", 1)})
	want := "pull request 1 has a preview in set shop: the record of its entry can't be read"
	if got := f.mustRun("explain", "1"); !strings.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The preview of an entry that lost its record stays in use. A running service and a
// command that reads the configuration report the same.
func TestExplainEntryWithoutRecord(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"damaged": "{{{\n", "deleted": gittest.Delete} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, app := newFixture(t), shopRepository(t)
			f.configure(gitSet(app.URL()))
			r := &reporters{runningService: f.serve(), f: f}
			r.awaitIDs("shop", "br-cart", "br-search")
			f.gitops.Commit(t, "main", "Break it", map[string]string{"previews/shop/br-cart/preview.yaml": content})
			const (
				subject = "branch cart has a preview in set shop: previews/shop/br-cart exists and does not belong to previewset"
				facts   = "it has no entry, and only a running service still knows its last revision\n  state      behind\n  reason     overlay\n"
			)
			var served string
			f.await("the fault", func() bool {
				_, served, _ = r.ask("explain", "cart")
				return strings.Contains(served, facts)
			})
			got := f.mustRun("explain", "cart")
			headline, _, _ := strings.Cut(got, "\n")
			if !strings.HasPrefix(got, subject) || !strings.Contains(got, facts) || !strings.HasPrefix(served, headline+"\n") {
				t.Errorf("got\n%s\nand from the service\n%s\nwant %s and %s from both", got, served, subject, facts)
			}
			for source, ask := range map[string]func(...string) (int, string, string){"the service": r.ask, "the configuration": f.run} {
				var e explanation
				if _, text, stderr := ask("explain", "cart", "--output", "json"); json.Unmarshal([]byte(text), &e) != nil || !e.Preview {
					t.Errorf("%s: got %s%s, want a preview", source, text, stderr)
				}
			}
		})
	}
}
