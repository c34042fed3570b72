package kustomize_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

// comparedObjects use everything that an overlay changes.
const comparedObjects = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0x2
  template:
    spec:
      containers:
      - {name: a, image: "web:1", env: [{name: DB_SCHEMA, value: x}, {name: API, value: "http://api.shop.svc/"}], ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}
      - {name: b, image: "web:1", resources: {limits: {cpu: 1.50, memory: 1e9}}, args: [~, "~", yes, 0644, 2026-01-01]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {template: {}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [a]}}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "web:1", emptyDir: {}}]}}}}}
---
apiVersion: v1
kind: Service
metadata: {name: api, annotations: {acme.dev/url: "http://api.shop.svc:80"}}
spec: {selector: {a: b}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {tls: [{secretName: x}], rules: [{host: shop.example.com}, {http: {paths: [{path: /other, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}}]}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: drop
  namespace: shop-admin
  annotations: {argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookSucceeded}
spec: {template: {spec: {containers: [{name: a, image: "web:1"}]}}}
`

func comparedSpec() kustomize.Spec {
	return kustomize.Spec{
		Base: "base", AdminNamespace: "shop-admin", Labels: map[string]string{"acme.dev/id": "{{.id}}"}, Annotations: map[string]string{"acme.dev/title": "{{.title}}"},
		Images: []kustomize.Image{{Name: "web", NewTag: "2"}},
	}
}

// comparedTree returns a base with comparedObjects and the object x. With component, it
// also has a component that reads parameters.
func comparedTree(x string) tree {
	return files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n",
		"base/x.yaml":             comparedObjects + "---\n" + x,
		"component/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [y.yaml]\n" +
			"replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.host}\n  targets: [{select: {kind: Thing, name: other}, fieldPaths: [spec.host]}]\n",
		"component/y.yaml": "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: other}\nspec: {host: X, size: 3}\n",
	})
}

const comparedThing = "apiVersion: acme.dev/v1\nkind: Thing\nmetadata: {name: x}\nspec: {a: b}\n"

func TestOverlayChangesNothingElse(t *testing.T) {
	t.Parallel()
	withComponent := comparedSpec()
	withComponent.Components = []string{"component"}
	for name, spec := range map[string]kustomize.Spec{"base": comparedSpec(), "component": withComponent} {
		base := load(t, spec, comparedTree(comparedThing))
		render(t, base, pullRequest())
		render(t, base, branch()) // a component computes other values for it
		for _, path := range differences(t, base) {
			t.Errorf("%s: a change of %s is not found", name, path)
		}
	}
}

// differences changes the strings and numbers of the built objects, one at a time, and
// returns those whose change is not found. It leaves out what overlays set.
func differences(t *testing.T, base *kustomize.Base) (missed []string) {
	t.Helper()
	compare, err := base.Comparer(withHosts(base, pullRequest()), entry)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		path, changed := "", false
		err := compare(func(objects []*resource.Resource) []*resource.Resource {
			n := 0
			for _, r := range objects {
				fields.Texts(r.YNode(), func(at fields.Place) bool {
					if isIntended(r, at) {
						return true
					}
					if n++; n == i+1 {
						path, changed = object.Describe(r)+" "+at.Name, true
						at.Node.Value += "x"
					}
					return !changed
				})
				if changed {
					break
				}
			}
			return objects
		})
		var build *object.BuildError
		switch {
		case !changed:
			if i < 20 || err != nil {
				t.Errorf("got only %d places, %v", i, err)
			}
			return missed
		case !errors.As(err, &build):
			missed = append(missed, path)
		}
	}
}

// isIntended reports whether overlays set the string at p in r in a way that comparisons
// do not check, because they take it from the overlay.
func isIntended(r *resource.Resource, p fields.Place) bool {
	return r.GetName() == "preview" || object.IsNamespace(r) && !strings.Contains(p.Name, "labels") || strings.Contains(p.Name, "previewset.dev/") || strings.Contains(p.Name, "acme.dev/id") ||
		strings.Contains(p.Name, "acme.dev/title") || p.Name == "metadata.namespace" || strings.HasSuffix(p.Name, ".image") || strings.Contains(p.Name, "env[DB_SCHEMA]") || strings.Contains(p.Name, "env[PREVIEWSET")
}

func TestOtherObjectsAreFound(t *testing.T) {
	t.Parallel()
	base := load(t, comparedSpec(), comparedTree(comparedThing))
	for name, test := range map[string]struct {
		change func([]*resource.Resource) []*resource.Resource
		want   string
	}{
		"missing": {func(all []*resource.Resource) []*resource.Resource {
			return slices.DeleteFunc(all, func(r *resource.Resource) bool { return r.GetKind() == "Service" })
		}, "Service api: the base has this object, but the overlay does not build it"},
		"new": {func(all []*resource.Resource) []*resource.Resource {
			other := all[len(all)-1].DeepCopy()
			other.SetName("other")
			return append(all, other)
		}, " other: the overlay builds this object, but the base does not have it"},
		"missing port": {func(all []*resource.Resource) []*resource.Resource {
			for _, r := range all {
				if r.GetName() == "web" && r.GetKind() == "Deployment" {
					ports := object.At(nodesAt(r.YNode(), "spec.template.spec.containers.[]")[0], "ports")
					ports.Content = ports.Content[:1]
				}
			}
			return all
		}, "Deployment web: the overlay would also change spec.template.spec.containers[0].ports"},
		"empty value": {func(all []*resource.Resource) []*resource.Resource {
			for _, r := range all {
				if r.GetKind() == "CronJob" {
					_ = nodesAt(r.YNode(), "spec.jobTemplate.spec.template.spec.containers.[]")[0].Content[0]
					if err := r.PipeE(yaml.Lookup("spec", "jobTemplate", "spec", "template", "spec", "containers", "0"), yaml.Clear("emptyDir")); err != nil {
						t.Error(err)
					}
				}
			}
			return all
		}, "containers[0].emptyDir"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare, err := base.Comparer(pullRequest(), entry)
			if err != nil {
				t.Fatal(err)
			}
			err = compare(test.change)
			var build *object.BuildError
			if !errors.As(err, &build) || !strings.Contains(build.Reason, test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A component computes a part of a value from the parameters, and the overlay sets another
// part: each preview would get the value of the sample preview.
func TestComputedValueIsNotEdited(t *testing.T) {
	t.Parallel()
	spec := kustomize.Spec{Base: "base", Components: []string{"component"}}
	base := load(t, spec, files(map[string]string{
		"base/kustomization.yaml": "namespace: shop\nresources: [x.yaml]\n",
		"base/x.yaml":             "apiVersion: v1\nkind: Service\nmetadata: {name: api, annotations: {acme.dev/url: \"http://api.shop.svc/ID\"}}\nspec: {}\n",
		"component/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" +
			"replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.id}\n" +
			"  targets: [{select: {kind: Service, name: api}, fieldPaths: [\"metadata.annotations.[acme.dev/url]\"], options: {delimiter: /, index: 3}}]\n",
	}))
	_, err := base.Render(t.Context(), pullRequest(), entry)
	var build *object.BuildError
	if !errors.As(err, &build) || !strings.Contains(build.Reason, "Service api: a component sets metadata.annotations[acme.dev/url] from the parameters") {
		t.Errorf("got %v", err)
	}
}

// FuzzOverlayKeepsObjects renders random objects, of which the overlay must change only
// what it intends.
func FuzzOverlayKeepsObjects(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, seed))
		var x strings.Builder
		for i := range 3 {
			kind := []string{"apiVersion: acme.dev/v1\nkind: Thing", "apiVersion: apps/v1\nkind: Deployment", "apiVersion: v1\nkind: Service", "apiVersion: apps/v1\nkind: StatefulSet"}[r.IntN(4)]
			fmt.Fprintf(&x, "%s\nmetadata: {name: r%d}\nspec: {template: {spec: {containers: [{name: a, image: 'web:1', x: %s}]}}, y: %s}\n---\n", kind, i, randomValue(r, 4), randomValue(r, 4))
		}
		base := load(t, comparedSpec(), files(map[string]string{"base/kustomization.yaml": "namespace: shop\nresources: [x.yaml]", "base/x.yaml": x.String()}))
		if _, err := base.Render(t.Context(), withHosts(base, pullRequest()), entry); err != nil {
			t.Errorf("%v\n%s", err, x.String())
		}
	})
}

// randomValue returns a YAML value in flow style.
func randomValue(r *rand.Rand, depth int) string {
	scalars := []string{"1", "2026-01-31T12:00:00+02:00", "0x1F", "0o17", "1.50", "1e3", "-0.0", "true", "yes", "~", `""`, "'null'", "2026-01-01", "http://r0.shop.svc/", "shop", "{}", "[]", `"a\nb"`, "é", "1000680000"}
	count := 1 + r.IntN(4)
	switch kind := r.IntN(4); {
	case depth == 0 || kind == 0:
		return scalars[r.IntN(len(scalars))]
	case kind == 1:
		items := make([]string, count)
		for i := range items {
			items[i] = randomValue(r, depth-1)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	keys := []string{"a", "name", "env", "metadata", "namespace", "labels", "spec", "value", "b.c/d"}
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	pairs := make([]string, count)
	for i := range pairs {
		pairs[i] = keys[i] + ": " + randomValue(r, depth-1)
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

// The Deployment has a namespace, and the generated ConfigMap has none. So Kustomize does not
// find the ConfigMap in the base, but finds it in the overlay.
func TestReferencesAreUpdated(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, files(map[string]string{
		"base/kustomization.yaml":       "namePrefix: a-\nresources: [inner]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n",
		"base/inner/kustomization.yaml": "namespace: shop\nresources: [x.yaml]\n",
		"base/inner/x.yaml":             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]}}}\n",
	}))
	if got := build(t, base, render(t, base, pullRequest())); !strings.Contains(got, "- configMapRef:\n            name: a-settings-") {
		t.Errorf("got\n%s", got)
	}
}
