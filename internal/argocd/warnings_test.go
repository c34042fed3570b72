package argocd_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/argocd"
)

// read returns the ApplicationSets that a cluster with these objects has.
func read(t *testing.T, all ...object) []argocd.ApplicationSet {
	t.Helper()
	c := newCluster(t, all)
	s, err := argocd.NewSetup(c.config(), argocd.Options{Namespace: "argocd", ConfigMap: "previewset"})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.ApplicationSets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// with returns the ApplicationSet previews of the set shop with further fields of its spec,
// which are JSON.
func with(t *testing.T, spec string) object {
	t.Helper()
	a := shopAppSet(t, "previews")
	if err := json.Unmarshal([]byte(spec), new(a["spec"].(object))); err != nil {
		t.Fatalf("%s: %v", spec, err)
	}
	return a
}

func TestWarningsOfOptions(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		`{}`: "",
		`{"syncPolicy": {"applicationsSync": "sync"}}`:           "",
		`{"syncPolicy": {"applicationsSync": "create-only"}}`:    "applicationsSync is create-only, so that Argo CD never moves an existing preview to a new commit, and keeps the Application of a preview that ends, although its entry is deleted: remove the key",
		`{"syncPolicy": {"applicationsSync": "create-update"}}`:  "applicationsSync is create-update, so that Argo CD keeps the Application of a preview that ends, although its entry is deleted: remove the key",
		`{"syncPolicy": {"applicationsSync": "create-delete"}}`:  "applicationsSync is create-delete, so that Argo CD never moves an existing preview to a new commit: remove the key",
		`{"syncPolicy": {"preserveResourcesOnDeletion": false}}`: "",
	} {
		checkWarnings(t, with(t, spec), true, want)
	}
	preserve := with(t, `{"syncPolicy": {"preserveResourcesOnDeletion": true}}`)
	checkWarnings(t, preserve, false, "")
	checkWarnings(t, preserve, true, "preserveResourcesOnDeletion keeps the objects of a preview that ends, but Argo CD still runs the Job that drops its database: remove the key")
}

func checkWarnings(t *testing.T, a object, database bool, want string) {
	t.Helper()
	var got []string
	for _, w := range read(t, a)[0].Warnings(database) {
		if w.Subject != "ApplicationSet previews" {
			t.Errorf("got the subject %q", w.Subject)
		}
		got = append(got, w.Message)
	}
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("%v:\n got %s\nwant %s", a["spec"], text, want)
	}
}

// Only an action that is a parameter is judged.
func TestWarningsOfLabels(t *testing.T) {
	t.Parallel()
	const risk = ", which can be an invalid label value. One Application with an invalid label stops all deletions of the ApplicationSet: "
	for value, want := range map[string]string{
		"main":                       "",
		"{{.label_branch}}":          "",
		"{{.branch_slug}}":           "",
		"{{.team}}":                  "",
		"{{.branch | slugify 50}}":   "",
		"{{.branch}}":                "branch" + risk + "use label_branch",
		"x-{{ .id }}-{{- .author }}": "author" + risk + "use label_author",
		"{{target_branch}}":          "target_branch" + risk + "use label_target_branch",
		"{{.branchNormalized}}":      "branchNormalized" + risk + "use label_branch",
		"{{.repository}}":            "repository" + risk + "use label_repository",
		"{{.title}}":                 "title" + risk + "write it to an annotation",
		"{{labels.0}}":               "labels" + risk + "write it to an annotation",
		"{{.expires_at}}":            "expires_at" + risk + "write it to an annotation",
	} {
		if want != "" {
			want = `the label "acme.dev/x" has the parameter ` + want
		}
		a := shopAppSet(t, "previews")
		a["spec"].(object)["template"] = object{"metadata": object{"labels": object{"acme.dev/x": value}}}
		checkWarnings(t, a, true, want)
	}
}

// TestEachParameterIsJudged compares the warnings with the values of a preview whose texts
// are no label values.
func TestEachParameterIsJudged(t *testing.T) {
	t.Parallel()
	text, long := "../[x]: "+strings.Repeat("y", 60), strings.Repeat("z", 60)+".example.com"
	params := generator.Placed{
		Preview: generator.Preview{
			Set: "shop", Variant: "a", Features: generator.Flags{"a": "b"},
			Change: generator.Change{
				Kind: generator.PullRequest, Number: 1, Branch: text, TargetBranch: text, HeadSHA: strings.Repeat("a", 40), Title: text, Author: text,
				URL: "https://" + long, CreatedAt: markTime(), UpdatedAt: markTime(),
			},
			Repository: generator.Repository{Organization: text, Name: text, CloneURL: "https://" + long},
			Names:      generator.Names{ID: "pr-1", Application: "a", Namespace: "n", Host: long, DBSchema: "_x"}, ExpiresAt: markTime(),
		},
		Placement: generator.Placement{RepoURL: "https://" + long, Path: "a/b", Revision: strings.Repeat("a", 40)},
	}.Params()
	params["labels"], params["input"] = text, text // as templates print them
	for _, name := range generator.ParameterNames() {
		a := shopAppSet(t, "previews")
		a["spec"].(object)["template"] = object{"metadata": object{"labels": object{"x": "{{." + name + "}}"}}}
		warned := len(read(t, a)[0].Warnings(false)) > 0
		if problems := validation.IsValidLabelValue(params[name].(string)); warned != (len(problems) > 0) {
			t.Errorf("%s: got a warning: %t, but %q is a label value: %t", name, warned, params[name], len(problems) == 0)
		}
	}
}

func TestUsersOfASet(t *testing.T) {
	t.Parallel()
	all := read(t, shopAppSet(t, "b"), appSet(t, "other", strings.Replace(pluginOfTeam, "{{.team}}", "web", 1)), appSet(t, "a", pluginOfTeam),
		appSet(t, "none", `[{"plugin": {"configMapRef": {"name": "previewset"}}}]`))
	var names []string
	for _, a := range argocd.Users(all, "shop") {
		names = append(names, a.Name)
	}
	if want := []string{"b", "a", "none"}; !slices.Equal(names, want) {
		t.Errorf("got the users %q, want %q", names, want)
	}
	for n, want := range []string{"", "", "set shop: several ApplicationSets request it (a, b)"} {
		users := []argocd.ApplicationSet{{Name: "b"}, {Name: "a"}}[:n]
		if w, ok := argocd.SharedWarning("shop", users); ok != (want != "") || !strings.HasPrefix(w.String(), want) {
			t.Errorf("%d users: got %s, %t, want %q", n, w, ok, want)
		}
	}
}

// pluginOfTeam is the generators of an ApplicationSet that names its set by a template.
const pluginOfTeam = `[{"plugin": {"configMapRef": {"name": "previewset"}, "input": {"parameters": {"set": "{{.team}}"}}}}]`
