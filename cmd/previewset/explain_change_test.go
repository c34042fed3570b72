package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
	gittest "github.com/previewset/previewset/test/fake/git"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

// namedStates has changes with names that can be confused.
func namedStates() plugin.StatesView {
	pull := func(set, id string, number int64, branch, variant string) plugin.StateView {
		return plugin.StateView{
			Set: set, ID: id, State: generator.StateDropped, Message: "no", Kind: generator.PullRequest, Number: number, Branch: branch, Variant: variant,
			URL: "https://forge.test/acme/shop/pull/" + strings.TrimPrefix(strings.TrimSuffix(id, "-"+variant), "pr-"),
		}
	}
	branch := func(set, id, name string) plugin.StateView {
		return plugin.StateView{Set: set, ID: id, State: generator.StateDropped, Message: "no", Kind: generator.Branch, Branch: name}
	}
	return plugin.StatesView{
		Sets: []plugin.SetView{{Set: "shop"}, {Set: "web"}},
		Previews: []plugin.StateView{
			branch("shop", "br-42", "42"), branch("shop", "br-pr-4", "pr-4"), branch("shop", "br-feature-search-x", "feature/Search"), branch("shop", "br-dark", "dark"),
			pull("shop", "pr-4", 4, "cart", ""), pull("shop", "pr-42", 42, "dark", ""),
			pull("web", "pr-42-off", 42, "other", "off"), pull("web", "pr-42-on", 42, "other", "on"), pull("web", "pr-1077", 1077, "", ""),
		},
	}
}

// An id comes before a branch, and a branch before a number, in each set.
func TestExplainFindsChange(t *testing.T) {
	t.Parallel()
	server := statesServer(t, namedStates()).URL
	for argument, want := range map[string]string{
		"42":                                     "br-42 pr-42-off pr-42-on",
		"#42":                                    "pr-42 pr-42-off pr-42-on",
		"\tpr-42\n":                              "pr-42 pr-42-off pr-42-on",
		"pr-42-on":                               "pr-42-on",
		"pr-4":                                   "pr-4",
		"4":                                      "pr-4",
		"br-pr-4":                                "br-pr-4",
		"cart":                                   "pr-4",
		"dark":                                   "br-dark pr-42",
		"feature/Search":                         "br-feature-search-x",
		"refs/heads/feature/Search":              "br-feature-search-x",
		"https://forge.test/acme/shop/pull/4":    "pr-4",
		"forge.test/acme/shop/pull/4":            "pr-4",
		"Forge.test:443/acme/shop/pull/4/":       "pr-4",
		"https://forge.test/acme/shop/issues/42": "pr-42 pr-42-off pr-42-on",
		"https://forge.test/acme/shop/tree/feature/Search":             "br-feature-search-x",
		"https://forge.test/acme/shop/src/branch/dark":                 "br-dark pr-42",
		"https://FORGE.test/Acme/shop/pull/4/files":                    "pr-4",
		"https://forge.test:443/acme/shop/pull/4/commits/abc?w=1#diff": "pr-4",
	} {
		_, got, stderr := ask(t, server, "explain", argument, "--output", "json")
		var e explanation
		if err := json.Unmarshal([]byte(got), &e); err != nil {
			t.Errorf("%s: got %s%s, want JSON", argument, got, stderr)
			continue
		}
		var ids []string
		for _, v := range append(e.Variants, e) {
			if v.ID != "" {
				ids = append(ids, v.ID)
			}
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%s: got %v, want %s", argument, ids, want)
		}
	}
}

func TestExplainSuggestsNearestName(t *testing.T) {
	t.Parallel()
	server := statesServer(t, namedStates()).URL
	for argument, want := range map[string]string{
		"feature/search": ". Did you mean feature/Search?\n",
		"Dark":           ". Did you mean dark?\n",
		"pr-1078":        ". Did you mean pr-1077?\n",
		"1076":           ". Did you mean 1077?\n",
		"#43":            "#43: no set has it. Did you mean 42?\n",
		"saerch":         ". Did you mean feature/Search?\n",
		"serch":          ". Did you mean feature/Search?\n",
		"9":              "9: no set has it\n",
		"something-else": "something-else: no set has it\n",
		"https://ada:secret@forge.test/acme/shop/pull/5?token=secret": "https://forge.test/acme/shop/pull/5: no set has it\n",
		"https://forge.test/acme/shop-2/pull/4":                       "no set has it\n",
		"https://other.test/acme/shop/pull/4":                         "no set has it\n",
		"other.test/acme/shop/pull/4?token=secret":                    "https://other.test/acme/shop/pull/4: no set has it\n",
		"v1.2/pull/4":                               "v1.2/pull/4: no set has it\n",
		"https://forge.test/acme/shop/pull":         "no set has it\n",
		"ssh://ada:secret@forge.test/acme/shop.git": "ssh://forge.test/acme/shop.git: no set has it\n",
		"https://ada:secret@forge.test:x/acme":      "invalid://url: no set has it\n",
		"a\x1b[31mb":                                "a\\u001B[31mb: no set has it\n",
	} {
		if status, stdout, stderr := ask(t, server, "explain", argument); status != statusFailed || stdout != "" || !strings.HasSuffix(stderr, want) || strings.Contains(stderr, "secret") {
			t.Errorf("%s: got %d %s%s, want %s", argument, status, stdout, stderr, want)
		}
	}
	if status, _, stderr := ask(t, server, "explain", " "); status != statusUsage || !strings.Contains(stderr, "the argument CHANGE is empty") {
		t.Errorf("got %d %s, want a usage error", status, stderr)
	}
}

func TestExplainPrintsFacts(t *testing.T) {
	t.Parallel()
	since := time.Now().Add(-3 * time.Hour).UTC().Truncate(time.Second)
	all := shopStates(since.Add(49 * time.Hour))
	all.Previews[2].HeadSHA, all.Previews[2].CommittedSHA = strings.Repeat("b", 40), strings.Repeat("a", 40)
	all.Previews[2].Parameters = generator.Params{"id": "pr-42", "namespace": "shop-pr-42"}
	want := `pull request 42 has a preview in set shop: apps/shop/base/kustomization.yaml: no such file: deploy.yaml; the entry stays at the commit aaaaaaaa
  state      behind
  reason     overlay
  since      ` + since.Format(time.RFC3339) + ` (3h ago)
  title      Search for products in all languages of the shop
  branch     feature/search
  head       ` + strings.Repeat("b", 40) + `
  committed  ` + strings.Repeat("a", 40) + `
PARAMETER  VALUE
id         pr-42
namespace  shop-pr-42
shop: warning: lifetime.idle: it has no effect
`
	if status, got, stderr := ask(t, statesServer(t, all).URL, "explain", "42"); status != statusDone || got != want || stderr != "" {
		t.Errorf("got %d\n%s%s\nwant\n%s", status, got, stderr, want)
	}
}

// previewset knows that a branch existed from the entry that it had. Forges and Git servers
// report a branch that never existed in the same way as a deleted one.
func TestExplainEndedChanges(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{})
	forge.repo.OpenPull(githubtest.Pull{})
	forge.repo.Merge(2)
	f.configure(strings.Replace(forge.pullRequestSet(f, "{}", ""), "{pullRequests: {}}", "{pullRequests: {}, branches: {include: [\"feature/*\"]}}", 1))
	for status, arguments := range map[int]map[string]string{
		statusDone: {
			"2":                                   "pull request 2 has no preview in set shop: it is merged\n",
			forge.URL + "/acme/shop/issues/1":     "pull request 1 has no preview yet",
			forge.URL + "/acme/shop/pull/2/files": "pull request 2 has no preview in set shop: it is merged\n",
		},
		statusFailed: {
			"99":                                    "99: unknown change: ",
			"pr-99":                                 "does not know pull request 99, or does not show it to these credentials",
			"feature/x":                             "has no branch feature/x, and nothing shows that there was one",
			"br-x":                                  "has no branch br-x, and nothing shows that there was one",
			"chagne-1":                              ". Did you mean change-1?",
			"change_1":                              ". Did you mean change-1?",
			forge.URL + "/acme/shop/pull/99":        "does not know pull request 99",
			forge.URL + "/acme/shop":                "it is not the page of a pull request or branch of ",
			forge.URL + "/acme/shop/milestone/2":    "it is not the page of a pull request or branch of ",
			forge.URL + "/acme/shop/discussions/2":  "it is not the page of a pull request or branch of ",
			forge.URL + "/acme/x/pull/2":            "it is not the page of a pull request or branch of ",
			forge.URL + "/acme/shop/tree/feature/x": "has no branch feature/x",
		},
	} {
		for argument, want := range arguments {
			got, stdout, stderr := f.run("explain", argument)
			if got != status || !strings.Contains(stdout+stderr, want) || strings.Contains(stdout+stderr, "deleted") || strings.Contains(stderr, "repository not found") {
				t.Errorf("%s: got %d %s%s, want %d %s", argument, got, stdout, stderr, status, want)
			}
		}
	}
}

func TestExplainPullRequestOfPlainGit(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	const want = "the source is plain Git, which has no pull requests: use the source of the forge\n"
	for argument, also := range map[string]string{
		"42": "no branch is called 42, and ", "#42": "no branch is called #42, and ", "pr-42": "no branch is called pr-42, and ",
	} {
		want := ": unknown change: " + also + want
		if status, _, stderr := f.run("explain", argument); status != statusFailed || !strings.HasSuffix(stderr, argument+want) {
			t.Errorf("%s: got %d %s, want %s", argument, status, stderr, want)
		}
	}
}

// An error that does not depend on the change has no prefix.
func TestExplainReportsOtherErrorsAsTheyAre(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	for sets, want := range map[string]string{
		gitSet(app.URL()): "previewset: explain: unknown set \"nope\"",
		"- {}\n":          "previewset: " + f.config + ":",
	} {
		f.configure(sets)
		if status, _, stderr := f.run("explain", "cart", "--set", "nope"); status != statusUsage || !strings.HasPrefix(stderr, want) {
			t.Errorf("got %d %s, want %s", status, stderr, want)
		}
	}
}

func TestExplainRemovedEntries(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), gittest.NewRepo(t, "app")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	for _, branch := range []string{"cart", "feature/search", "spike"} {
		app.Branch(t, branch, "main")
	}
	f.configure(gitSet(app.URL()))
	s := f.serve()
	p := s.awaitSet("shop", func(p params) bool { return len(p) == 3 })
	s.stop()
	search := ""
	for id := range p {
		if strings.HasPrefix(id, "br-feature-search") {
			search = id
		}
	}
	for _, branch := range []string{"cart", "feature/search", "spike"} {
		app.Git(t, "branch", "-D", branch)
	}
	byHand := f.gitops.Commit(t, "main", "By hand", map[string]string{"previews/shop/br-spike": gittest.Delete})
	if got := f.mustRun("explain", "cart"); !strings.Contains(got, "branch cart has no preview in set shop: it is deleted; its entry waits for the pruner\n  state      removing\n") {
		t.Errorf("before the prune, got %s", got)
	}
	f.mustRun("prune")
	tip := f.gitops.Tip(t, "main")
	for argument, want := range map[string]string{
		"cart":           "branch cart has no preview in set shop: it is deleted\n  reason     deleted\n  branch     cart\n  removed    br-cart pruned: deleted by the commit " + tip,
		"br-cart":        "branch cart has no preview in set shop: it is deleted\n",
		"feature/search": "  removed    " + search + " pruned: deleted by the commit " + tip,
		"spike":          "branch spike has no preview in set shop: it is deleted\n  reason     deleted\n  branch     spike\n  removed    deleted by hand by the commit " + byHand,
		search:           "branch feature/search has no preview in set shop: it is deleted\n",
	} {
		if got := f.mustRun("explain", argument); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", argument, got, want)
		}
	}
	var e explanation
	if err := json.Unmarshal([]byte(f.mustRun("explain", "cart", "--output", "json")), &e); err != nil || e.Removal == nil || e.Removal.Commit != tip || e.Removal.Reasons["br-cart"] != generator.ReasonDeleted || e.Preview || e.Detail != "it is deleted" {
		t.Errorf("got %+v, %v, want the prune commit", e, err)
	}

	// A server that sends no files of older commits shows the prune commit, but not its record.
	f.gitops.DisableExtensions(t)
	if got, want := f.mustRun("explain", "cart"), "br-cart pruned: deleted by the commit "+tip; !strings.Contains(got, want) {
		t.Errorf("without object filters: got %s, want %s", got, want)
	}
	if _, _, got := f.run("explain", "br-cart"); !strings.Contains(got, "the commit "+tip+" removed the entry br-cart") || !strings.Contains(got, "use the name of the branch") {
		t.Errorf("without object filters: got %s, want the commit and the remedy", got)
	}
}

// Anybody can add and delete directories beside the entries. Only the removal of a record shows
// that there was a preview.
func TestExplainDirectoriesThatAreNoEntries(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), gittest.NewRepo(t, "app")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	for _, branch := range []string{"cart", "spike"} {
		app.Branch(t, branch, "main")
	}
	f.configure(gitSet(app.URL()))
	s := f.serve()
	s.awaitIDs("shop", "br-cart", "br-spike")
	s.stop()
	for _, branch := range []string{"cart", "spike"} {
		app.Git(t, "branch", "-D", branch)
	}
	const entries = "previews/shop/"
	record := f.gitops.Commit(t, "main", "Delete a record", map[string]string{entries + "br-spike/preview.yaml": gittest.Delete})
	directory := f.gitops.Commit(t, "main", "Delete an entry", map[string]string{entries + "br-cart": gittest.Delete})
	f.gitops.Commit(t, "main", "Add directories", map[string]string{
		entries + "br-cart/README": "1", entries + "br-never/README": "1", entries + "br-gone/README": "1", entries + "br-other/preview.yaml": "a: 1\n",
	})
	f.gitops.Commit(t, "main", "Delete one", map[string]string{entries + "br-gone": gittest.Delete})
	for argument, want := range map[string]string{
		"never": "has no branch never, and nothing shows that there was one",
		"gone":  "has no branch gone, and nothing shows that there was one",
		"other": "has no branch other, and nothing shows that there was one",
		"cart":  "it is deleted\n  reason     deleted\n  branch     cart\n  removed    deleted by hand by the commit " + directory,
		"spike": "it is deleted\n  reason     deleted\n  branch     spike\n  removed    deleted by hand by the commit " + record,
	} {
		if _, stdout, stderr := f.run("explain", argument); !strings.Contains(stdout+stderr, want) {
			t.Errorf("%s: got %s%s, want %s", argument, stdout, stderr, want)
		}
	}
}

// A change of a kind that the set does not select is explained, although it is not listed.
func TestExplainKindThatIsNotSelected(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Head: "dark"})
	f.configure(forge.pullRequestSet(f, "{}", ""))
	for argument, want := range map[string]string{
		"main":                             "branch main has no preview in set shop: the set does not select branches: select.branches selects them; no open pull request has this branch as its head\n  state      dropped\n  reason     kind\n",
		forge.URL + "/acme/shop/tree/main": "branch main has no preview in set shop: the set does not select branches",
		forge.URL + "/acme/shop/tree/dark/src/a.go": "pull request 1 has no preview yet in set shop: ",
		"dark": "pull request 1 has no preview yet in set shop: ",
	} {
		if got := f.mustRun("explain", argument); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", argument, got, want)
		}
	}
}

func TestRenderFindsPreview(t *testing.T) {
	t.Parallel()
	f, forge := newFixture(t), newForge(t)
	forge.repo.OpenPull(githubtest.Pull{Head: "dark", Labels: []string{"preview"}})
	forge.repo.OpenPull(githubtest.Pull{Head: "search"})
	set := forge.pullRequestSet(f, "{labels: {all: [preview]}}", "")
	f.configure(set + strings.Replace(set, "name: shop", "name: web\n  variants: [{name: on}, {name: off}]", 1))
	for _, argument := range []string{"1", "#1", "pr-1", "dark", forge.URL + "/acme/shop/pull/1/files"} {
		if got := f.mustRun("render", argument, "--set", "shop"); !strings.Contains(got, "# previews/shop/pr-1/kustomization.yaml\n") {
			t.Errorf("%s: got %s, want the overlay of pr-1", argument, got)
		}
	}
	if got := f.mustRun("render", "pr-1-on"); !strings.Contains(got, "# previews/web/pr-1-on/kustomization.yaml\n") {
		t.Errorf("got %s, want the overlay of pr-1-on", got)
	}
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"1", "--set", "web"}, statusUsage, "render: 1 has several previews: name one of pr-1-off, pr-1-on"},
		{[]string{"1"}, statusUsage, "name one of --set shop pr-1, --set web pr-1-off, --set web pr-1-on"},
		{[]string{"2", "--set", "shop"}, statusFailed, `no such preview: pr-2 in set shop is dropped: it has no label "preview"`},
		{[]string{"pr-3"}, statusFailed, "pr-3: no such preview. Did you mean pr-1?"},
	} {
		if status, _, stderr := f.run(append([]string{"render"}, test.args...)...); status != test.status || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: got %d %s, want %d %s", test.args, status, stderr, test.status, test.want)
		}
	}
}

// A held preview has the rule that would remove it and the key that releases it. One whose
// overlay fails has the file, and the commit in the entry beside the newest head.
func TestStatesOfPreviewsThatStay(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), gittest.NewRepo(t, "app")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	app.Branch(t, "cart", "main")
	f.configure(gitSet(app.URL()))
	s := f.serve()
	s.awaitIDs("shop", "br-cart")
	s.stop()
	committed := app.Tip(t, "cart")
	head := app.Commit(t, "cart", "Move", map[string]string{"a": "2"})
	f.gitops.Commit(t, "main", "Break the base", map[string]string{"apps/shop/base/kustomization.yaml": "resources: [absent.yaml]\n"})
	broken := f.mustRun("explain", "cart")
	for _, want := range []string{
		"branch cart has a preview in set shop: apps/shop/base", "the entry stays at the commit " + committed[:8] + "\n",
		"  state      behind\n  reason     overlay\n  since      20", " ago)\n", "  head       " + head + "\n  committed  " + committed + "\n",
	} {
		if !strings.Contains(broken, want) {
			t.Errorf("a broken base: got\n%s, want %q", broken, want)
		}
	}
	f.configure(strings.Replace(gitSet(app.URL()), "[main]", "[main, cart]", 1))
	held := f.mustRun("explain", "cart")
	for _, want := range []string{"branch cart has a preview in set shop: it matches cart of select.branches.exclude; the guard holds it: ", "guard.allowAll", "  state      held\n  reason     branch\n"} {
		if !strings.Contains(held, want) {
			t.Errorf("a held preview: got\n%s, want %q", held, want)
		}
	}
	if list := f.mustRun("list", "--state", "held"); !strings.Contains(list, "br-cart  held   cart") {
		t.Errorf("got\n%s, want the held preview", list)
	}
}

// A set of a service without a newest state is reported first, with the status of list.
func TestExplainReportsProblemOfSet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set  plugin.SetView
		want string
	}{
		"problem": {plugin.SetView{Set: "shop", Problem: "the forge is away"}, "the forge is away"},
		"problem since a sync": {
			plugin.SetView{Set: "shop", Problem: "the forge is away", TakenAt: time.Unix(1e9, 0).UTC()},
			"the forge is away; its states are of 2001-09-09T01:46:40Z",
		},
		"too old, which names the time": {
			plugin.SetView{Set: "shop", Problem: "the snapshot is from 08:00", TakenAt: time.Unix(1e9, 0), Stale: true}, "the snapshot is from 08:00",
		},
		"stale": {plugin.SetView{Set: "shop", Stale: true}, "its states are of 0001-01-01T00:00:00Z, which is too old"},
	} {
		all := shopStates(time.Now())
		all.Sets[0] = test.set
		server := statesServer(t, all).URL
		if status, got, stderr := ask(t, server, "explain", "42"); status != statusFailed || stderr != "" || !strings.HasPrefix(got, "shop: problem: "+test.want+"\npull request 42 has ") || strings.Count(got, "problem") != 1 {
			t.Errorf("%s: got %d %s%s, want %d and first the problem", name, status, got, stderr, statusFailed)
		}
		if status, got, _ := ask(t, server, "explain", "42", "--output", "json"); status != statusFailed || !strings.Contains(got, `"problem": "`+test.want+`"`) {
			t.Errorf("%s: got %d %s, want %d and the problem", name, status, got, statusFailed)
		}
		if status, got, _ := ask(t, server, "list", "--set", "shop"); status != statusFailed || !strings.Contains(got, "shop: problem: "+test.want+"\n") {
			t.Errorf("%s: list: got %d %s, want %d and the problem", name, status, got, statusFailed)
		}
	}
}

// The error of a set that can't be read is the only one: nobody knows whether the set has the
// change.
func TestUnreadSetHasOneError(t *testing.T) {
	t.Parallel()
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet("/does/not/exist.git"))
	if status, _, stderr := f.run("render", "search"); status != statusFailed || strings.Contains(stderr, "no such preview") || strings.Count(stderr, "previewset: ") != 1 || !strings.Contains(stderr, "search: set shop: ") {
		t.Errorf("render: got %d %s, want only the error of the set", status, stderr)
	}
	f.configure(gitSet(app.URL()))
	f.setGitOps(`{url: "/does/not/exist.git"}`)
	for _, command := range [][]string{{"plan"}, {"prune", "--dry-run"}, {"prune"}, {"render", "search"}} {
		status, _, stderr := f.run(command...)
		if status != statusFailed || strings.Count(stderr, "GitOps repository ") != 1 || !strings.Contains(stderr, "set shop: GitOps repository ") {
			t.Errorf("%v: got %d %s, want the error once", command, status, stderr)
		}
	}
}

// An id that list has cut names the preview, if it is the start of only one.
func TestCutIDsNamePreviews(t *testing.T) {
	t.Parallel()
	long := "br-" + strings.Repeat("long-", 20)
	all := shopStates(time.Now())
	for _, end := range []string{"a1", "b2"} {
		all.Previews = append(all.Previews, plugin.StateView{Set: "shop", ID: long + end, Branch: end, Kind: generator.Branch, State: generator.StateWaiting, Message: "soon"})
	}
	all.Previews = append(all.Previews, plugin.StateView{Set: "shop", ID: "br-c3", Branch: "br-ma…", Kind: generator.Branch, State: generator.StateWaiting, Message: "soon"})
	server := statesServer(t, all).URL
	for argument, want := range map[string]string{
		"br-ma…": "branch br-ma… has ", "br-mai…": "branch main has ",
		long + "a…": "branch a1 has ", long + "b...": "branch b2 has ",
		long[:40] + "…": ": no set has it, but the newest states of the set web are not known. It is the start of 2 previews (" + long + "a1 and " + long + "b2)",
		"br-x…":         "no set has it", "…": "no set has it", "...": "no set has it",
		long + "a": "Did you mean " + long + "a1?",
	} {
		if _, stdout, stderr := ask(t, server, "explain", argument); !strings.Contains(stdout+stderr, want) || strings.Contains(want, "no set") && strings.Contains(stdout, "branch ") {
			t.Errorf("%s: got %s%s, want %s", argument, stdout, stderr, want)
		}
	}
	f, app := newFixture(t), shopRepository(t)
	f.configure(gitSet(app.URL()))
	id := listedID(t, f)
	if got := f.mustRun("render", id[:len(id)-2]+"…"); !strings.Contains(got, "/"+id+"/") {
		t.Errorf("render: got %s, want the overlay of %s", got, id)
	}
	if _, _, stderr := f.run("render", id+"x"); !strings.Contains(stderr, "Did you mean ") {
		t.Errorf("render: got %s, want a similar name", stderr)
	}
}

// listedID returns the id of a preview that is not written yet.
func listedID(t *testing.T, f *fixture) string {
	t.Helper()
	var all plugin.StatesView
	if err := json.Unmarshal([]byte(f.mustRun("list", "--state", "waiting", "--output", "json")), &all); err != nil || len(all.Previews) == 0 {
		t.Fatalf("got %+v, %v, want previews", all, err)
	}
	return all.Previews[0].ID
}

// Sets that can't be read do not hide the others, and are reported once.
func TestExplainReportsUnreadSets(t *testing.T) {
	t.Parallel()
	if status, stdout, stderr := ask(t, statesServer(t, shopStates(time.Now())).URL, "explain", "nope"); status != statusFailed ||
		stderr != "previewset: nope: no set has it, but the newest states of the set web are not known\n" || !strings.Contains(stdout, "web: problem: ") {
		t.Errorf("got %d %s%s, want the unread set", status, stdout, stderr)
	}
	f, app := newFixture(t), gittest.NewRepo(t, "web")
	app.Commit(t, "main", "Begin", map[string]string{"a": "1"})
	f.configure(strings.Replace(gitSet(app.URL()), "name: shop", "name: web", 1) + gitSet("/does/not/exist.git"))
	for argument, want := range map[string]int{"main": statusDone, "nope": statusFailed} {
		status, stdout, stderr := f.run("explain", argument)
		if status != want || strings.Count(stdout+stderr, "/does/not/exist.git: ") != 1 || !strings.Contains(stderr, "set shop: ") || strings.Contains(stdout, "branch main has no preview in set web") != (want == statusDone) {
			t.Errorf("%s: got %d %s%s, want %d and one report of set shop", argument, status, stdout, stderr, want)
		}
	}
}

// All sets that can't be read are named, in a way that suits a set called "one".
func TestExplainNamesAllUnreadSets(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"a: no set has it\n": nil,
		"a: no set has it, but the newest states of the set one are not known\n":                       {"one"},
		"a: no set has it, but the newest states of the sets four, one, three and two are not known\n": {"four", "one", "three", "two"},
	} {
		all := plugin.StatesView{Sets: []plugin.SetView{{Set: "shop", TakenAt: time.Now()}}, Previews: []plugin.StateView{}}
		for _, name := range names {
			all.Sets = append(all.Sets, plugin.SetView{Set: name, Problem: "it has not been read yet"})
		}
		if _, _, stderr := ask(t, statesServer(t, all).URL, "explain", "a"); stderr != "previewset: "+want {
			t.Errorf("got %q, want %q", stderr, want)
		}
	}
}

// The page of an issue names the pull request with its number, for a configuration and for its
// service. The page of the repository is that of the changes of the service.
func TestExplainFindsIssueOfServer(t *testing.T) {
	t.Parallel()
	for name, view := range map[string]plugin.StateView{
		"GitHub":             {ID: "pr-4", Kind: generator.PullRequest, Number: 4, URL: "https://forge.test/acme/shop/pull/4"},
		"Gitea":              {ID: "pr-4", Kind: generator.PullRequest, Number: 4, URL: "https://forge.test/acme/shop/pulls/4"},
		"a branch of GitHub": {ID: "br-a", Kind: generator.Branch, Branch: "fix/ü", URL: "https://forge.test/acme/shop/tree/fix/%C3%BC"},
		"a branch of Gitea":  {ID: "br-a", Kind: generator.Branch, Branch: "a", URL: "https://forge.test/acme/shop/src/branch/a"},
		"without a page":     {ID: "br-a", Kind: generator.Branch, Branch: "a"},
		"of another server":  {ID: "pr-4", Kind: generator.PullRequest, Number: 4, URL: "https://other.test/acme/shop/pull/4"},
		"of another source":  {ID: "pr-4", Kind: generator.PullRequest, Number: 4, URL: "https://forge.test/acme/web/pull/4"},
		"a page of its own":  {ID: "pr-4", Kind: generator.PullRequest, Number: 4, URL: "https://forge.test/acme/shop/changes/4"},
	} {
		other := plugin.StateView{ID: "pr-5", Kind: generator.PullRequest, Number: 5}
		want := ""
		if strings.Contains(view.URL, "forge.test/acme/shop/") && !strings.Contains(view.URL, "changes") {
			want = "pr-5"
		}
		got := newReference("https://forge.test/acme/shop/issues/5").find([]plugin.StateView{view, other}, "")
		if len(got) > 1 || want != "" && (len(got) == 0 || got[0].ID != want) || want == "" && len(got) > 0 {
			t.Errorf("%s: got %v, want %q", name, got, want)
		}
	}
}
