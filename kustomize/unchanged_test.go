package kustomize_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/previewset/previewset/kustomize"
)

// FuzzVariables checks that an overlay changes nothing in random pods but the variables: the
// rest equals the build of the base alone.
func FuzzVariables(f *testing.F) {
	for seed := range uint64(25) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		pods := randomPods{rand.New(rand.NewPCG(seed, 1))}
		contents := map[string]string{"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": pods.objects()}
		base := load(t, shopDatabase(), files(contents))
		built := build(t, base, render(t, base, pullRequest()))
		rest := withoutVariables(t, built)
		for name, want := range withoutVariables(t, kustomizeBuild(t, contents)) {
			if got := rest[name]; !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got\n%s\nwant\n%s", name, toYAML(t, got), toYAML(t, want))
			}
		}
		variables := 0
		for _, text := range strings.Split(built, "\n---\n") {
			if strings.Contains(text, "\n  name: x") {
				variables += strings.Count(text, "key: url\n")
			}
		}
		if containers := strings.Count(contents["base/x.yaml"], "image:"); containers != variables {
			t.Errorf("got %d times the database for %d containers, in\n%s", variables, containers, built)
		}
	})
}

// kustomizeBuild builds a base without previewset.
func kustomizeBuild(t *testing.T, contents map[string]string) string {
	t.Helper()
	fs := filesys.MakeFsInMemory()
	for path, content := range contents {
		if err := fs.WriteFile("/"+path, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	m, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, "/base")
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func toYAML(t *testing.T, value any) string {
	t.Helper()
	out, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// withoutVariables returns the workloads of manifests by name, without the values that every
// overlay sets: the namespace, labels, annotations, and the variables of the database.
func withoutVariables(t *testing.T, manifests string) map[string]any {
	t.Helper()
	objects := map[string]any{}
	for _, text := range strings.Split(manifests, "\n---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		meta := o["metadata"].(map[string]any)
		if o["kind"] == "Namespace" || meta["name"] == "preview" {
			continue
		}
		objects[fmt.Sprint(o["kind"], " ", meta["name"])] = cleaned(o)
	}
	return objects
}

// cleaned returns v without the values that every overlay sets.
func cleaned(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = cleaned(v[i])
		}
	case map[string]any:
		for key, value := range v {
			v[key] = cleaned(value)
		}
		if _, ok := v["image"]; ok {
			cleanVariables(v)
		}
		if meta, ok := v["metadata"].(map[string]any); ok {
			delete(meta, "namespace")
			delete(meta, "labels")
			delete(meta, "annotations")
			if len(meta) == 0 {
				delete(v, "metadata")
			}
		}
	}
	return v
}

// cleanVariables removes the variables of the database from a container. A missing list and
// an empty one are the same.
func cleanVariables(container map[string]any) {
	env, _ := container["env"].([]any)
	env = slices.DeleteFunc(slices.Clone(env), func(v any) bool {
		name := v.(map[string]any)["name"]
		return name == "DB_SCHEMA" || name == "DATABASE_URL"
	})
	delete(container, "env")
	if len(env) > 0 {
		container["env"] = env
	}
}

// randomPods makes workloads with the lists that a merge by key would damage.
type randomPods struct{ *rand.Rand }

func (r randomPods) one(texts ...string) string { return texts[r.IntN(len(texts))] }

// some returns up to most results of item as a list.
func (r randomPods) some(most int, item func(i int) string) string {
	var items []string
	for i := range r.IntN(most + 1) {
		items = append(items, item(i))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (r randomPods) objects() string {
	var all []string
	for i, kind := range []string{"apps/v1 Deployment", "apps/v1 StatefulSet", "batch/v1 Job", "argoproj.io/v1alpha1 Rollout", "serving.knative.dev/v1 Service", "batch/v1 CronJob", "apps.openshift.io/v1 DeploymentConfig"} {
		if r.IntN(3) > 0 && i > 0 {
			continue
		}
		version, kind, _ := strings.Cut(kind, " ")
		spec := "template: {" + r.one("", "metadata: {labels: {a: b}}, ", "metadata: {annotations: {a: b}}, ") + "spec: " + r.pod() + "}"
		if kind == "CronJob" {
			spec = "jobTemplate: {spec: {" + spec + "}}"
		}
		all = append(all, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x%d}\nspec: {%s%s}\n", version, kind, i, r.one("", "volumeClaimTemplates: [], "), spec))
	}
	return strings.Join(all, "---\n")
}

func (r randomPods) pod() string {
	return "{" + r.one("", "hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}], ", "hostAliases: ~, ") +
		r.one("", "tolerations: [{key: a}, {key: a, operator: Exists}], ") + r.one("", "imagePullSecrets: [{name: a}, {name: a}], ") +
		r.one("", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}], ") +
		r.one("", "volumes: [{name: a, emptyDir: {}}, {name: a, configMap: {name: y}}], ", "volumes: [], ") +
		"initContainers: " + r.some(2, r.container) + ", containers: " + r.some(3, r.container) + "}"
}

func (r randomPods) container(i int) string {
	name := r.one("web", "side", fmt.Sprint("c", i))
	return "{" + r.one("name: "+name+", ", "") + "image: " + r.one("x", "y:1") + r.one("", ", env: ~", ", env: []", ", env: "+r.some(5, r.variable)) +
		r.one("", ", envFrom: [{configMapRef: {name: a}}, {configMapRef: {name: a}}]") +
		r.one("", ", ports: [{containerPort: 80, name: a}, {containerPort: 80, name: b}, {containerPort: 80, protocol: UDP}]", ", ports: ~") +
		r.one("", ", volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a}]") + r.one("", ", restartPolicy: Always") +
		r.one("", `, args: ["$(DB_SCHEMA)", "$$(A)", '010', "yes", 1e3]`) + r.one("", ", resources: {limits: {cpu: 1, memory: 1Gi}}") + "}"
}

func (r randomPods) variable(int) string {
	return r.one("{name: A, value: \"$(DB_SCHEMA)-x\"}", "{name: A, value: b}", "{name: DB_SCHEMA, value: a}", "{name: DATABASE_URL, value: b}", "{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: a, key: b}}}",
		"{name: B, valueFrom: {configMapKeyRef: {name: a, key: b}}}", "{name: C}", "{name: D, value: \"\"}", "{name: E, value: '010'}")
}

// TestPortsStay has two ports with one number, of which a strategic merge drops one.
func TestPortsStay(t *testing.T) {
	t.Parallel()
	base := load(t, kustomize.Spec{Base: "base"}, oneObject("apps/v1 Deployment",
		"spec: {template: {spec: {hostAliases: [{ip: 10.0.0.1, hostnames: [db]}, {ip: 10.0.0.1, hostnames: [cache]}], containers: [{name: web, image: x, ports: [{containerPort: 8080, name: http}, {containerPort: 8080, name: metrics}]}]}}}"))
	got := build(t, base, render(t, base, pullRequest()))
	for _, text := range []string{"name: http\n", "name: metrics\n", "- db\n", "- cache\n"} {
		if !strings.Contains(got, text) {
			t.Errorf("got no %q in\n%s", text, got)
		}
	}
}

// TestValuesOfEditedObjects checks that an object that the overlay changes is written as
// Kustomize writes it without the overlay.
func TestValuesOfEditedObjects(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"2026-01-31", "2026-01-31T12:00:00+02:00", `"2026-01-31"`, "100000", "1000680000", "null", "1.10.0", "12:30:45", "0b1",
		"2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.100Z", "2001-12-15 2:59:43.10", "2001-1-1", "2001-1-1T1:1:1+00:00",
		"1.10", "1e3", "0777", "0o17", "0x1F", "1_000", "-0", "9007199254740992", "yes", "on", `"yes"`, "True", "~", "1:30", "!!str 12",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			contents := map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml]\n",
				"base/x.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, annotations: {acme.dev/x: " + value + "}}\n" +
					"spec:\n  y: " + value + "\n  list: [" + value + "]\n  template: {metadata: {annotations: {acme.dev/y: " + value + "}}, spec: {containers: [{name: a, image: web}]}}\n",
			}
			base := load(t, shopDatabase(), files(contents))
			built, plain := build(t, base, render(t, base, pullRequest())), kustomizeBuild(t, contents)
			if got, want := withoutVariables(t, built)["Deployment x"], withoutVariables(t, plain)["Deployment x"]; !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%s\nwant\n%s", toYAML(t, got), toYAML(t, want))
			}
			for _, line := range strings.Split(plain, "\n") {
				if strings.Contains(line, "acme.dev/") && !strings.Contains(built, line+"\n") {
					t.Errorf("got no line %q in\n%s", line, built)
				}
			}
		})
	}
}

func TestLargeNumberIsNotRounded(t *testing.T) {
	t.Parallel()
	for value, isRefused := range map[string]bool{"9007199254740993": true, "-9007199254740993": true, "0x20000000000001": true, "18446744073709551615": true, "9007199254740992": false, "1e300": false} {
		base := load(t, kustomize.Spec{Base: "base"}, oneObject("apps/v1 Deployment", "spec: {x: "+value+", template: {spec: {containers: [{name: a, image: web}]}}}"))
		_, err := base.Render(t.Context(), pullRequest(), entry)
		if want := "spec.x has the number " + value + ", which Kustomize would round"; isRefused != (err != nil) || isRefused && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", value, err)
		}
	}
}
