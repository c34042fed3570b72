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

// unusualBranches returns branch names that Git permits but that are not valid in
// namespaces: a fixed list, and random names that are the same in every run.
func unusualBranches() []string {
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

// gitName replaces the sequences that `git check-ref-format` rejects.
func gitName(s string) string {
	for _, bad := range []string{"//", "..", "/.", "./", "@{"} {
		for strings.Contains(s, bad) {
			s = strings.ReplaceAll(s, bad, "x")
		}
	}
	return strings.TrimRight(s, "/.")
}

// difference describes a parameter of Argo CD's generators whose value differs in
// previewset's answer.
type difference struct {
	reason string
	// equivalent reports whether both values have the same meaning.
	equivalent func(upstream, ours any) bool
}

// pullRequestDifferences returns the known differences from Argo CD's pull request
// generator. Only the template functions toJson and toYaml show them
// (TestLabelsRenderTheSame).
func pullRequestDifferences() map[string]difference {
	return map[string]difference{
		"labels": {
			"ours is decoded from JSON: []any instead of []string, and an empty list instead of nil",
			func(upstream, ours any) bool {
				labels := []any{}
				for _, label := range upstream.([]string) {
					labels = append(labels, label)
				}
				return reflect.DeepEqual(labels, ours)
			},
		},
	}
}

// compare compares every parameter of Argo CD's generator with ours.
func compare(t *testing.T, upstream, ours map[string]any, differences map[string]difference) {
	t.Helper()
	for name, value := range upstream {
		d, differs := differences[name]
		if differs && !d.equivalent(value, ours[name]) || !differs && !reflect.DeepEqual(value, ours[name]) {
			t.Errorf("branch %q: %s = %#v, Argo CD has %#v (known difference: %q)", upstream["branch"], name, ours[name], value, d.reason)
		}
	}
}

// indexBy returns parameter sets by the value of the named parameter.
func indexBy(sets []map[string]any, name string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, params := range sets {
		found[params[name].(string)] = params
	}
	return found
}

// argoPullRequests returns an ApplicationSet with Argo CD's own pull request generator.
func argoPullRequests(t *testing.T, f *fixture, goTemplate bool) *argo.ApplicationSet {
	t.Helper()
	return combination(t, goTemplate, fmt.Sprintf(
		"- pullRequest: {github: {owner: acme, repo: shop, api: %q, tokenRef: {secretName: github, key: token}}}", f.github.URL))
}

func TestSameAsPullRequestGenerator(t *testing.T) {
	f := newFixture(t)
	for i, name := range unusualBranches() {
		f.shop.OpenPull(githubtest.Pull{
			Title: "Use " + name, Author: fmt.Sprintf("author-%d", i%7), Head: name, Base: unusualBranches()[i/2],
			Labels: [][]string{nil, {"preview"}, {"preview", "size/L", "Ünï: 🎉"}}[i%3],
		})
	}
	s := serve(t, "sets:\n"+f.set("shop", "  select: {pullRequests: {}}\n"))
	s.awaitSync(t, "shop")
	a := newArgoCD(t, s.URL)
	for _, goTemplate := range []bool{true, false} {
		upstream := indexBy(a.mustGenerate(t, argoPullRequests(t, f, goTemplate)), "number")
		ours := indexBy(a.mustGenerate(t, combination(t, goTemplate, "- "+shopPlugin)), "number")
		if len(upstream) != len(unusualBranches()) || len(ours) != len(upstream) {
			t.Fatalf("got %d pull requests, Argo CD has %d; want %d", len(ours), len(upstream), len(unusualBranches()))
		}
		for number, params := range upstream {
			compare(t, params, ours[number], pullRequestDifferences())
		}
		// Without Go templates, Argo CD drops its own labels and flattens ours.
		if _, ok := upstream["1"]["labels"]; ok != goTemplate {
			t.Errorf("goTemplate %v: Argo CD's own parameters have labels: %v", goTemplate, ok)
		}
	}
}

// In templates, our labels render like Argo CD's own, except for the JSON and YAML of an
// empty list.
func TestLabelsRenderTheSame(t *testing.T) {
	f := newFixture(t)
	f.shop.OpenPull(githubtest.Pull{Labels: []string{"preview", "size/L"}})
	f.shop.OpenPull(githubtest.Pull{})
	s := serve(t, "sets:\n"+f.set("shop", "  select: {pullRequests: {}}\n"))
	s.awaitPreviews(t, "shop", "pr-1", "pr-2")
	a := newArgoCD(t, s.URL)
	upstream := indexBy(a.mustGenerate(t, argoPullRequests(t, f, true)), "number")
	ours := indexBy(a.mustGenerate(t, combination(t, true, "- "+shopPlugin)), "number")
	differences := map[string]string{"2 {{.labels | toJson}}": "null, []", "2 {{.labels | toYaml}}": "null, []"}
	for _, text := range []string{
		"{{.labels}}", `{{join "," .labels}}`, "{{len .labels}}", `{{has "preview" .labels}}`, `{{range .labels}}<{{.}}>{{end}}`,
		`{{if .labels}}some{{else}}none{{end}}`, "{{.labels | toJson}}", "{{.labels | toYaml}}", "{{.labels | sortAlpha}}",
		`{{range .labels}}{{if hasPrefix "size/" .}}{{trimPrefix "size/" .}}{{end}}{{end}}`, `{{without .labels "preview"}}`,
	} {
		for _, number := range []string{"1", "2"} {
			their, err1 := a.reconciler.Replace(text, upstream[number], true, nil)
			our, err2 := a.reconciler.Replace(text, ours[number], true, nil)
			if err1 != nil || err2 != nil {
				t.Errorf("%s: %v, %v", text, err1, err2)
			}
			if known := differences[number+" "+text]; their != our && their+", "+our != known {
				t.Errorf("%s of pull request %s: got %q, Argo CD has %q", text, number, our, their)
			}
		}
	}
}

// Argo CD includes every open pull request. previewset excludes drafts and forks by
// default. If its configuration includes them, their parameters equal Argo CD's.
func TestDraftsAndForksMatchArgoCD(t *testing.T) {
	f := newFixture(t)
	f.shop.OpenPull(githubtest.Pull{})
	f.shop.OpenPull(githubtest.Pull{Draft: true})
	f.shop.OpenPull(githubtest.Pull{Fork: "mallory", Head: "evil"})
	f.shop.OpenPull(githubtest.Pull{Fork: "bob", Head: "good"})
	f.shop.OpenPull(githubtest.Pull{ForkGone: true})
	f.shop.ClosePull(f.shop.OpenPull(githubtest.Pull{}))
	s := serve(t, "poll: 1s\nsets:\n"+f.set("shop", "  select: {pullRequests: {}}\n")+
		f.set("all", "  select: {pullRequests: {drafts: true, forks: ok}}\n"))
	s.awaitPreviews(t, "shop", "pr-1")
	s.awaitPreviews(t, "all", "pr-1", "pr-2")
	f.shop.Label(4, "ok")
	f.shop.Label(5, "ok")
	s.awaitPreviews(t, "all", "pr-1", "pr-2", "pr-4", "pr-5")
	a := newArgoCD(t, s.URL)
	upstream := indexBy(a.mustGenerate(t, argoPullRequests(t, f, true)), "number")
	if got, want := slices.Sorted(maps.Keys(upstream)), []string{"1", "2", "3", "4", "5"}; !slices.Equal(got, want) {
		t.Errorf("Argo CD has %q, want %q", got, want)
	}
	for number, ours := range indexBy(a.mustGenerate(t, combination(t, true, "- "+strings.Replace(shopPlugin, "set: shop", "set: all", 1))), "number") {
		compare(t, upstream[number], ours, pullRequestDifferences())
	}
}

// scmDifferences returns the known differences from Argo CD's SCM provider generator.
// Two more are outside this table: url depends on cloneProtocol, and Argo CD 3 has a
// numeric repository_id.
func scmDifferences() map[string]difference {
	return map[string]difference{
		"labels": {
			"Argo CD's are the topics of the repository, joined by commas; ours are the labels of the pull request, as in Argo CD's pull request generator, and a branch has none",
			func(upstream, ours any) bool { return upstream == "go,shop" && reflect.DeepEqual(ours, []any{}) },
		},
	}
}

// The generator first lists the repositories of the organization, which the fake GitHub
// does not support. A fault hook answers that request with the one repository.
func TestSameAsSCMProviderGenerator(t *testing.T) {
	f := newFixture(t)
	for _, name := range unusualBranches() {
		f.shop.Push(name, "Ada")
	}
	f.github.Fault(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/orgs/acme/repos") {
			return false
		}
		writeRepositories(t, f, rw)
		return true
	})
	s := serve(t, "sets:\n"+f.set("shop", "  select: {branches: {}}\n"))
	s.awaitSync(t, "shop")
	a := newArgoCD(t, s.URL)
	ours := indexBy(a.mustGenerate(t, combination(t, true, "- "+shopPlugin)), "branch")
	scm := func(protocol string) map[string]map[string]any {
		return indexBy(a.mustGenerate(t, combination(t, true, fmt.Sprintf(
			"- scmProvider: {cloneProtocol: %s, github: {organization: acme, api: %q, allBranches: true, tokenRef: {secretName: github, key: token}}}",
			protocol, f.github.URL))), "branch")
	}
	upstream := scm("https")
	if len(upstream) != len(unusualBranches())+1 || len(ours) != len(upstream) {
		t.Fatalf("got %d branches, Argo CD has %d; want %d", len(ours), len(upstream), len(unusualBranches())+1)
	}
	for branch, params := range upstream {
		compare(t, params, ours[branch], scmDifferences())
	}
	// The default cloneProtocol of Argo CD is ssh; previewset always uses https.
	if got, want := scm("ssh")["main"]["url"], "git@github.com:acme/shop.git"; got != want || ours["main"]["url"] == want {
		t.Errorf("url with cloneProtocol ssh: got %q, want %q; ours is %q", got, want, ours["main"]["url"])
	}
}

// writeRepositories writes the list of the organization's repositories.
func writeRepositories(t *testing.T, f *fixture, rw http.ResponseWriter) {
	response, err := http.Get(f.github.APIURL() + "/repos/acme/shop")
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	var repository map[string]any
	if err != nil || json.Unmarshal(body, &repository) != nil {
		t.Errorf("read the repository: %v, %s", err, body)
		return
	}
	repository["topics"] = []string{"go", "shop"}
	if err := json.NewEncoder(rw).Encode([]any{repository}); err != nil {
		t.Error(err)
	}
}
