package kustomize_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/test/fuzzing"
)

// numbered returns the preview of pull request n. Its overlay differs from the overlay
// of pullRequest in values only.
func numbered(n int) generator.Preview {
	p := pullRequest()
	p.Number = int64(n)
	p.ID = fmt.Sprintf("pr-%d", n)
	p.Application = "shop-" + p.ID
	p.Namespace = p.Application
	p.Host = p.ID + ".shop.preview.localhost"
	p.DBSchema = fmt.Sprintf("shop_pr_%d", n)
	p.HeadSHA = fmt.Sprintf("%040x", n*7919)
	return p
}

// dirOf returns the directory of p's entry.
func dirOf(p generator.Preview) string { return path.Join("previews/shop", p.ID) }

// warm renders previews like p until the base has the built objects of their template.
func warm(t testing.TB, base *kustomize.Base, like generator.Preview) {
	t.Helper()
	for i := range 2 {
		p := like
		p.Namespace = fmt.Sprintf("warm-%d", i)
		if _, err := base.Render(t.Context(), p, dirOf(p)); err != nil {
			t.Fatal(err)
		}
	}
}

// sameAsBuilt compares the filled objects of p, if they exist, with the output of
// Kustomize, and the files with files written without a template.
func sameAsBuilt(t testing.TB, base *kustomize.Base, p generator.Preview) (filled bool) {
	t.Helper()
	o, err := base.Draft(p, dirOf(p))
	if err != nil {
		t.Fatal(err)
	}
	written, err := base.Write(p, dirOf(p))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range written {
		if !bytes.Equal(o.Files[name], want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, o.Files[name], want)
		}
	}
	got, ok, err := base.Filled(p, dirOf(p))
	if err != nil {
		t.Fatal(err)
	}
	if want := build(t, base, o); ok && string(got) != want {
		t.Errorf("filled objects of %s: got\n%s\nwant\n%s", p.ID, got, want)
	}
	if ok {
		if same, err := base.FilledAsRead(p, dirOf(p)); err != nil || !same {
			t.Errorf("filled objects of %s are not those that a cluster reads: %v", p.ID, err)
		}
	}
	return ok
}

// everything returns a base with all objects and fields that Kustomize changes in
// overlays, generates, renames, refers to and sorts.
func everything() map[string]string {
	return map[string]string{
		"base/kustomization.yaml": `
resources: [../common, objects.yaml]
components: [extras]
namePrefix: a-
nameSuffix: -z
namespace: elsewhere
labels:
- pairs: {acme.dev/tier: web}
  includeSelectors: true
commonAnnotations: {acme.dev/note: "yes"}
configMapGenerator:
- name: settings
  literals: [colour=blue, "number=042"]
generatorOptions: {labels: {generated: "true"}}
replacements:
- source: {kind: Service, name: web, fieldPath: metadata.name}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.template.metadata.annotations.service]
    options: {create: true}
patches:
- target: {kind: Deployment, labelSelector: app=web}
  patch: |-
    - {op: add, path: /spec/replicas, value: 3}
`,
		"base/extras/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [budget.yaml]\n",
		"base/extras/budget.yaml":        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n",
		"common/kustomization.yaml":      "resources: [account.yaml]\nnamespace: shared\n",
		"common/account.yaml":            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n",
		"base/objects.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      initContainers:
      - {name: wait, image: "12:30"}
      containers:
      - name: web
        image: ghcr.io/acme/shop:main
        env: [{name: DB_SCHEMA, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}]
        envFrom: [{configMapRef: {name: settings}}]
        args: ["1e3", "0o7", 'yes', "null", ~, 010, 1_000, 2026-01-02]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - {host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}
  - {}
  tls: [{hosts: [a.example, b.example], secretName: tls}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {hostnames: [a.example], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 2}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [settings], verbs: [get]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: sweep}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: sweep, image: ghcr.io/acme/shop}]}}}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: "1e3"}
spec: {template: {metadata: {labels: {app: web}}}, list: [[1, [two]], {three: 3.0}]}
---
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}, data: {text: "a\nb  \n# c"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: local, annotations: {config.kubernetes.io/local-config: "true"}}
`,
	}
}

// values returns texts that YAML, a selector or an image could interpret as syntax.
func values() []string {
	return []string{
		"x", "y", "no", "null", "true", "~", "1", "0777", "0x1F", "1e3", "1_000", "1:30", ".5", "-1", "=", "<<",
		"2026-01-02", "a.b", "a-b", "0123456789", "12345678", strings.Repeat("long ", 300), "a: b", "- a", "#a", "'a", `"a"`, `\x41`,
		"{{.id}}", "$(DB_SCHEMA)", "zqx0001xqz", "imageTags:", "Octo Cat", "Añadir", "日本", "😀", hostileText, " x ", "",
	}
}

// variations returns previews like p with different values.
func variations(p generator.Preview) []generator.Preview {
	all := []generator.Preview{p}
	texts := values()
	for i, v := range texts {
		q := p
		q.Title, q.Author, q.Branch, q.TargetBranch = v, v, v, texts[len(texts)-1-i]
		q.Labels = []string{v, "x"}
		q.URL = "https://example.com/" + v
		q.Repository.ID = v
		q.UpdatedAt = q.UpdatedAt.Add(time.Duration(i) * time.Hour)
		if i%3 == 0 {
			q.ExpiresAt = q.UpdatedAt
		}
		all = append(all, q)
	}
	for _, name := range []string{"a", "y", "no", "null", "123", "1e3", "e1", "default", "elsewhere", "web", "a-web-z", "x--y", strings.Repeat("n", 63)} {
		q := p
		q.Namespace, q.Host, q.Application = name, name+".example", name
		q.DBSchema = strings.ReplaceAll("_"+name[:min(len(name), 60)], "-", "_")
		all = append(all, q)
		q.Host, q.DBSchema = name, "true"
		all = append(all, q)
	}
	for _, sha := range []string{"0123456789abcdef", "12345678", "00000000", "1e300000", "deadbeef", "1_2"} {
		q := p
		q.HeadSHA = sha
		all = append(all, q)
	}
	return all
}

// TestFilledEqualsBuilt compares filled templates with builds, for bases that use all
// functions of Kustomize, and previews with all kinds of values.
func TestFilledEqualsBuilt(t *testing.T) {
	shop := kustomize.Spec{Base: "apps/shop/base", RepoURL: "https://git.acme.dev/gitops.git", Allow: []string{"daemon-set"}}
	templates := kustomize.Spec{
		Images: []kustomize.Image{
			{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"},
			{Name: "ghcr.io/acme/shop", NewTag: "{{.head_short_sha}}"},
			{Name: "12", NewTag: "{{.head_short_sha_7}}"},
		},
		Labels:      map[string]string{"acme.dev/branch": "{{.branch_slug}}", "acme.dev/id": "{{.id}}"},
		Annotations: map[string]string{"acme.dev/title": "{{.title}}", "acme.dev/host": "{{.host}}:80"},
	}
	with := func(base string, images int) kustomize.Spec {
		spec := templates
		spec.Base, spec.Images = base, spec.Images[:images]
		return spec
	}
	for _, test := range []struct {
		name string
		spec kustomize.Spec
		tree kustomize.Tree
		step int // 1 to try all variations, more for some
	}{
		{"deployment", shop, tree{os.DirFS("testdata/deployment/tree")}, 40},
		{"routes", shop, tree{os.DirFS("testdata/routes/tree")}, 40},
		{"stateful", shop, tree{os.DirFS("testdata/stateful/tree")}, 40},
		{"namespace", shop, tree{os.DirFS("testdata/namespace/tree")}, 40},
		{"components", shop, tree{os.DirFS("testdata/components/tree")}, 40},
		{"templates", with("apps/shop/base", 2), tree{os.DirFS("testdata/deployment/tree")}, 7},
		{"everything", with("base", 3), files(everything()), 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base := load(t, test.spec, test.tree)
			ascii := branch()
			ascii.Branch = "feature/login"
			for _, like := range []generator.Preview{pullRequest(), ascii} {
				tried, filled := 0, 0
				for i, p := range variations(like) {
					if i%test.step != 0 {
						continue
					}
					warm(t, base, p)
					tried++
					if sameAsBuilt(t, base, p) {
						filled++
					}
				}
				if filled < tried/3 {
					t.Errorf("got %d filled previews of %d", filled, tried)
				}
			}
		})
	}
}

// Kustomize could process the values of these bases and previews in different ways.
func TestTemplatesAreNotFilledIfBuildsCouldDiffer(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web}]}\n"
	plain := kustomize.Spec{Base: "base"}
	for _, test := range []struct {
		name  string
		files map[string]string
		spec  kustomize.Spec
		p     func(p *generator.Preview)
	}{
		{name: "component", spec: kustomize.Spec{Base: "base", Components: []string{"part"}}, files: map[string]string{
			"part/kustomization.yaml": "kind: Component\npatches: [{target: {labelSelector: previewset.dev/number=7}, patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"seven\": \"here\"}}]'}]\n",
		}},
		{name: "component of the library", spec: kustomize.Spec{Base: "base", Components: []string{"builtin:quota"}}},
		{name: "variables", spec: plain, files: map[string]string{
			"base/kustomization.yaml": "resources: [pod.yaml]\nvars: [{name: POD, objref: {apiVersion: v1, kind: Pod, name: web}, fieldref: {fieldpath: metadata.name}}]\n",
		}},
		{name: "configurations", spec: plain, files: map[string]string{
			"base/kustomization.yaml": "resources: [pod.yaml]\nconfigurations: [names.yaml]\nconfigMapGenerator: [{name: shop_pr_7}]\n",
			"base/names.yaml":         "nameReference: [{kind: ConfigMap, fieldSpecs: [{kind: Pod, path: spec/containers/env/value}]}]\n",
		}},
		{name: "crds", spec: plain, files: map[string]string{
			"base/kustomization.yaml": "resources: [pod.yaml]\ncrds: [crds.json]\n", "base/crds.json": "{}",
		}},
		{name: "binding", spec: plain, files: map[string]string{
			"base/kustomization.yaml": "namePrefix: a-\nresources: [pod.yaml, rbac.yaml]\n",
			"base/rbac.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n---\n" +
				"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web}\nroleRef: {kind: Role, name: web}\n" +
				"subjects: [{kind: ServiceAccount, name: web}]\n",
		}},
		{name: "binding that is local", spec: plain, files: map[string]string{
			"base/kustomization.yaml": "resources: [pod.yaml, rbac.yaml]\n",
			"base/rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web, annotations: {config.kubernetes.io/local-config: \"true\"}}\n" +
				"roleRef: {kind: Role, name: web}\nsubjects: [{kind: ServiceAccount, name: web}]\n",
		}},
		{name: "hook of the administration", spec: kustomize.Spec{Base: "base", AdminNamespace: "admin"}, files: map[string]string{
			"base/kustomization.yaml": "resources: [pod.yaml, job.yaml]\n",
			"base/job.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: clean\n  namespace: admin\n  annotations: {argocd.argoproj.io/hook: PostSync}\n" +
				"spec: {template: {spec: {restartPolicy: Never, containers: [{name: clean, image: clean}]}}}\n",
		}},
		{name: "reference in an annotation", spec: kustomize.Spec{
			Base: "base", Allow: []string{"other-namespace"}, Annotations: map[string]string{"nginx.ingress.kubernetes.io/fastcgi-params-configmap": "{{.branch}}"},
		}},
		{name: "hash over values", spec: plain, files: map[string]string{
			"base/pod.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, annotations: {internal.config.kubernetes.io/needsHashSuffix: enabled}}\n",
		}},
		{name: "placeholders", spec: plain, files: map[string]string{
			"base/pod.yaml": strings.Replace(pod, "image: web", "image: web:zqx0000xqz", 1),
		}},
		{name: "namespace default", spec: plain, p: func(p *generator.Preview) { p.Namespace = "default" }},
		{name: "namespace of digits", spec: plain, p: func(p *generator.Preview) { p.Namespace = "123" }},
		{name: "schema that is true", spec: plain, p: func(p *generator.Preview) { p.DBSchema = "true" }},
		{name: "characters", spec: plain, p: func(p *generator.Preview) { p.Author = "Añadir" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := map[string]string{"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": pod}
			maps.Copy(all, test.files)
			base := load(t, test.spec, files(all))
			p := numbered(7)
			if test.p != nil {
				test.p(&p)
			}
			warm(t, base, pullRequest())
			if sameAsBuilt(t, base, p) {
				t.Error("Render filled a template, want a build")
			}
		})
	}
}

// TestFilledIsRefused renders previews with overlays that must not be committed, before
// and after the base has a template for them.
func TestFilledIsRefused(t *testing.T) {
	base := plainBase(t, kustomize.Spec{Annotations: map[string]string{
		"external-dns.alpha.kubernetes.io/hostname": "{{.id}}.example.com",
	}})
	var first error
	for n := range 4 {
		p := pullRequest()
		_, err := base.Render(t.Context(), p, dirOf(p))
		if err == nil {
			t.Fatalf("render %d: got no error", n+1)
		}
		if first == nil {
			first = err
		}
		if err.Error() != first.Error() {
			t.Errorf("render %d: got error %q, want the first error %q", n+1, err, first)
		}
	}
}

// TestMoreKeysThanTemplates renders overlays with more keys than a base has templates.
func TestMoreKeysThanTemplates(t *testing.T) {
	base := plainBase(t, kustomize.Spec{})
	for n := range 40 {
		p := pullRequest()
		p.Parameters = map[string]string{fmt.Sprintf("parameter_%d", n): "x"}
		sameAsBuilt(t, base, p)
	}
}

// TestRenderConcurrently is for the race detector, because filled objects share nodes.
func TestRenderConcurrently(t *testing.T) {
	base := load(t, kustomize.Spec{Base: "base"}, files(everything()))
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 10 {
				p := numbered(10*n + i + 1)
				if _, err := base.Render(t.Context(), p, dirOf(p)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if !sameAsBuilt(t, base, numbered(50)) {
		t.Error("no preview was filled")
	}
}

// FuzzFilled checks that a filled template equals a build for all texts of a change.
func FuzzFilled(f *testing.F) {
	for _, v := range values() {
		f.Add(v, v, "shop-pr-1", "a.example", "shop_1", "abc")
	}
	base := load(f, kustomize.Spec{
		Base: "base", Images: []kustomize.Image{{Name: "ghcr.io/acme/shop", NewTag: "{{.head_sha}}"}},
		Annotations: map[string]string{"acme.dev/title": "{{trunc 200 .title}}"},
	}, files(everything()))
	warm(f, base, pullRequest())
	judged := fuzzing.Judged(f, 31)
	f.Fuzz(func(t *testing.T, title, author, namespace, host, schema, sha string) {
		p := pullRequest()
		p.Title, p.Author, p.Branch, p.HeadSHA = title, author, author, sha
		p.Namespace, p.Host, p.DBSchema = namespace, host, schema
		if _, err := base.Draft(p, dirOf(p)); err != nil {
			t.Skip(err)
		}
		if sameAsBuilt(t, base, p) {
			judged()
		}
	})
}
