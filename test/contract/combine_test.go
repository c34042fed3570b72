package contract_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	githubtest "github.com/previewset/previewset/test/fake/github"
)

// combination returns an ApplicationSet with a generator, for example a matrix or merge.
func combination(t *testing.T, goTemplate bool, generator string) *argo.ApplicationSet {
	t.Helper()
	options := "[]"
	if goTemplate {
		options = `["missingkey=error"]`
	}
	return applicationSet(t, "shop", fmt.Sprintf("goTemplate: %v\ngoTemplateOptions: %s\ngenerators:\n%s\n"+
		"template: {metadata: {name: x}, spec: {project: default, destination: {}}}", goTemplate, options, generator))
}

// shopPlugin is the plugin generator for the set shop.
const shopPlugin = "plugin: {configMapRef: {name: previewset}, input: {parameters: {set: shop}}}"

// values returns one row per parameter set: the values of the named parameters.
func values(sets []map[string]any, names ...string) (rows []string) {
	for _, params := range sets {
		var row []string
		for _, name := range names {
			row = append(row, fmt.Sprint(params[name]))
		}
		rows = append(rows, strings.Join(row, " "))
	}
	return rows
}

func expect(t *testing.T, sets []map[string]any, names []string, want ...string) {
	t.Helper()
	if got := values(sets, names...); !slices.Equal(got, want) {
		t.Errorf("%q: got\n%q\nwant\n%q", names, got, want)
	}
}

// A matrix has a special rule for empty values when it merges parameters. A branch has
// several empty parameters; all of them must remain.
func TestMatrixKeepsEveryParameter(t *testing.T) {
	_, s, want := shopFixture(t)
	a := newArgoCD(t, s.URL)
	const regions = "list: {elements: [{region: eu}, {region: us}]}"
	for _, generators := range [][2]string{{shopPlugin, regions}, {regions, shopPlugin}} {
		for _, goTemplate := range []bool{true, false} {
			set := combination(t, goTemplate, fmt.Sprintf("- matrix: {generators: [{%s}, {%s}]}", generators[0], generators[1]))
			got := a.mustGenerate(t, set)
			if generators[0] == shopPlugin {
				expect(t, got, []string{"id", "region"}, "br-checkout eu", "br-checkout us", "pr-1 eu", "pr-1 us")
			} else {
				expect(t, got, []string{"id", "region"}, "br-checkout eu", "pr-1 eu", "br-checkout us", "pr-1 us")
			}
			for _, params := range got {
				i := slices.Index([]string{"br-checkout", "pr-1"}, params["id"].(string))
				wantParams := maps.Clone(want()[i])
				wantParams["input"] = map[string]any{"set": "shop"}
				if !goTemplate {
					wantParams = flattened(wantParams)
					maps.DeleteFunc(wantParams, func(name string, _ any) bool {
						return strings.HasPrefix(name, "input.") && name != "input.set"
					})
				}
				wantParams["region"] = params["region"]
				equalParams(t, params, wantParams)
			}
		}
	}
}

// twoSets serves the set shop, which selects pull requests, and the set web, which
// selects branches.
func twoSets(t *testing.T) (*fixture, *service) {
	t.Helper()
	f := newFixture(t)
	f.shop.OpenPull(githubtest.Pull{Labels: []string{"preview"}})
	f.shop.OpenPull(githubtest.Pull{})
	s := serve(t, "poll: 1s\nsets:\n"+
		f.set("shop", "  select: {pullRequests: {}}\n")+
		f.set("web", "  select: {branches: {include: [\"change-*\"]}}\n"))
	s.awaitPreviews(t, "shop", "pr-1", "pr-2")
	s.awaitPreviews(t, "web", "br-change-1", "br-change-2")
	return f, s
}

// As the second generator of a matrix, the plugin gets a request for each row of the
// first generator, with input from that row.
func TestMatrixInputFromFirstRow(t *testing.T) {
	_, s := twoSets(t)
	a := newArgoCD(t, s.URL)
	for goTemplate, tag := range map[bool]string{true: "{{.team}}", false: "{{team}}"} {
		set := combination(t, goTemplate, fmt.Sprintf(`- matrix:
    generators:
    - list: {elements: [{team: web}, {team: shop}]}
    - plugin: {configMapRef: {name: previewset}, input: {parameters: {set: %q}}}`, tag))
		expect(t, a.mustGenerate(t, set), []string{"team", "set", "id"},
			"web web br-change-1", "web web br-change-2", "shop shop pr-1", "shop shop pr-2")
		// A row that the plugin rejects is an error for the complete matrix.
		set.Spec.Generators[0].Matrix.Generators[0].List.Elements[1].Raw = []byte(`{"team": "gone"}`)
		if params, err := a.generate(set); err == nil || !strings.HasSuffix(err.Error(), noSuchSet) {
			t.Errorf("a row with an unknown set: got %v, %v; want error %q", values(params, "id"), err, noSuchSet)
		}
	}
}

// Argo CD's cluster generator has a parameter "name", too. With Go templates the value
// of the first generator wins; without them, the duplicate is an error.
func TestMatrixWithClusters(t *testing.T) {
	_, s := twoSets(t)
	a := newArgoCD(t, s.URL)
	matrix := func(goTemplate bool, first, second string) *argo.ApplicationSet {
		return combination(t, goTemplate, fmt.Sprintf("- matrix: {generators: [{%s}, {%s}]}", first, second))
	}
	expect(t, a.mustGenerate(t, matrix(true, shopPlugin, "clusters: {}")),
		[]string{"name", "nameNormalized", "server", "namespace"},
		"shop-pr-1 in-cluster https://kubernetes.default.svc shop-pr-1",
		"shop-pr-2 in-cluster https://kubernetes.default.svc shop-pr-2")
	expect(t, a.mustGenerate(t, matrix(true, "clusters: {}", shopPlugin)), []string{"name", "namespace"},
		"in-cluster shop-pr-1", "in-cluster shop-pr-2")
	if params, err := a.generate(matrix(false, shopPlugin, "clusters: {}")); err == nil || !strings.Contains(err.Error(), "duplicate key name") {
		t.Errorf("duplicate name without Go templates: got %v, %v; want an error", values(params, "name"), err)
	}
	// Argo CD renders the second generator with the row of the first before it runs the
	// second. So {{.name}} in the second is previewset's name; nameNormalized is the
	// name of the cluster.
	values := `clusters: {values: {app: "{{.name}}"}}`
	for _, params := range a.mustGenerate(t, matrix(true, shopPlugin, values)) {
		if want := map[string]string{"app": params["name"].(string)}; !reflect.DeepEqual(params["values"], want) {
			t.Errorf("values = %#v, want %#v", params["values"], want)
		}
	}
}

// An empty answer inside a matrix is not an error. It results in no Application.
func TestMatrixOfEmptyAnswer(t *testing.T) {
	f := newFixture(t)
	s := serve(t, "sets:\n"+f.set("shop", "  select: {pullRequests: {}}\n"))
	s.awaitPreviews(t, "shop")
	set := combination(t, true, "- matrix: {generators: [{"+shopPlugin+"}, {list: {elements: [{region: eu}]}}]}")
	if got := newArgoCD(t, s.URL).mustGenerate(t, set); len(got) != 0 {
		t.Errorf("got %d parameter sets, want none", len(got))
	}
}

func merge(t *testing.T, goTemplate bool, key, set, elements string) *argo.ApplicationSet {
	return combination(t, goTemplate, fmt.Sprintf(`- merge:
    mergeKeys: [%s]
    generators:
    - plugin: {configMapRef: {name: previewset}, input: {parameters: {set: %s}}}
    - list: {elements: [%s]}`, key, set, elements))
}

// A merge overrides parameters by key. The order of its result is undefined.
func TestMergeOverridesByKey(t *testing.T) {
	_, s := twoSets(t)
	a := newArgoCD(t, s.URL)
	for _, goTemplate := range []bool{true, false} {
		for key, elements := range map[string]string{
			"number": `{number: "2", host: big.acme.dev, replicas: "3"}, {number: "99", host: nobody.acme.dev}`,
			"id":     `{id: pr-2, host: big.acme.dev, replicas: "3"}`,
		} {
			got := a.mustGenerate(t, merge(t, goTemplate, key, "shop", elements))
			slices.SortFunc(got, func(x, y map[string]any) int { return strings.Compare(x["id"].(string), y["id"].(string)) })
			expect(t, got, []string{"id", "host", "namespace", "replicas"},
				"pr-1 pr-1.shop.preview.localhost shop-pr-1 <nil>", "pr-2 big.acme.dev shop-pr-2 3")
		}
		// The parameter number is a string. With Go templates, an unquoted number in a
		// list does not match. Without them, it is an error.
		params, err := a.generate(merge(t, goTemplate, "number", "shop", `{number: 2, host: big.acme.dev}`))
		if goTemplate && (err != nil || slices.Contains(values(params, "host"), "big.acme.dev")) || !goTemplate && err == nil {
			t.Errorf("goTemplate %v: an unquoted number: got hosts %q, %v", goTemplate, values(params, "host"), err)
		}
	}
}

// The number of a branch is "", so two branches have the same key. A set with branches
// must be merged by id.
func TestMergeByNumberRejectsBranches(t *testing.T) {
	_, s := twoSets(t)
	a := newArgoCD(t, s.URL)
	for _, goTemplate := range []bool{true, false} {
		params, err := a.generate(merge(t, goTemplate, "number", "web", `{number: "2"}`))
		if err == nil || !strings.HasSuffix(err.Error(), `Duplicate key was {"number":""}`) {
			t.Errorf("two branches by number: got %q, %v; want a duplicate key error", values(params, "id"), err)
		}
		got := a.mustGenerate(t, merge(t, goTemplate, "id", "web", `{id: br-change-2, size: L}`))
		slices.SortFunc(got, func(x, y map[string]any) int { return strings.Compare(x["id"].(string), y["id"].(string)) })
		expect(t, got, []string{"id", "number", "size"}, "br-change-1  <nil>", "br-change-2  L")
	}
}
