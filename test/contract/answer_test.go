package contract_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/v2/applicationset/services/plugin"
	argo "github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"

	"github.com/previewset/previewset/internal/githubtest"
)

// evilTitle is what a user may call a pull request, to the harm of templates,
// YAML and shells.
const evilTitle = `Cart: "50%" {{fail "no"}} {{branch}} 'x' \ #1 ü🎉`

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

// input is what plainSpec asks with, as the answer has it.
func input() map[string]any {
	return map[string]any{
		"set": "shop", "tier": map[string]any{"size": "small", "replicas": float64(3)}, "zones": []any{"a", "b"},
	}
}

// shopWorld is a world with a pull request and a branch, and what the answer
// must say of them, from what GitHub and Git say.
func shopWorld(t *testing.T) (w *world, s *service, want func() []map[string]any) {
	t.Helper()
	w = newWorld(t)
	w.shop.OpenPull(githubtest.Pull{
		Title: evilTitle, Author: "ada", Head: "feature/New_Cart", Labels: []string{"preview", "size/L"},
	})
	w.shop.Push("checkout", "Grace Hopper")
	s = serve(t, w.withGitOps())
	s.awaitPreviews(t, "shop", "br-checkout", "pr-1")
	return w, s, func() []map[string]any { return []map[string]any{w.wantBranch(t), w.wantPull(t)} }
}

func (w *world) wantPull(t *testing.T) map[string]any {
	p := w.pull(t, 1)
	return w.want(t, "pr-1", map[string]any{
		"number": "1", "title": evilTitle, "author": "ada", "branch": "feature/New_Cart", "branch_slug": "feature-new-cart",
		"target_branch": "main", "target_branch_slug": "main", "labels": []any{"preview", "size/L"},
		"branchNormalized": "feature-new-cart", "kind": "pull-request", "change_url": p.HTMLURL, "db_schema": "shop_pr_1",
		"created_at": stamp(p.Created), "updated_at": stamp(p.Updated), "expires_at": stamp(p.Updated.Add(lifetime)),
	}, p.Head.SHA)
}

func (w *world) wantBranch(t *testing.T) map[string]any {
	at := w.committed(t, "checkout")
	return w.want(t, "br-checkout", map[string]any{
		"number": "", "title": "", "author": "Grace Hopper", "branch": "checkout", "branch_slug": "checkout",
		"target_branch": "checkout", "target_branch_slug": "checkout", "labels": []any{},
		"branchNormalized": "checkout", "kind": "branch", "change_url": w.github.URL + "/acme/shop/tree/checkout",
		"db_schema": "shop_br_checkout", "created_at": "", "updated_at": stamp(at), "expires_at": stamp(at.Add(lifetime)),
	}, w.shop.Head("checkout"))
}

// want adds what follows from the ID and the commit.
func (w *world) want(t *testing.T, id string, params map[string]any, sha string) map[string]any {
	path := "previews/shop/" + id
	maps.Copy(params, map[string]any{
		"head_sha": sha, "head_short_sha": sha[:8], "head_short_sha_7": sha[:7],
		"sha": sha, "short_sha": sha[:8], "short_sha_7": sha[:7],
		"organization": "acme", "repository": "shop", "url": w.cloneURL(),
		"set": "shop", "id": id, "name": "shop-" + id, "namespace": "shop-" + id,
		"host": id + ".shop.preview.localhost", "preview_url": "https://" + id + ".shop.preview.localhost",
		"repo_url": w.gitops.URL(), "path": path, "revision": w.gitops.Git(t, "log", "-1", "--format=%H", "main", "--", path),
		"input": input(),
	})
	return params
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// equalParams compares parameter sets name by name. "generator" is what Argo
// CD's plugin generator adds.
func equalParams(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name := range want {
		value, there := got[name]
		if !there || !reflect.DeepEqual(value, want[name]) {
			t.Errorf("%v: %s is %#v, want %#v", want["id"], name, value, want[name])
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted && name != "generator" {
			t.Errorf("%v: nobody asked for %s, %#v", want["id"], name, got[name])
		}
	}
}

func TestGoTemplate(t *testing.T) {
	_, s, want := shopWorld(t)
	a := newArgoCD(t, s.url)
	set := applicationSet(t, "shop", plainSpec)
	got := a.mustGenerate(t, set)
	if len(got) != len(want()) {
		t.Fatalf("%d parameter sets, want %d", len(got), len(want()))
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
		t.Fatalf("Applications %q", a.applicationNames(t))
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
		t.Errorf("label %q", app.Labels["patched"])
	}
	source := app.Spec.GetSource()
	if source.RepoURL != params["repo_url"] || source.Path != params["path"] || source.TargetRevision != params["revision"] {
		t.Errorf("source %+v", source)
	}
	if app.Spec.Destination.Namespace != params["namespace"] {
		t.Errorf("destination %+v", app.Spec.Destination)
	}
}

// One template that uses a name which is not there freezes the whole set: so
// every parameter set has to have every name.
func TestMissingParameterFreezes(t *testing.T) {
	_, s, _ := shopWorld(t)
	a := newArgoCD(t, s.url)
	set := applicationSet(t, "shop", plainSpec)
	set.Spec.Template.Annotations = map[string]string{"x": "{{.nope}}"}
	a.apply(t, set)
	if o := a.reconcile(t, "shop"); o.failure == "" {
		t.Error("a template with an unknown parameter renders")
	}
	if apps := a.applicationNames(t); len(apps) != 0 {
		t.Errorf("Applications %q", apps)
	}
}

// Why the answer repeats the request's parameters: Go templates can't read
// those that Argo CD adds.
func TestGeneratorInputIsBytes(t *testing.T) {
	_, s, _ := shopWorld(t)
	a := newArgoCD(t, s.url)
	set := applicationSet(t, "shop", plainSpec)
	params := a.mustGenerate(t, set)[0]
	got, err := a.reconciler.Replace("{{.generator.input.parameters.set}} {{.input.set}}", params, true, set.Spec.GoTemplateOptions)
	if want := "{[34 115 104 111 112 34]} shop"; err != nil || got != want {
		t.Errorf("rendered %q, %v; want %q", got, err, want)
	}
}

func TestFastTemplate(t *testing.T) {
	_, s, want := shopWorld(t)
	a := newArgoCD(t, s.url)
	set := applicationSet(t, "shop", plainSpec)
	set.Spec.GoTemplate, set.Spec.GoTemplateOptions = false, nil
	got := a.mustGenerate(t, set)
	for i, params := range want() {
		flat := flattened(params)
		equalParams(t, got[i], flat)
		for name, value := range flat {
			rendered, err := a.reconciler.Replace("a {{"+name+"}} b", got[i], false, nil)
			if want := "a " + value.(string) + " b"; err != nil || rendered != want {
				t.Errorf("%s renders to %q, %v; want %q", name, rendered, err, want)
			}
		}
	}
	// A label that isn't there is no error here: its tag stays.
	if text, err := a.reconciler.Replace("{{labels.0}}", got[0], false, nil); err != nil || text != "{{labels.0}}" {
		t.Errorf("a label that is not there: %q, %v", text, err)
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

// flattened is what Argo CD makes of parameters where goTemplate is false:
// dots, and nothing at all of an empty list.
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

// A selector of the generator sees the flat names, whatever goTemplate says.
func TestSelector(t *testing.T) {
	_, s, _ := shopWorld(t)
	a := newArgoCD(t, s.url)
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

// TestWire looks at the two messages themselves. They are the same in Argo CD 3
// (applicationset/services/plugin of v3.5 and v3.6).
func TestWire(t *testing.T) {
	_, s, want := shopWorld(t)
	var request *http.Request
	var asked []byte
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request = r.Clone(t.Context())
		asked, _ = io.ReadAll(r.Body)
		answer, body := s.post(t, asked, r.Header)
		w.WriteHeader(answer)
		_, _ = w.Write(body)
	}))
	t.Cleanup(between.Close)
	set := applicationSet(t, "any", "goTemplate: true\ngenerators: [{plugin: {configMapRef: {name: previewset}, input: {parameters: {set: shop, count: 1}}}}]\ntemplate: {metadata: {name: x}, spec: {project: x, destination: {}}}")
	newArgoCD(t, between.URL+"/").mustGenerate(t, set)
	if request.Method != http.MethodPost || request.URL.Path != "/api/v1/getparams.execute" {
		t.Errorf("%s %s", request.Method, request.URL)
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer " + token, "Content-Type": "application/json", "User-Agent": "argocd-applicationset",
	} {
		if got := request.Header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if want := `{"applicationSetName":"any","input":{"parameters":{"count":1,"set":"shop"}}}` + "\n"; string(asked) != want {
		t.Errorf("asked %s, want %s", asked, want)
	}

	// The answer holds nothing that Argo CD's type does not know of.
	status, body := s.post(t, asked, request.Header)
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var response plugin.ServiceResponse
	if err := decoder.Decode(&response); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v:\n%s", status, err, body)
	}
	for i, params := range want() {
		params["input"] = map[string]any{"set": "shop", "count": float64(1)}
		equalParams(t, response.Output.Parameters[i], params)
	}
}

// A generator without input sends "input":{}, and gets the only set there is.
func TestWithoutInput(t *testing.T) {
	_, s, _ := shopWorld(t)
	set := applicationSet(t, "any", "goTemplate: true\ngenerators: [{plugin: {configMapRef: {name: previewset}}}]\ntemplate: {metadata: {name: x}, spec: {project: x, destination: {}}}")
	got := newArgoCD(t, s.url).mustGenerate(t, set)
	if want := []string{"br-checkout", "pr-1"}; !slices.Equal(ids(got), want) {
		t.Fatalf("previews %q, want %q", ids(got), want)
	}
	if in, ok := got[0]["input"].(map[string]any); !ok || len(in) != 0 {
		t.Errorf("input is %#v, want an empty map", got[0]["input"])
	}
}

func (s *service) post(t *testing.T, body []byte, header http.Header) (status int, answer []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1/getparams.execute", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if answer, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}
