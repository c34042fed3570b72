package kustomize_test

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

func TestNewJoinsErrors(t *testing.T) {
	_, err := newRenderer(kustomize.Spec{
		Base:       "../base",
		Components: []string{"builtin:nope", "c", "c/", ".", "git@example.com/x"},
		Images:     []kustomize.Image{{NewTag: "x"}, {Name: "a"}, {Name: "a", NewTag: "b", Digest: "c"}, {Name: "a", NewTag: "{{.brunch}}"}},
		Labels: map[string]string{
			"previewset.dev/id": "x", "-": "x", "a": "{{", "UPPER.example/x": "x", strings.Repeat("x", 64): "x",
		},
		Annotations:    map[string]string{"argocd.argoproj.io/sync-wave": "1", "config.kubernetes.io/local-config": "true"},
		AdminNamespace: "shop/admin",
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"base: ", "components[0]: the built-in component", "components[2]: c is listed twice", "components[3]: ", "components[4]: ",
		"images[0]: name", "images[1]: needs", "images[2]: has newTag and digest", "images[3].newTag: ", "brunch",
		"labels[previewset.dev/id]: ", "labels[-]: ", "labels[a]: ", "labels[UPPER.example/x]: ", "labels[xxx",
		"annotations[argocd.argoproj.io/sync-wave]: ", "annotations[config.kubernetes.io/local-config]: ",
		`adminNamespace: "shop/admin" is not a valid namespace`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no error contains %q in\n%v", want, err)
		}
	}
	if _, err := newRenderer(kustomize.Spec{
		Base: "./apps/base/", Labels: map[string]string{"acme.dev/first": "{{index .labels 0}}"},
	}); err != nil {
		t.Errorf("valid spec: got %v", err)
	}
}

func TestInputs(t *testing.T) {
	fsys := tree{os.DirFS("testdata/components/tree")}
	base := load(t, kustomize.Spec{Base: "apps/shop/base", Components: []string{"components/quota"}}, fsys)
	want := map[string]string{}
	for _, p := range []string{"apps/shop/base", "components/quota", "apps/shop/common", "apps/shop/features/metrics"} {
		hash, err := fsys.Hash(p)
		if err != nil {
			t.Fatal(err)
		}
		want[p] = hash
	}
	got := base.Inputs()
	if !maps.Equal(got, want) {
		t.Errorf("got inputs %v, want %v", got, want)
	}
	clear(got)
	if len(base.Inputs()) != len(want) {
		t.Error("a change of the result of Inputs changes the base")
	}
}

// TestConcurrentRendersAreEqual renders the same preview 50 times concurrently, from different bases
// and from the same base.
func TestConcurrentRendersAreEqual(t *testing.T) {
	spec := kustomize.Spec{
		Base: "apps/shop/base", Components: []string{"components/quota", "components/worker"},
		Labels:      map[string]string{"a": "1", "b": "2", "c": "3"},
		Annotations: map[string]string{"a": "{{.title}}", "b": "2", "c": "3"},
	}
	fsys := tree{os.DirFS("testdata/components/tree")}
	one := load(t, spec, fsys)
	want := render(t, one, hostile())
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			base := one
			if i%10 == 0 {
				base = load(t, spec, fsys)
			}
			p := numbered(i)
			if _, err := base.Render(t.Context(), p, "previews/shop/"+p.ID); err != nil {
				t.Error(err)
			}
			got, err := base.Render(t.Context(), hostile(), entry)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("run %d differs: %v", i, err)
			}
		})
	}
	wg.Wait()
}

func TestConfigMapHasAllParameters(t *testing.T) {
	base := plainBase(t, kustomize.Spec{RepoURL: "https://git.acme.dev/gitops.git"})
	p := pullRequest()
	data := find(t, build(t, base, render(t, base, p)), "ConfigMap", "preview").Data
	want := generator.Placed{Preview: p}.Params()
	delete(want, "revision")                                                                          // the commit that the ConfigMap is part of
	maps.DeleteFunc(want, func(name string, _ any) bool { return strings.HasPrefix(name, "label_") }) // labels of the ConfigMap
	want["source"], want["flags.json"] = "", ""
	if got, want := slices.Sorted(maps.Keys(data)), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
		t.Errorf("got parameters %v, want %v", got, want)
	}
	if data["repo_url"] != "https://git.acme.dev/gitops.git" || data["path"] != entry || data["source"] != "github.com/acme/shop" {
		t.Errorf("got repo_url %q, path %q, source %q", data["repo_url"], data["path"], data["source"])
	}
}

// The base expands $(NAME) in annotations.
func TestVarsAreNotExpandedInValues(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml": "resources: [plain.yaml]\nvars:\n- name: LEAK\n  objref: {apiVersion: v1, kind: ConfigMap, name: plain}\n  fieldref: {fieldpath: data.a}\n",
		"base/plain.yaml":         oneConfigMap + "data: {a: leaked}\n",
	}))
	p := pullRequest()
	p.Branch, p.Title = "x-$(LEAK)-$$", "$(LEAK)"
	manifests := build(t, base, render(t, base, p))
	if got := find(t, manifests, "Namespace", p.Namespace).Metadata.Annotations["previewset.dev/branch"]; got != "x-(LEAK)-" {
		t.Errorf("got the annotation %q", got)
	}
	if got := find(t, manifests, "ConfigMap", "preview").Data["title"]; got != p.Title {
		t.Errorf("got the title %q", got)
	}
}

func TestLabelValues(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	for branch, want := range map[string]string{
		"feature/login":                "feature-login",
		"--x--":                        "x",
		"/":                            "",
		"日本":                           "",
		"a日本b":                         "a-b",
		strings.Repeat("x", 70):        strings.Repeat("x", 63),
		strings.Repeat("x", 62) + "/y": strings.Repeat("x", 62),
	} {
		p := pullRequest()
		p.Branch = branch
		labels := find(t, build(t, base, render(t, base, p)), "Namespace", p.Namespace).Metadata.Labels
		got, ok := labels["previewset.dev/branch"]
		if got != want || ok != (want != "") {
			t.Errorf("branch %q: got label %q, present %t", branch, got, ok)
		}
	}
}

func TestLinks(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	const change = "link.argocd.argoproj.io/change"
	for url, want := range map[string]string{
		"":                                   "",
		"javascript:alert(1)":                "",
		"/relative":                          "",
		"https://example.com/42":             "Pull request #42|https://example.com/42",
		"http://example.com/a|b":             "Pull request #42|http://example.com/a%7Cb",
		"https://example.com/\x1b[31m":       "",
		"https://example.com/?q=a|b\u202e#|": "Pull request #42|https://example.com/?q=a%7Cb#%7C",
	} {
		p := pullRequest()
		p.URL = url
		manifests := build(t, base, render(t, base, p))
		for _, d := range documents(t, manifests) {
			want := want
			if d.Kind != "Namespace" {
				want = ""
			}
			if got := d.Metadata.Annotations[change]; got != want {
				t.Errorf("URL %q: got link of %s %q, want %q", url, d.Kind, got, want)
			}
		}
	}
}

func TestAuthorOfBranchIsNotInPodTemplates(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "apps/shop/base"}, tree{os.DirFS("testdata/deployment/tree")})
	template := func(author string) string {
		p := branch()
		p.Author = author
		manifests := build(t, base, render(t, base, p))
		namespace := find(t, manifests, "Namespace", p.Namespace).Metadata
		if namespace.Labels["previewset.dev/owner"] != author || namespace.Annotations["previewset.dev/owner"] != author {
			t.Errorf("the Namespace does not have the owner %s: %v", author, namespace)
		}
		_, deployment, _ := strings.Cut(manifests, "kind: Deployment")
		_, pod, _ := strings.Cut(deployment, "\n  template:")
		pod, _, _ = strings.Cut(pod, "---")
		return pod
	}
	if a, b := template("ann"), template("bob"); a != b || !strings.Contains(a, "previewset.dev/id") {
		t.Errorf("the pod template changes from\n%s\nto\n%s", a, b)
	}
}

// The component renames routes or containers depending on the preview, so that the
// overlay's patches don't match them.
func TestComponentsCanNotEscape(t *testing.T) {
	spec := kustomize.Spec{Base: "base", Components: []string{"c"}}
	base := load(t, spec, files(map[string]string{
		"base/kustomization.yaml": "resources: [ingress.yaml]",
		"base/ingress.yaml":       "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec: {rules: [{host: a}]}\n",
		"c/kustomization.yaml": component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.id}\n" +
			"  targets: [{select: {kind: Ingress}, fieldPaths: [metadata.name]}]\n",
	}))
	p := pullRequest()
	_, err := base.Render(t.Context(), p, entry)
	if err == nil || !strings.Contains(err.Error(), `spec.rules[0].host: "a" is not a host of the preview`) {
		t.Errorf("%v", err)
	}
}
