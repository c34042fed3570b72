package contract_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// nastyBranches returns names of branches that Git allows, and that no
// namespace is made of: named ones, and random ones that are the same in every
// run.
func nastyBranches() []string {
	names := []string{
		"feature/New_Cart", "UPPER", "under_score__twice", "___", "a.b/c.d", "v1.2.3", "x&y", "me@home", "50%off", "a+b=c",
		"größe/Ä-ß", "日本語/ログイン", "emoji-🎉", "Ünï_Cödé", "кириллица", "עברית", "é", "ﬁ-ligature", "İstanbul", "ǅ",
		"#1", "it's", `quo"te`, "dollar$", "semi;colon", "{{.title}}", "comma,", "paren(s)", "pipe|x", "a---b", "a-", "1", "null",
		strings.Repeat("a", 49), strings.Repeat("a", 50), strings.Repeat("a", 51), strings.Repeat("long-name-", 20), strings.Repeat("_x", 40),
		strings.Repeat("a", 49) + "-b", strings.Repeat("a", 50) + "-b", "a-" + strings.Repeat("b", 60), strings.Repeat("é", 60),
		strings.Repeat("ü-", 30), strings.Repeat("x", 253), strings.Repeat("y", 260), strings.Repeat("z", 252) + "ü", strings.Repeat("w", 252) + "/end",
	}
	const alphabet = "abcXYZ019___---//..+@&%éßŞ漢字🎉 "
	letters := []rune(strings.TrimSpace(alphabet))
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 120 {
		name := []rune(fmt.Sprintf("r%d", n))
		for range random.IntN(70) {
			name = append(name, letters[random.IntN(len(letters))])
		}
		names = append(names, gitName(string(name)))
	}
	return names
}

// gitName takes out what `git check-ref-format` refuses.
func gitName(s string) string {
	for _, bad := range []string{"//", "..", "/.", "./", "@{"} {
		for strings.Contains(s, bad) {
			s = strings.ReplaceAll(s, bad, "x")
		}
	}
	return strings.TrimRight(s, "/.")
}

// difference is a parameter of Argo CD's generators that does not have the same
// value in previewset's answer, why, and what is true of both all the same.
type difference struct {
	why  string
	same func(theirs, ours any) bool
}

// pullRequestDifferences are from Argo CD's pull request generator. Templates
// see them in toJson and toYaml only (TestLabelsRenderTheSame).
func pullRequestDifferences() map[string]difference {
	return map[string]difference{
		"labels": {
			"ours went through JSON: a list of any for a list of strings, and an empty list for none",
			func(theirs, ours any) bool {
				labels := []any{}
				for _, label := range theirs.([]string) {
					labels = append(labels, label)
				}
				return reflect.DeepEqual(labels, ours)
			},
		},
	}
}

// compare holds every parameter of theirs against ours.
func compare(t *testing.T, theirs, ours map[string]any, differences map[string]difference) {
	t.Helper()
	for name, value := range theirs {
		d, differs := differences[name]
		if differs && !d.same(value, ours[name]) || !differs && !reflect.DeepEqual(value, ours[name]) {
			t.Errorf("branch %q: %s is %#v, Argo CD's is %#v (known difference: %q)", theirs["branch"], name, ours[name], value, d.why)
		}
	}
}

func by(sets []map[string]any, name string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, params := range sets {
		found[params[name].(string)] = params
	}
	return found
}

// theirPullRequests is an ApplicationSet with Argo CD's own generator.
func theirPullRequests(t *testing.T, w *world, goTemplate bool) *argo.ApplicationSet {
	t.Helper()
	return combination(t, goTemplate, fmt.Sprintf(
		"- pullRequest: {github: {owner: acme, repo: shop, api: %q, tokenRef: {secretName: github, key: token}}}", w.github.URL))
}

func TestSameAsPullRequestGenerator(t *testing.T) {
	w := newWorld(t)
	for i, name := range nastyBranches() {
		w.shop.OpenPull(githubtest.Pull{
			Title: "Use " + name, Author: fmt.Sprintf("author-%d", i%7), Head: name, Base: nastyBranches()[i/2],
			Labels: [][]string{nil, {"preview"}, {"preview", "size/L", "Ünï: 🎉"}}[i%3],
		})
	}
	s := serve(t, "sets:\n"+w.set("shop", "  select: {pullRequests: {}}\n"))
	s.awaitSync(t, "shop")
	a := newArgoCD(t, s.URL)
	for _, goTemplate := range []bool{true, false} {
		theirs := by(a.mustGenerate(t, theirPullRequests(t, w, goTemplate)), "number")
		ours := by(a.mustGenerate(t, combination(t, goTemplate, "- "+shopPlugin)), "number")
		if len(theirs) != len(nastyBranches()) || len(ours) != len(theirs) {
			t.Fatalf("%d pull requests, Argo CD has %d of %d", len(ours), len(theirs), len(nastyBranches()))
		}
		for number, params := range theirs {
			compare(t, params, ours[number], pullRequestDifferences())
		}
		if _, there := theirs["1"]["labels"]; there != goTemplate {
			t.Errorf("goTemplate %v: Argo CD's own labels are there: %v; ours are flattened without Go templates", goTemplate, there)
		}
	}
}

// Templates can't tell our labels from Argo CD's own, but for the JSON and YAML
// of none.
func TestLabelsRenderTheSame(t *testing.T) {
	w := newWorld(t)
	w.shop.OpenPull(githubtest.Pull{Labels: []string{"preview", "size/L"}})
	w.shop.OpenPull(githubtest.Pull{})
	s := serve(t, "sets:\n"+w.set("shop", "  select: {pullRequests: {}}\n"))
	s.awaitPreviews(t, "shop", "pr-1", "pr-2")
	a := newArgoCD(t, s.URL)
	theirs := by(a.mustGenerate(t, theirPullRequests(t, w, true)), "number")
	ours := by(a.mustGenerate(t, combination(t, true, "- "+shopPlugin)), "number")
	differ := map[string]string{"2 {{.labels | toJson}}": "null, []", "2 {{.labels | toYaml}}": "null, []"}
	for _, text := range []string{
		"{{.labels}}", `{{join "," .labels}}`, "{{len .labels}}", `{{has "preview" .labels}}`, `{{range .labels}}<{{.}}>{{end}}`,
		`{{if .labels}}some{{else}}none{{end}}`, "{{.labels | toJson}}", "{{.labels | toYaml}}", "{{.labels | sortAlpha}}",
		`{{range .labels}}{{if hasPrefix "size/" .}}{{trimPrefix "size/" .}}{{end}}{{end}}`, `{{without .labels "preview"}}`,
	} {
		for _, number := range []string{"1", "2"} {
			their, err1 := a.reconciler.Replace(text, theirs[number], true, nil)
			our, err2 := a.reconciler.Replace(text, ours[number], true, nil)
			if err1 != nil || err2 != nil {
				t.Errorf("%s: %v, %v", text, err1, err2)
			}
			if known := differ[number+" "+text]; their != our && their+", "+our != known {
				t.Errorf("%s of pull request %s: Argo CD's own %q, ours %q", text, number, their, our)
			}
		}
	}
}

// Argo CD takes every open pull request. By default previewset leaves drafts
// and forks out; where it is told to take them, they are the same too.
func TestDraftsAndForks(t *testing.T) {
	w := newWorld(t)
	w.shop.OpenPull(githubtest.Pull{})
	w.shop.OpenPull(githubtest.Pull{Draft: true})
	w.shop.OpenPull(githubtest.Pull{Fork: "mallory", Head: "evil"})
	w.shop.OpenPull(githubtest.Pull{Fork: "bob", Head: "good", Labels: []string{"ok"}})
	w.shop.OpenPull(githubtest.Pull{ForkGone: true, Labels: []string{"ok"}})
	w.shop.ClosePull(w.shop.OpenPull(githubtest.Pull{}))
	s := serve(t, "sets:\n"+w.set("shop", "  select: {pullRequests: {}}\n")+
		w.set("all", "  select: {pullRequests: {drafts: true, forks: ok}}\n"))
	s.awaitPreviews(t, "shop", "pr-1")
	s.awaitPreviews(t, "all", "pr-1", "pr-2", "pr-4", "pr-5")
	a := newArgoCD(t, s.URL)
	theirs := by(a.mustGenerate(t, theirPullRequests(t, w, true)), "number")
	if got, want := slices.Sorted(maps.Keys(theirs)), []string{"1", "2", "3", "4", "5"}; !slices.Equal(got, want) {
		t.Errorf("Argo CD has %q, want %q", got, want)
	}
	for number, ours := range by(a.mustGenerate(t, combination(t, true, "- "+strings.Replace(shopPlugin, "set: shop", "set: all", 1))), "number") {
		compare(t, theirs[number], ours, pullRequestDifferences())
	}
}

// scmDifferences are from Argo CD's SCM provider generator. Beside them, url
// depends on its cloneProtocol, and Argo CD 3 has a repository_id, a number.
func scmDifferences() map[string]difference {
	return map[string]difference{
		"labels": {
			"Argo CD's are the topics of the repository, joined by commas; ours are the pull request's, as in its pull request generator, and a branch has none",
			func(theirs, ours any) bool { return theirs == "go,shop" && reflect.DeepEqual(ours, []any{}) },
		},
	}
}

// The in-process GitHub has no list of an organization's repositories, which
// the generator begins with: it is made here from the repository's own answer.
// The branches come from the in-process GitHub.
func TestSameAsSCMProviderGenerator(t *testing.T) {
	w := newWorld(t)
	for _, name := range nastyBranches() {
		w.shop.Push(name, "Ada")
	}
	w.github.Fault(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/orgs/acme/repos") {
			return false
		}
		repositories(t, w, rw)
		return true
	})
	s := serve(t, "sets:\n"+w.set("shop", "  select: {branches: {}}\n"))
	s.awaitSync(t, "shop")
	a := newArgoCD(t, s.URL)
	ours := by(a.mustGenerate(t, combination(t, true, "- "+shopPlugin)), "branch")
	scm := func(protocol string) map[string]map[string]any {
		return by(a.mustGenerate(t, combination(t, true, fmt.Sprintf(
			"- scmProvider: {cloneProtocol: %s, github: {organization: acme, api: %q, allBranches: true, tokenRef: {secretName: github, key: token}}}",
			protocol, w.github.URL))), "branch")
	}
	theirs := scm("https")
	if len(theirs) != len(nastyBranches())+1 || len(ours) != len(theirs) {
		t.Fatalf("%d branches, Argo CD has %d of %d", len(ours), len(theirs), len(nastyBranches())+1)
	}
	for branch, params := range theirs {
		compare(t, params, ours[branch], scmDifferences())
	}
	// Argo CD clones by ssh if it isn't told otherwise; previewset says https.
	if got, want := scm("ssh")["main"]["url"], "git@github.com:acme/shop.git"; got != want || ours["main"]["url"] == want {
		t.Errorf("by ssh the url is %q, ours is %q", got, ours["main"]["url"])
	}
}

func repositories(t *testing.T, w *world, rw http.ResponseWriter) {
	response, err := http.Get(w.github.APIURL() + "/repos/acme/shop")
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	var repository map[string]any
	if err != nil || json.Unmarshal(body, &repository) != nil {
		t.Errorf("the repository: %v, %s", err, body)
		return
	}
	repository["topics"] = []string{"go", "shop"}
	if err := json.NewEncoder(rw).Encode([]any{repository}); err != nil {
		t.Error(err)
	}
}
