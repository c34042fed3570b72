package kustomize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// Objects for bases and components.
const (
	webDeployment  = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: x}]}}}\n"
	webAccount     = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n"
	withPriority   = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {priorityClassName: high, containers: [{name: web, image: x}]}}}\n"
	priorityOfAll  = component + `patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/spec/template/spec/priorityClassName", "value": "high"}]'}]`
	labelsOnly     = component + "labels: [{pairs: {c: c}}]"
	withoutAccount = component + "patches: [{patch: '{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}, $patch: delete}'}]"
)

// strangerCases are bases and components with the default allow list.
var strangerCases = []struct {
	name  string
	files map[string]string
	// want is a part of the refusal, "" for none.
	want string
}{
	{"listed kinds", map[string]string{"base/x.yaml": webDeployment}, ""},
	{"another kind", map[string]string{"base/x.yaml": webAccount}, "base/x.yaml: ServiceAccount web: overlay.kinds.only of the set does not have ServiceAccount"},
	{"the Namespace", map[string]string{"base/x.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {a: b}}\n"}, "Namespace shop: overlay.kinds.only of the set does not have Namespace"},
	{"Job in the administration namespace", map[string]string{
		"base/x.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: web, namespace: admin, annotations: {argocd.argoproj.io/hook: PreSync}}\nspec: {template: {spec: {containers: [{name: web, image: x}]}}}\n",
	}, "it is in the administration namespace"},
	{"field", map[string]string{"base/x.yaml": withPriority}, "base/x.yaml: Deployment web: spec.template.spec.priorityClassName: other pods could have to make room for it: remove it, or allow it with overlay.allow: [priority]"},
	{"annotation", map[string]string{"base/x.yaml": strings.Replace(webDeployment, "{name: web}", "{name: web, annotations: {example.com/role: x}}", 1)}, "overlay.allow: [annotation]"},

	{"another kind of a component", map[string]string{
		"base/x.yaml": webDeployment, "c/kustomization.yaml": component + "resources: [y.yaml]", "c/y.yaml": webAccount,
	}, ""},
	{"another kind of a directory of a component", map[string]string{
		"base/x.yaml": webDeployment, "c/kustomization.yaml": component + "resources: [../shared]",
		"shared/kustomization.yaml": "resources: [y.yaml]", "shared/y.yaml": webAccount,
	}, ""},
	{"field of a component", map[string]string{"base/x.yaml": webDeployment, "c/kustomization.yaml": priorityOfAll}, ""},
	{"field of an object of a component", map[string]string{
		"base/x.yaml": webAccount + "---\n" + webDeployment, "c/kustomization.yaml": withoutAccount + "\nresources: [y.yaml]",
		"c/y.yaml": strings.ReplaceAll(withPriority, "name: web", "name: other"),
	}, ""},
	{"removed by a component", map[string]string{"base/x.yaml": webAccount, "c/kustomization.yaml": withoutAccount}, ""},
	{"field that a component corrects", map[string]string{
		"base/x.yaml": withPriority, "c/kustomization.yaml": component + `patches: [{target: {kind: Deployment}, patch: '[{"op": "remove", "path": "/spec/template/spec/priorityClassName"}]'}]`,
	}, ""},
	{"same name as an object of a component", map[string]string{
		"base/x.yaml":          strings.Replace(webAccount, "{name: web}", "{name: web, namespace: other}", 1),
		"c/kustomization.yaml": component + "resources: [y.yaml]", "c/y.yaml": webAccount,
	}, "ServiceAccount web: overlay.kinds.only"},
	{"renamed by a component", map[string]string{"base/x.yaml": webAccount, "c/kustomization.yaml": component + "namePrefix: c-"}, "base/x.yaml: ServiceAccount c-web: overlay.kinds.only"},
	{"takes the name of an object of a component", map[string]string{
		"base/x.yaml":          webAccount,
		"c/kustomization.yaml": component + "resources: [y.yaml]\nnamePrefix: c-", "c/y.yaml": strings.Replace(webAccount, "name: web", "name: other", 1),
	}, "ServiceAccount c-web: overlay.kinds.only"},
	{"the base includes a component", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\ncomponents: [../d]", "base/x.yaml": webDeployment,
		"d/kustomization.yaml": component + "resources: [y.yaml]", "d/y.yaml": webAccount, "c/kustomization.yaml": labelsOnly,
	}, "d/y.yaml: ServiceAccount web: overlay.kinds.only"},
	{"the base and a component include a directory", map[string]string{
		"base/kustomization.yaml":   "resources: [../shared]\nnamePrefix: base-",
		"c/kustomization.yaml":      component + "resources: [../shared]",
		"shared/kustomization.yaml": "resources: [y.yaml]", "shared/y.yaml": webAccount,
	}, "ServiceAccount base-web: overlay.kinds.only"},
	{"forged origin", map[string]string{
		"base/x.yaml":          strings.Replace(webAccount, "{name: web}", `{name: web, annotations: {config.kubernetes.io/origin: "path: ../c/y.yaml\n"}}`, 1),
		"c/kustomization.yaml": labelsOnly,
	}, "ServiceAccount web"},
	{"annotations removed by a component", map[string]string{
		"base/x.yaml": webAccount, "c/kustomization.yaml": component + `patches: [{target: {kind: ServiceAccount}, patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}]'}]`,
	}, "ServiceAccount web: overlay.kinds.only"},

	{"vars", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]\nvars: [{name: X, objref: {apiVersion: apps/v1, kind: Deployment, name: web}}]", "base/x.yaml": webDeployment,
	}, "base/kustomization.yaml: vars can change the objects of components"},
	{"configurations below the base", map[string]string{
		"base/kustomization.yaml": "resources: [../shared]", "shared/x.yaml": webDeployment,
		"shared/kustomization.yaml": "resources: [x.yaml]\nconfigurations: [names.yaml]", "shared/names.yaml": "nameReference: []\n",
	}, "shared/kustomization.yaml: configurations can change the objects of components"},
	{"vars of a component", map[string]string{
		"base/x.yaml": webDeployment, "c/kustomization.yaml": component + "vars: [{name: X, objref: {apiVersion: apps/v1, kind: Deployment, name: web}}]",
	}, ""},
}

func TestBasesOfStrangers(t *testing.T) {
	t.Parallel()
	for _, tt := range strangerCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", AdminNamespace: "admin", Kinds: kustomize.Kinds{Only: []string{"default"}}}
			contents := map[string]string{"base/kustomization.yaml": "resources: [x.yaml]"}
			for path, content := range tt.files {
				contents[path] = content
			}
			if _, ok := contents["c/kustomization.yaml"]; ok {
				spec.Components = []string{"c"}
			}
			err := refusalOf(t, spec, files(contents))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestAllRefusalsAreTogether checks that one run reports what the list refuses, and then what the
// policy refuses in all sets.
func TestAllRefusalsAreTogether(t *testing.T) {
	t.Parallel()
	content := webAccount + "---\n" + strings.Replace(webDeployment, "containers:", "hostNetwork: true, containers:", 1)
	err := refusalOf(t, kustomize.Spec{Base: "base", Kinds: kustomize.Kinds{Only: []string{"default"}}}, files(map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": content,
	}))
	if err == nil {
		t.Fatal("got no error")
	}
	first, second, _ := strings.Cut(err.Error(), "\n")
	if !strings.Contains(first, "does not have ServiceAccount") || !strings.Contains(second, "overlay.allow: [host-network]") {
		t.Errorf("got %v", err)
	}
}

// TestGeneratorsOfStrangers checks the kinds of generated objects, which a component can merge.
func TestGeneratorsOfStrangers(t *testing.T) {
	t.Parallel()
	const merged = component + "configMapGenerator: [{name: web, behavior: merge, literals: [B=b]}]"
	for name, tt := range map[string]struct {
		base, component string
		refused         bool
	}{
		"of the base":                       {"resources: [x.yaml]\nconfigMapGenerator: [{name: web, literals: [A=a]}]", labelsOnly, true},
		"of a component":                    {"resources: [x.yaml]", component + "configMapGenerator: [{name: web, literals: [A=a]}]", false},
		"of the base, merged":               {"resources: [x.yaml]\nconfigMapGenerator: [{name: web, literals: [A=a]}]", merged, true},
		"of the base, merged without hash":  {"resources: [x.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator: [{name: web, literals: [A=a]}]", merged, true},
		"of the base, replaced and renamed": {"resources: [x.yaml]\nconfigMapGenerator: [{name: web, literals: [A=a]}]", strings.Replace(merged, "merge", "replace", 1) + "\nnamePrefix: c-", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", Components: []string{"c"}, Kinds: kustomize.Kinds{Only: []string{"Deployment.apps"}}}
			err := refusalOf(t, spec, files(map[string]string{"base/kustomization.yaml": tt.base, "base/x.yaml": webDeployment, "c/kustomization.yaml": tt.component}))
			if (err != nil) != tt.refused || err != nil && !strings.Contains(err.Error(), "does not have ConfigMap") {
				t.Errorf("got %v, want a refusal: %t", err, tt.refused)
			}
		})
	}
}

// TestLibraryWithAllowList checks that the allow list is not about the components of the library,
// also if they change objects of the base.
func TestLibraryWithAllowList(t *testing.T) {
	t.Parallel()
	_, all := kustomize.Builtin("")
	for _, name := range all {
		if strings.Contains(name, "database") || slices.Contains([]string{"cloudnative-pg", "postgres-schema", "postgres-snapshot", "migrate", "seed"}, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := kustomize.Spec{Base: "base", Components: []string{"builtin:" + name}, Allow: []string{"load-balancer"}}
			tree := files(map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": webDeployment + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
			})
			without := refusalOf(t, spec, tree)
			spec.Kinds.Only = []string{"default"}
			if with := refusalOf(t, spec, tree); (with == nil) != (without == nil) {
				t.Errorf("got %v, want %v as without the list", with, without)
			}
		})
	}
	for _, d := range []kustomize.Database{{Engine: "postgres", Strategy: "schema", Image: "previewset:1"}, {Engine: "postgres", Strategy: "cloudnative-pg"}} {
		spec := kustomize.Spec{Base: "base", AdminNamespace: "admin", Database: &d, Kinds: kustomize.Kinds{Only: []string{"default"}}}
		if err := refusalOf(t, spec, files(map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": webDeployment})); err != nil {
			t.Errorf("%s: %v", d.Strategy, err)
		}
	}
}
