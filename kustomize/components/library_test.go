package components_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/previewset/previewset/examples"
	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	names "github.com/previewset/previewset/kustomize/object"
)

var update = flag.Bool("update", false, "write the golden files")

// The placeholders for parameters in components, as a string and as a number.
const (
	placeholder       = "replaced"
	placeholderNumber = 65535
)

// library returns the components that don't need overlay.database.
func library(t *testing.T) []string {
	t.Helper()
	database := []string{"cloudnative-pg", "database-jobs", "migrate", "seed"}
	for _, strategy := range kustomize.DatabaseStrategies() {
		database = append(database, strategy.Component)
	}
	_, all := kustomize.Builtin("")
	names := slices.DeleteFunc(all, func(name string) bool { return slices.Contains(database, name) })
	if len(names) < 10 {
		t.Fatalf("got only %v", names)
	}
	return names
}

// tree is a repository for a test. The tests don't use its hashes.
type tree struct{ fs.FS }

func (tree) Hash(string) (string, error) {
	sum := sha1.Sum(nil)
	return hex.EncodeToString(sum[:]), nil
}

// shop is the sample application's base in the directory base, with more files.
func shop(t *testing.T, more map[string]string) tree {
	t.Helper()
	files := fstest.MapFS{}
	base, err := examples.ShopBase("base")
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(base, more)
	for name, content := range base {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return tree{files}
}

func pullRequest() generator.Preview {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return generator.Preview{
		Change: generator.Change{
			Kind: generator.PullRequest, Number: 42, Branch: "feature/login", TargetBranch: "main",
			HeadSHA: "8a1f2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3", Title: "Add a login", Author: "octocat",
			Labels: []string{"flag:new-dashboard=on"}, URL: "https://github.com/acme/shop/pull/42",
			CreatedAt: at, UpdatedAt: at.Add(time.Hour),
		},
		Set:        "shop",
		Repository: generator.Repository{ForgeHost: "github.com", Organization: "acme", Name: "shop", CloneURL: "https://github.com/acme/shop.git", DefaultBranch: "main"},
		Names: generator.Names{
			ID: "pr-42", Application: "shop-pr-42", Namespace: "shop-pr-42",
			Host: "pr-42.shop.preview.localhost", DBSchema: "shop_pr_42",
		},
	}
}

// object is a built object.
type object map[string]any

func (o object) at(keys ...string) any {
	var v any = map[string]any(o)
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func (o object) name() string { return fmt.Sprint(o.at("kind"), " ", o.at("metadata", "name")) }

// built returns the built objects of a preview with the sample application and
// components of the library, by kind and name, without the ConfigMap with parameters.
func built(t *testing.T, repository tree, p generator.Preview, names ...string) map[string]object {
	t.Helper()
	objects, err := build(t, repository, p, names...)
	if err != nil {
		t.Fatalf("%v: %v", names, err)
	}
	return objects
}

func build(t *testing.T, repository tree, p generator.Preview, names ...string) (map[string]object, error) {
	t.Helper()
	spec := kustomize.Spec{Base: "base", Parameters: p.Parameters}
	for _, name := range names {
		spec.Components = append(spec.Components, "builtin:"+name)
	}
	return buildSpec(t, repository, p, spec)
}

func buildSpec(t *testing.T, repository tree, p generator.Preview, spec kustomize.Spec) (map[string]object, error) {
	t.Helper()
	r, err := kustomize.New(spec)
	if err != nil {
		return nil, err
	}
	base, err := r.Load(repository)
	if err != nil {
		return nil, err
	}
	for i, host := range base.Hosts() {
		if label, _, _ := strings.Cut(host, "."); i > 0 {
			p.Hosts = append(p.Hosts, generator.Host{Base: host, Name: label + "-" + p.Host})
		}
	}
	overlay, err := base.Render(t.Context(), p, "previews/shop/pr-42")
	if err != nil {
		return nil, err
	}
	manifests, err := base.Build(t.Context(), overlay)
	if err != nil {
		return nil, err
	}
	return decoded(t, manifests), nil
}

func decoded(t *testing.T, manifests []byte) map[string]object {
	t.Helper()
	objects := map[string]object{}
	decoder := yaml.NewDecoder(bytes.NewReader(manifests))
	for {
		var o map[string]any
		if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
			delete(objects, "ConfigMap preview")
			return objects
		} else if err != nil {
			t.Fatal(err)
		}
		name := object(o).name()
		if _, twice := objects[name]; twice {
			t.Fatalf("%s was built twice", name)
		}
		objects[name] = o
	}
}

// plain returns o as YAML, without the labels and annotations of previewset.
func plain(t *testing.T, o object) string {
	t.Helper()
	removeOwnKeys(map[string]any(o))
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(map[string]any(o)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func removeOwnKeys(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			removeOwnKeys(item)
		}
	case map[string]any:
		for key, item := range v {
			if pairs, ok := item.(map[string]any); ok && (key == "labels" || key == "annotations") {
				maps.DeleteFunc(pairs, func(key string, _ any) bool { return strings.HasPrefix(key, names.Prefix) })
				if len(pairs) == 0 {
					delete(v, key)
				}
			}
			removeOwnKeys(item)
		}
	}
}

// changed returns the objects of after that are new or differ from before.
func changed(t *testing.T, before, after map[string]object) string {
	t.Helper()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		text := plain(t, after[name])
		if old, ok := before[name]; !ok || plain(t, old) != text {
			out = append(out, text)
		}
	}
	return strings.Join(out, "---\n")
}

// TestGolden builds each component alone. The golden files have the objects that it adds
// to the sample application, or changes.
func TestGolden(t *testing.T) {
	before := built(t, shop(t, nil), pullRequest())
	for _, name := range library(t) {
		t.Run(name, func(t *testing.T) {
			after := built(t, shop(t, nil), pullRequest(), name)
			golden(t, name, changed(t, before, after))
		})
	}
}

// golden compares got with the golden file of a component. With -update, it writes the
// file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".yaml")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// The components are in the order of their names, and in reverse order.
func TestAllComponentsTogether(t *testing.T) {
	names := library(t)
	objects := built(t, shop(t, nil), pullRequest(), names...)
	base := built(t, shop(t, nil), pullRequest())
	pods := 0
	for name, o := range objects {
		checkReplaced(t, o)
		if _, ok := base[name]; ok {
			continue
		}
		if !strings.HasPrefix(fmt.Sprint(o.at("metadata", "name")), "preview") {
			t.Errorf("the name of %s could conflict with an object of the base", name)
		}
		if pod, ok := o.at("spec", "template", "spec").(map[string]any); ok {
			pods++
			checkPod(t, name, pod)
		}
	}
	if len(objects) < 15 || pods < 3 {
		t.Errorf("got %d objects and %d pods", len(objects), pods)
	}
	slices.Reverse(names)
	backwards := built(t, shop(t, nil), pullRequest(), names...)
	for name := range objects {
		if _, ok := backwards[name]; !ok {
			t.Errorf("in reverse order, %s is missing", name)
		}
	}
	for _, o := range backwards {
		checkReplaced(t, o)
	}
}

// checkReplaced fails if a placeholder was not replaced.
func checkReplaced(t *testing.T, o object) {
	t.Helper()
	visitScalars(map[string]any(o), func(v any) {
		if v == placeholder || v == placeholderNumber {
			t.Errorf("a placeholder of %s was not replaced", o.name())
		}
	})
}

// visitScalars calls visit for every scalar in v.
func visitScalars(v any, visit func(any)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			visitScalars(item, visit)
		}
	case map[string]any:
		for _, item := range v {
			visitScalars(item, visit)
		}
	default:
		visit(v)
	}
}

// declared returns the defaults of a component's parameters.
func declared(t *testing.T, name string) map[string]string {
	t.Helper()
	files, err := kustomize.BuiltinFiles(name)
	if err != nil {
		t.Fatal(err)
	}
	var k struct {
		Metadata struct{ Annotations map[string]string }
	}
	if err := yaml.Unmarshal(files[name+"/kustomization.yaml"], &k); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for annotation, value := range k.Metadata.Annotations {
		if key, ok := strings.CutPrefix(annotation, "parameters.previewset.dev/"); ok {
			out[key] = value
		}
	}
	return out
}

// The test sets each parameter of a component to a different value, and expects the value
// in the built objects. A component that uses an undeclared parameter does not build.
func TestEveryParameterHasAnEffect(t *testing.T) {
	for _, name := range library(t) {
		t.Run(name, func(t *testing.T) {
			p := pullRequest()
			p.Parameters = map[string]string{}
			for i, key := range slices.Sorted(maps.Keys(declared(t, name))) {
				p.Parameters[key] = fmt.Sprint(4001 + i) // a number, for what has to be one
			}
			if _, ok := p.Parameters["pod_security_enforce"]; ok {
				p.Parameters["pod_security_enforce"] = "restricted"
			}
			seen := map[string]bool{}
			for _, o := range built(t, shop(t, nil), p, name) {
				checkReplaced(t, o)
				visitScalars(map[string]any(o), func(v any) { seen[fmt.Sprint(v)] = true })
			}
			for key, value := range p.Parameters {
				if !seen[value] {
					t.Errorf("parameter %s has no effect", key)
				}
			}
		})
	}
}

// checkPod checks the profile "restricted"
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/), resource
// limits, and that images have a fixed version.
func checkPod(t *testing.T, name string, pod object) {
	t.Helper()
	if pod.at("securityContext", "runAsNonRoot") != true ||
		pod.at("securityContext", "seccompProfile", "type") != "RuntimeDefault" ||
		pod["automountServiceAccountToken"] != false || pod["initContainers"] != nil {
		t.Errorf("%s: got the pod %v", name, pod)
	}
	for _, c := range pod["containers"].([]any) {
		checkContainer(t, name, object(c.(map[string]any)))
	}
}

func checkContainer(t *testing.T, name string, c object) {
	t.Helper()
	if fmt.Sprint(c.at("securityContext", "capabilities", "drop")) != "[ALL]" ||
		c.at("securityContext", "allowPrivilegeEscalation") != false ||
		c.at("securityContext", "readOnlyRootFilesystem") != true {
		t.Errorf("%s: got securityContext %v", name, c.at("securityContext"))
	}
	for _, resource := range [][]string{{"requests", "cpu"}, {"requests", "memory"}, {"limits", "memory"}} {
		if c.at("resources", resource[0], resource[1]) == nil {
			t.Errorf("%s: missing resource %v", name, resource)
		}
	}
	image, tag, _ := strings.Cut(fmt.Sprint(c["image"]), ":")
	if !strings.Contains(image, ".") || tag == "" || tag == "latest" {
		t.Errorf("%s: got image %v", name, c["image"])
	}
}

// TestAuthReplacesAllBackends checks the backends of routes of every kind.
func TestAuthReplacesAllBackends(t *testing.T) {
	const routes = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: paths}
spec:
  defaultBackend: {service: {name: shop, port: {name: http}}}
  rules:
  - host: paths.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: shop, port: {name: http}}}}
      - {path: /files, pathType: Prefix, backend: {resource: {apiGroup: example.com, kind: Bucket, name: files}}}
  - host: other.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: many}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: shop, port: 80, weight: 1}, {name: canary, port: 80, weight: 1}]
  - filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]
  - matches: [{path: {value: /api}}]
    backendRefs: [{name: api, namespace: apis, port: 8080}]
`
	repository := shop(t, map[string]string{
		"base/kustomization.yaml": "resources: [deployment.yaml, service.yaml, ingress.yaml, routes.yaml]",
		"base/routes.yaml":        routes,
	})
	backends := 0
	for name, o := range built(t, repository, pullRequest(), "ingress", "gateway", "auth") {
		if o["kind"] != "Ingress" && o["kind"] != "HTTPRoute" {
			continue
		}
		if o.at("spec", "defaultBackend") != nil {
			t.Errorf("%s has a default backend", name)
		}
		for _, backend := range backendsOf(o) {
			backends++
			if backend != "preview-auth:80" {
				t.Errorf("%s has the backend %s", name, backend)
			}
		}
	}
	if backends != 8 {
		t.Errorf("got %d backends", backends)
	}
}

// The routes have no backends that component auth could replace.
func TestAuthFailsWithoutBackends(t *testing.T) {
	for kind, route := range map[string]string{
		"Ingress":   "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: all}\nspec: {defaultBackend: {service: {name: shop, port: {number: 80}}}}",
		"HTTPRoute": "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: all}\nspec: {rules: [{filters: [{type: RequestRedirect}]}]}",
	} {
		repository := shop(t, map[string]string{"base/kustomization.yaml": "resources: [service.yaml, route.yaml]", "base/route.yaml": route})
		if _, err := build(t, repository, pullRequest(), "auth"); err == nil || !strings.HasPrefix(err.Error(), "builtin:auth: "+kind+", the target of a replacement, has no field") || !strings.Contains(err.Error(), "previewset components copy auth") {
			t.Errorf("got %v for the route\n%s", err, route)
		}
	}
}

// backendsOf returns the backends of an Ingress or HTTPRoute, including all fields other
// than name and port.
func backendsOf(o object) []string {
	var out []string
	for _, rule := range o.at("spec", "rules").([]any) {
		refs, _ := object(rule.(map[string]any)).at("backendRefs").([]any)
		for _, ref := range refs {
			out = append(out, service(ref, "port"))
		}
		paths, _ := object(rule.(map[string]any)).at("http", "paths").([]any)
		for _, p := range paths {
			backend := p.(map[string]any)["backend"].(map[string]any)
			if len(backend) != 1 {
				out = append(out, fmt.Sprint(backend))
			}
			out = append(out, service(backend["service"], "port", "number"))
		}
	}
	return out
}

func service(v any, port ...string) string {
	m, _ := v.(map[string]any)
	if len(m) != 2 {
		return fmt.Sprint(v)
	}
	return fmt.Sprint(m["name"], ":", object(m).at(port...))
}

// The names of the authors are not valid label values.
func TestOwnerLabelOfAnyAuthor(t *testing.T) {
	for author, want := range map[string]string{"octocat": "octocat", "Octo Cat": "Octo-Cat", "山田": "", "": ""} {
		p := pullRequest()
		p.Author = author
		objects := built(t, shop(t, nil), p, "cost-labels")
		if owner := objects["Namespace shop-pr-42"].at("metadata", "labels", "owner"); owner != want {
			t.Errorf("%s: got %v, want %q", author, owner, want)
		}
	}
}

// A variable must come after the variables that it refers to.
func TestEnvironmentOrder(t *testing.T) {
	repository := shop(t, map[string]string{
		"base/kustomization.yaml": "resources: [deployment.yaml, service.yaml, worker.yaml]",
		"base/worker.yaml": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers:
      - {name: a, image: worker, env: [{name: FLAGD_HOST, value: elsewhere}, {name: MODE, value: fast}]}
      - {name: b, image: worker}
`,
	})
	objects := built(t, repository, pullRequest(), "flags", "otel")
	for name, wants := range map[string][]string{
		"Deployment shop": {"DB_SCHEMA PREVIEW_HEAD_SHA FLAGD_HOST OTEL_EXPORTER_OTLP_ENDPOINT OTEL_RESOURCE_ATTRIBUTES"},
		"StatefulSet worker": {
			"DB_SCHEMA PREVIEW_HEAD_SHA FLAGD_HOST OTEL_EXPORTER_OTLP_ENDPOINT OTEL_RESOURCE_ATTRIBUTES MODE",
			"DB_SCHEMA PREVIEW_HEAD_SHA FLAGD_HOST OTEL_EXPORTER_OTLP_ENDPOINT OTEL_RESOURCE_ATTRIBUTES",
		},
	} {
		for i, c := range objects[name].at("spec", "template", "spec", "containers").([]any) {
			env := c.(map[string]any)["env"].([]any)
			var got []string
			for _, v := range env {
				variable := v.(map[string]any)
				got = append(got, fmt.Sprint(variable["name"]))
				if variable["name"] == "FLAGD_HOST" && variable["value"] != "preview-flagd" {
					t.Errorf("%s: got the variable %v", name, variable)
				}
			}
			if strings.Join(got, " ") != wants[i] {
				t.Errorf("%s: got %v, want %s", name, got, wants[i])
			}
		}
	}
}

// TestPushRestartsOnlyNewImages compares the pods of two commits.
func TestPushRestartsOnlyNewImages(t *testing.T) {
	p, pushed := pullRequest(), pullRequest()
	pushed.HeadSHA = "0000000000000000000000000000000000000000"
	pushed.UpdatedAt = p.UpdatedAt.Add(time.Hour)
	after := built(t, shop(t, nil), pushed, library(t)...)
	for name, o := range built(t, shop(t, nil), p, library(t)...) {
		if a, b := plain(t, o), plain(t, after[name]); a != b {
			t.Errorf("%s changes from\n%s\nto\n%s", name, a, b)
		}
	}
}

// TestComponentsAreDocumented expects each component, and each parameter with its default, in
// docs/components.md.
func TestComponentsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/components.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range library(t) {
		if !strings.Contains(string(page), "\n| `"+name+"` | ") {
			t.Errorf("docs/components.md has no row for %s", name)
		}
		for key, value := range declared(t, name) {
			if !strings.Contains(string(page), "`"+key+"`") || len(value) < 60 && !strings.Contains(string(page), "`"+value+"`") {
				t.Errorf("docs/components.md does not have %s: %s", key, value)
			}
		}
	}
}

// `previewset components list` shows the first comment of a component.
func TestComponentsBeginWithComment(t *testing.T) {
	_, all := kustomize.Builtin("")
	for _, name := range all {
		files, err := kustomize.BuiltinFiles(name)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(files[name+"/kustomization.yaml"]); !strings.HasPrefix(text, "# ") {
			t.Errorf("%s begins with %.40q, want a comment", name, text)
		}
	}
}

// TestExamples builds the sets of examples/components/sets, which has one set for each
// component.
func TestExamples(t *testing.T) {
	const dir = "../../examples/components/sets"
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".yaml")
		names = append(names, name)
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var set struct {
			Parameters map[string]string
			Overlay    struct{ Components []string }
		}
		if err := yaml.Unmarshal(content, &set); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Contains(set.Overlay.Components, "builtin:"+name) {
			t.Errorf("%s does not use its component", name)
		}
		p := pullRequest()
		p.Parameters = set.Parameters
		var components []string
		taken := []string{"flags"} // every preview has it
		for _, c := range set.Overlay.Components {
			c = strings.TrimPrefix(c, "builtin:")
			components = append(components, c)
			taken = slices.AppendSeq(taken, maps.Keys(declared(t, c)))
		}
		for key := range set.Parameters {
			if !slices.Contains(taken, key) {
				t.Errorf("%s: no component has the parameter %s", name, key)
			}
		}
		built(t, shop(t, nil), p, components...)
	}
	slices.Sort(names) // "autosleep-keda.yaml" is before "autosleep.yaml"
	if want := library(t); !slices.Equal(names, want) {
		t.Errorf("got examples %v, want %v", names, want)
	}
}
