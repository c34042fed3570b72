package contract_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
)

// plainSpec is an ApplicationSet without annotations in its template.
const plainSpec = `
goTemplate: true
goTemplateOptions: ["missingkey=error"]
generators:
- plugin:
    configMapRef: {name: previewset}
    input: {parameters: {set: shop, tier: {size: small, replicas: 3}, zones: [a, b]}}
template:
  metadata: {name: "{{.name}}"}
  spec:
    project: default
    source: {repoURL: "{{.repo_url}}", path: "{{.path}}", targetRevision: "{{.revision}}"}
    destination: {server: https://kubernetes.default.svc, namespace: "{{.namespace}}"}
`

// equalParams compares two parameter sets. It ignores the parameter "generator", which
// Argo CD's plugin generator adds.
func equalParams(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name := range want {
		value, ok := got[name]
		if !ok || !reflect.DeepEqual(value, want[name]) {
			t.Errorf("%v: %s = %#v, want %#v", want["id"], name, value, want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok && name != "generator" {
			t.Errorf("%v: unexpected parameter %s = %#v", want["id"], name, got[name])
		}
	}
}

func TestGoTemplate(t *testing.T) {
	_, s, want := shopFixture(t)
	a := newArgoCD(t, s.URL)
	set := applicationSet(t, "shop", plainSpec)
	got := a.mustGenerate(t, set)
	if len(got) != len(want()) {
		t.Fatalf("got %d parameter sets, want %d", len(got), len(want()))
	}
	for i, params := range want() {
		equalParams(t, got[i], params)
	}

	// A template that uses every parameter by name.
	set.Spec.Template.Annotations = map[string]string{"t/replicas": "{{.input.tier.replicas}}", "t/zone": "{{index .input.zones 1}}"}
	for name := range want()[0] {
		set.Spec.Template.Annotations["p/"+name] = "{{." + name + "}}"
	}
	set.Spec.Template.Annotations["p/labels"] = "{{.labels | toJson}}"
	set.Spec.Template.Annotations["p/input"] = "{{.input | toJson}}"
	patch := "metadata: {labels: {patched: {{.id | toJson}}}, annotations: {patched: {{.title | toJson}}}}"
	set.Spec.TemplatePatch = &patch
	a.apply(t, set)
	if o := a.reconcile(t, "shop"); o.failure != "" || !o.generated {
		t.Fatalf("reconcile: %+v", o)
	}
	apps := a.applications(t)
	if len(apps) != len(got) {
		t.Fatalf("got Applications %q, want %d", a.applicationNames(t), len(got))
	}
	for _, params := range want() {
		checkApplication(t, apps[params["name"].(string)], params)
	}
}

func checkApplication(t *testing.T, app argo.Application, params map[string]any) {
	t.Helper()
	want := map[string]string{"t/replicas": "3", "t/zone": "b", "patched": params["title"].(string)}
	for name, value := range params {
		text, ok := value.(string)
		if !ok {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		want["p/"+name] = text
	}
	if !maps.Equal(app.Annotations, want) {
		t.Errorf("annotations:\n got %q\nwant %q", app.Annotations, want)
	}
	if app.Labels["patched"] != params["id"] {
		t.Errorf("label patched = %q, want %q", app.Labels["patched"], params["id"])
	}
	source := app.Spec.GetSource()
	if source.RepoURL != params["repo_url"] || source.Path != params["path"] || source.TargetRevision != params["revision"] {
		t.Errorf("source %+v", source)
	}
	if app.Spec.Destination.Namespace != params["namespace"] {
		t.Errorf("destination %+v", app.Spec.Destination)
	}
}

// With missingkey=error, a template that uses a missing parameter fails for all
// Applications of the ApplicationSet. So every parameter set must have every parameter.
func TestMissingParameterFailsTheApplicationSet(t *testing.T) {
	_, s, _ := shopFixture(t)
	a := newArgoCD(t, s.URL)
	set := applicationSet(t, "shop", plainSpec)
	set.Spec.Template.Annotations = map[string]string{"x": "{{.nope}}"}
	a.apply(t, set)
	if o := a.reconcile(t, "shop"); o.failure == "" {
		t.Error("a template with an unknown parameter rendered, want an error")
	}
	if apps := a.applicationNames(t); len(apps) != 0 {
		t.Errorf("got Applications %q, want none", apps)
	}
}

// The answer repeats the parameters of the request because Go templates cannot use the
// copy that Argo CD adds: its values are the bytes of their JSON.
func TestGeneratorInputIsBytes(t *testing.T) {
	_, s, _ := shopFixture(t)
	a := newArgoCD(t, s.URL)
	set := applicationSet(t, "shop", plainSpec)
	params := a.mustGenerate(t, set)[0]
	got, err := a.reconciler.Replace("{{.generator.input.parameters.set}} {{.input.set}}", params, true, set.Spec.GoTemplateOptions)
	if want := "{[34 115 104 111 112 34]} shop"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestFastTemplate(t *testing.T) {
	_, s, want := shopFixture(t)
	a := newArgoCD(t, s.URL)
	set := applicationSet(t, "shop", plainSpec)
	set.Spec.GoTemplate, set.Spec.GoTemplateOptions = false, nil
	got := a.mustGenerate(t, set)
	for i, params := range want() {
		flat := flattened(params)
		equalParams(t, got[i], flat)
		for name, value := range flat {
			rendered, err := a.reconciler.Replace("a {{"+name+"}} b", got[i], false, nil)
			if want := "a " + value.(string) + " b"; err != nil || rendered != want {
				t.Errorf("{{%s}} renders to %q, %v; want %q", name, rendered, err, want)
			}
		}
	}
	// A missing label is not an error without Go templates: its tag stays.
	if text, err := a.reconciler.Replace("{{labels.0}}", got[0], false, nil); err != nil || text != "{{labels.0}}" {
		t.Errorf("a missing label renders to %q, %v; want {{labels.0}}", text, err)
	}

	set.Spec.Template.Name = "{{name}}"
	set.Spec.Template.Annotations = map[string]string{"title": "{{title}}", "size": "{{input.tier.size}}"}
	a.apply(t, set)
	if o := a.reconcile(t, "shop"); o.failure != "" {
		t.Fatal(o.failure)
	}
	app := a.applications(t)["shop-pr-1"]
	if want := map[string]string{"title": evilTitle, "size": "small"}; !maps.Equal(app.Annotations, want) {
		t.Errorf("annotations %q, want %q", app.Annotations, want)
	}
}

// flattened returns the parameters as Argo CD passes them to templates if goTemplate is
// false: nested values have dotted names, and an empty list has no name.
func flattened(params map[string]any) map[string]any {
	flat := maps.Clone(params)
	delete(flat, "labels")
	delete(flat, "input")
	maps.Copy(flat, map[string]any{
		"input.set": "shop", "input.tier.size": "small", "input.tier.replicas": "3", "input.zones.0": "a", "input.zones.1": "b",
	})
	for i, label := range params["labels"].([]any) {
		flat["labels."+string(rune('0'+i))] = label
	}
	return flat
}

// A selector of the generator matches the flattened names, with and without Go templates.
func TestSelectorMatchesFlattenedNames(t *testing.T) {
	_, s, _ := shopFixture(t)
	a := newArgoCD(t, s.URL)
	for selector, want := range map[string][]string{
		`{"kind": "branch"}`:            {"br-checkout"},
		`{"labels.0": "preview"}`:       {"pr-1"},
		`{"input.tier.size": "small"}`:  {"br-checkout", "pr-1"},
		`{"number": "", "id": "never"}`: nil,
	} {
		set := applicationSet(t, "shop", plainSpec)
		set.Spec.Generators[0].Selector = applicationSet(t, "x", "generators: [{selector: {matchLabels: "+selector+"}}]").Spec.Generators[0].Selector
		if got := ids(a.mustGenerate(t, set)); !slices.Equal(got, want) {
			t.Errorf("%s selects %q, want %q", selector, got, want)
		}
	}
}

func ids(sets []map[string]any) (list []string) {
	for _, params := range sets {
		list = append(list, params["id"].(string))
	}
	return list
}
