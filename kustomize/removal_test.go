package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// The objects that the components in these tests remove, change and add.
const (
	openService = "apiVersion: v1\nkind: Service\nmetadata: {name: open}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"
	plainSecret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n"
	// ownParameters has the name of the ConfigMap of the preview, which copiedHost reads.
	ownParameters = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: preview}\n"
	copiedHost    = "replacements: [{source: {kind: ConfigMap, name: preview, fieldPath: data.host}, targets: [{select: {kind: ConfigMap, name: plain}, fieldPaths: [data.a], options: {create: true}}]}]\n"
	agent         = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, " +
		"spec: {volumes: [{name: logs, hostPath: {path: /var/log}}], containers: [{name: web, image: web}, {name: agent, image: agent, securityContext: {privileged: true}}]}}}\n"
)

// patched returns a component with these strategic merge patches.
func patched(patches ...string) string {
	text := component + "patches:\n"
	for _, p := range patches {
		text += "- patch: |-\n    " + strings.ReplaceAll(strings.TrimSpace(p), "\n", "\n    ") + "\n"
	}
	return text
}

// withComponent returns a set's specification with the component c, and a tree with these
// objects in the base.
func withComponent(c string, objects ...string) (kustomize.Spec, tree) {
	return kustomize.Spec{Base: "base", Components: []string{"c"}, AdminNamespace: "shop-admin"}, files(map[string]string{
		"base/kustomization.yaml": "resources: [objects.yaml]",
		"base/objects.yaml":       strings.Join(objects, "---\n"),
		"c/kustomization.yaml":    c,
		"c/secret.yaml":           plainSecret,
	})
}

// TestComponentsCanRemoveWhatIsRefused uses objects that no preview may have, and
// components that remove them, or the refused part of them.
func TestComponentsCanRemoveWhatIsRefused(t *testing.T) {
	t.Parallel()
	deleted := func(version, kind, name string) string {
		return patched("apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n$patch: delete\n")
	}
	target := func(kind, name, patch string) string {
		return component + "patches:\n- target: {kind: " + kind + ", name: " + name + "}\n  patch: '" + patch + "'\n"
	}
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: "
	for _, tt := range []struct{ name, component, object string }{
		{"object", deleted("v1", "Service", "open"), openService},
		{"object by a target", component + "patches:\n- target: {kind: Service}\n  patch: |-\n    $patch: delete\n    kind: Service\n    metadata: {name: any}\n", openService},
		{"secret", deleted("v1", "Secret", "db"), plainSecret},
		{"cluster role", deleted("rbac.authorization.k8s.io/v1", "ClusterRole", "all"), "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n"},
		{"list items", patched("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {volumes: [{name: logs, $patch: delete}], containers: [{name: agent, $patch: delete}]}}}\n"), agent},
		{"list items by JSON patch", target("Deployment", "web", `[{"op": "remove", "path": "/spec/template/spec/volumes/0"}, {"op": "remove", "path": "/spec/template/spec/containers/1"}]`), agent},
		{"field", patched("apiVersion: v1\nkind: Service\nmetadata: {name: open}\nspec: {type: null}\n"), openService},
		{"value", target("Service", "open", `[{"op": "replace", "path": "/spec/type", "value": "ClusterIP"}]`), openService},
		{"only namespace", deleted("v1", "Namespace", "shop"), namespace + "shop, labels: {pod-security.kubernetes.io/enforce: privileged}}\n"},
		{"second namespace", deleted("v1", "Namespace", "b"), namespace + "a}\n---\n" + namespace + "b}\n"},
		{"first namespace", deleted("v1", "Namespace", "a"), namespace + "a}\n---\n" + namespace + "b}\n"},
		{"administration namespace", deleted("v1", "Namespace", "shop-admin"), namespace + "shop-admin}\n"},
		{"name of the parameters", patched("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: preview, namespace: other}\n$patch: delete\n"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: preview, namespace: other}\n"},
		{"object with the name of the parameters", deleted("v1", "ConfigMap", "preview"), ownParameters},
		{"other name", target("ConfigMap, namespace: default", "preview", `[{"op": "replace", "path": "/metadata/name", "value": "settings"}]`) + "  options: {allowNameChange: true}\n", ownParameters},
		{"name of the parameters, and then a copied parameter", deleted("v1", "ConfigMap", "preview") + copiedHost, ownParameters},
		{"object in the administration namespace", patched("apiVersion: v1\nkind: Service\nmetadata: {name: open, namespace: shop-admin}\n$patch: delete\n"), strings.Replace(openService, "name: open", "name: open, namespace: shop-admin", 1)},
		{"job in the administration namespace", patched("apiVersion: batch/v1\nkind: Job\nmetadata: {name: drop, namespace: shop-admin}\n$patch: delete\n"), hookJob("drop", "shop-admin", "")},
		{"tag", deleted("v1", "ConfigMap", "tagged"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tagged}\ndata: {a: !mine b}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec, tree := withComponent(tt.component, oneConfigMap, tt.object)
			base := load(t, spec, tree)
			manifests := build(t, base, render(t, base, pullRequest()))
			if find(t, manifests, "Namespace", "shop-pr-42"); find(t, manifests, "ConfigMap", "plain").Kind == "" {
				t.Error("the base is gone")
			}
			spec.Components = nil
			if err := refusalOf(t, spec, tree); err == nil {
				t.Error("without the component: got no error, want a refusal")
			} else {
				refused(t, err)
			}
		})
	}
}

// refusalOf returns the error of an overlay on a base, nil if it passes.
func refusalOf(t *testing.T, spec kustomize.Spec, tree tree) error {
	t.Helper()
	r, err := newRenderer(spec)
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.Load(tree)
	if err != nil {
		return err
	}
	_, err = base.Render(t.Context(), pullRequest(), entry)
	return err
}

// TestComponentsCanNotAddWhatIsRefused uses components that add objects or fields that no
// preview may have.
func TestComponentsCanNotAddWhatIsRefused(t *testing.T) {
	t.Parallel()
	const web = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
	for _, tt := range []struct{ name, component, path, resource, reason string }{
		{"object", component + "resources: [secret.yaml]\n", "c/secret.yaml", "Secret db", "a plain Secret"},
		{"generated object", component + "secretGenerator: [{name: db, literals: [a=hunter2], options: {disableNameSuffixHash: true}}]\n", "c/kustomization.yaml", "Secret db", "a plain Secret"},
		{"value", patched("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n"), "base/objects.yaml", "Service web", "load balancer"},
		{"kind", component + "patches:\n- target: {kind: ConfigMap, name: plain}\n  patch: '[{\"op\": \"replace\", \"path\": \"/kind\", \"value\": \"Secret\"}]'\n  options: {allowKindChange: true}\n", "base/objects.yaml", "Secret plain", "a plain Secret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec, tree := withComponent(tt.component, oneConfigMap, web)
			err := refusalOf(t, spec, tree)
			got := refused(t, err)
			if got.Path != tt.path || got.Resource != tt.resource || !strings.Contains(got.Reason, tt.reason) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want a refusal of %s in %s because of %q", err, tt.resource, tt.path, tt.reason)
			}
		})
	}
}

// TestCauseOfRefusal uses several components, one of which changes an object of the base so
// that it is refused.
func TestCauseOfRefusal(t *testing.T) {
	t.Parallel()
	open := patched("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n")
	closed := patched("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n")
	const fromParameter = component + "replacements: [{source: {kind: ConfigMap, name: preview, fieldPath: data.kind_of_service}, targets: [{select: {kind: Service, name: web}, fieldPaths: [spec.type]}]}]\n"
	for _, tt := range []struct {
		name, base string
		components []string
		want       string
	}{
		{"base", "LoadBalancer", []string{"other"}, ""},
		{"first component", "ClusterIP", []string{"open", "other"}, "open"},
		{"second component", "ClusterIP", []string{"other", "open"}, "open"},
		{"component after another one closes it", "LoadBalancer", []string{"closed", "open"}, "open"},
		{"copied parameter", "ClusterIP", []string{"copies", "builtin:quota"}, "copies"},
		{"base and component", "LoadBalancer", []string{"other", "open"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := files(map[string]string{
				"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: " + tt.base + ", ports: [{port: 80}]}\n",
				"open/kustomization.yaml": open, "closed/kustomization.yaml": closed, "other/kustomization.yaml": component + "commonAnnotations: {a: b}\n", "copies/kustomization.yaml": fromParameter,
			})
			spec := kustomize.Spec{Base: "base", Components: tt.components, Parameters: map[string]string{"kind_of_service": "LoadBalancer"}}
			got := refused(t, refusalOf(t, spec, tree))
			if _, cause, _ := strings.Cut(got.Reason, " (changed by "); got.Path != "base/x.yaml" || tt.want == "" && cause != "" || tt.want != "" && cause != tt.want+"/kustomization.yaml)" {
				t.Errorf("got %v, want the cause %q", got, tt.want)
			}
		})
	}
}

// TestOverlayCanCorrectWhatIsRefused uses a label of the set that replaces the refused
// label of the base.
func TestOverlayCanCorrectWhatIsRefused(t *testing.T) {
	t.Parallel()
	tree := objectsIn("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: privileged}}\n")
	spec := kustomize.Spec{Base: "base"}
	if got := refused(t, refusalOf(t, spec, tree)); got.Resource != "Namespace shop" || got.Path != "base/objects.yaml" {
		t.Errorf("got %v, want a refusal of the Namespace shop", got)
	}
	spec.Labels = map[string]string{"pod-security.kubernetes.io/enforce": "baseline"}
	if err := refusalOf(t, spec, tree); err != nil {
		t.Error(err)
	}
}

// TestRefusalsOfPreviewsAreEqual uses a component that makes every preview with one title
// invalid. The messages name the objects as the base does, so that they are the same for
// all previews.
func TestRefusalsOfPreviewsAreEqual(t *testing.T) {
	t.Parallel()
	replaced := component + "replacements:\n- source: {kind: ConfigMap, name: preview, fieldPath: data.title}\n" +
		"  targets: [{select: {kind: Job}, fieldPaths: [spec.template.spec.priorityClassName], options: {create: true}}]\n"
	spec, tree := withComponent(replaced, hookJob("drop", "shop-admin", dropHook), hookJob("seed", "''", ""))
	base := load(t, spec, tree)
	messages := map[string]bool{}
	for n := range int64(3) {
		p := numbered(int(n) + 1)
		p.Title = "system-node-critical"
		_, err := base.Render(t.Context(), p, dirOf(p))
		for _, want := range []string{"base/objects.yaml: Job drop: ", "base/objects.yaml: Job seed: "} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v, want %s", err, want)
			}
		}
		messages[err.Error()] = true
	}
	if len(messages) != 1 {
		t.Errorf("got the messages %v, want one", messages)
	}
}

// TestPolicyIsBeforeThePrinter uses a Secret that Kustomize can't print.
func TestPolicyIsBeforeThePrinter(t *testing.T) {
	t.Parallel()
	unprintable := strings.Replace(plainSecret, "hunter2", `"a\u0085b"`, 1)
	if got := refused(t, refusalOf(t, kustomize.Spec{Base: "base"}, objectsIn(unprintable))); got.Resource != "Secret db" {
		t.Errorf("got %v, want a refusal of the Secret db", got)
	}
	spec, tree := withComponent(patched("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n$patch: delete\n"), oneConfigMap, unprintable)
	if err := refusalOf(t, spec, tree); err != nil {
		t.Errorf("without the Secret: got %v", err)
	}
}

// TestParametersOfBaseAreRefusedWithComponents uses a ConfigMap that has the name of the
// ConfigMap of the preview, and components that do not remove it.
func TestParametersOfBaseAreRefusedWithComponents(t *testing.T) {
	t.Parallel()
	const generator = "resources: [objects.yaml]\nconfigMapGenerator: [{name: preview, literals: [a=b]}]\n"
	const sameName = ": the ConfigMap of the preview's parameters has the same name: give it another name, or remove it with a component"
	for _, tt := range []struct{ name, component, kustomization, want string }{
		{"object", "commonAnnotations: {a: b}\n", "resources: [objects.yaml, own.yaml]\n", "base/own.yaml: ConfigMap preview" + sameName},
		{"generated object", "commonAnnotations: {a: b}\n", generator, "base/kustomization.yaml: ConfigMap preview-4h2mbtbbt6" + sameName},
		{
			"copied parameter", copiedHost, generator,
			"c/kustomization.yaml: the source of a replacement, ConfigMap preview, matches several objects: rename the one of the base, or remove it in a component before this one",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := files(map[string]string{
				"base/kustomization.yaml": tt.kustomization, "base/objects.yaml": oneConfigMap, "base/own.yaml": ownParameters,
				"c/kustomization.yaml": component + tt.component, "d/kustomization.yaml": patched(ownParameters + "$patch: delete\n"),
			})
			spec := kustomize.Spec{Base: "base", Components: []string{"c"}}
			if err := refusalOf(t, spec, tree); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			spec.Components = []string{"d", "c"}
			if err := refusalOf(t, spec, tree); err != nil {
				t.Errorf("without the object: got %v", err)
			}
		})
	}
}

// TestComponentsCanCorrectTheBase uses a base that does not build without its component.
func TestComponentsCanCorrectTheBase(t *testing.T) {
	t.Parallel()
	const variable = "resources: [x.yaml]\nvars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: plain}, fieldref: {fieldpath: data.b}}]\n"
	tree := files(map[string]string{
		"base/kustomization.yaml": variable, "base/x.yaml": oneConfigMap,
		"c/kustomization.yaml": patched("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {b: c}\n"),
		"d/kustomization.yaml": component + "commonAnnotations: {a: b}\n",
	})
	if err := refusalOf(t, kustomize.Spec{Base: "base", Components: []string{"c"}}, tree); err != nil {
		t.Error(err)
	}
	const want = "base/kustomization.yaml: the variable X refers to the field data.b, which its object does not have: "
	for _, components := range [][]string{nil, {"d"}} {
		if err := refusalOf(t, kustomize.Spec{Base: "base", Components: components}, tree); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("with the components %v: got %v, want %s", components, err, want)
		}
	}
}

// TestMistakeOfAComponentIsNamed uses a base with two Namespaces, of which a component
// removes one, and has a mistake.
func TestMistakeOfAComponentIsNamed(t *testing.T) {
	t.Parallel()
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: "
	spec, tree := withComponent(patched(namespace+"a}\n$patch: delete\n", namespace+"c}\n$patch: delete\n"), namespace+"a}\n", namespace+"b}\n")
	if err := refusalOf(t, spec, tree); err == nil || !strings.HasPrefix(err.Error(), "c/kustomization.yaml: the patch of Namespace c matches no object: ") {
		t.Errorf("got %v, want the mistake of the component", err)
	}
}

// TestComponentsCanRemoveEncryptedObjects uses objects that are encrypted with SOPS, as
// Flux decrypts them. A component replaces them in previews.
func TestComponentsCanRemoveEncryptedObjects(t *testing.T) {
	t.Parallel()
	const sops = "sops: {mac: 'ENC[x]', version: 3.9.0}\n"
	contents := map[string]string{
		"base/kustomization.yaml": "resources: [plain.yaml, secret.yaml]\nsecretGenerator: [{name: env, envs: [secret.env]}]\npatches: [{path: patch.yaml}]\n",
		"base/plain.yaml":         oneConfigMap,
		"base/secret.yaml":        plainSecret + sops,
		"base/secret.env":         "A=ENC[x]\nsops_mac=ENC[x]\n",
		"base/patch.yaml":         oneConfigMap + "data: {a: 'ENC[x]'}\n" + sops,
		"c/kustomization.yaml":    component + "commonAnnotations: {a: b}\n",
	}
	spec := kustomize.Spec{Base: "base", Components: []string{"c"}}
	err := refusalOf(t, spec, files(contents))
	for _, want := range []string{
		"base/secret.yaml: Secret db: it is encrypted with SOPS", "base/kustomization.yaml: Secret env-", ": its data is encrypted with SOPS",
		"base/plain.yaml: ConfigMap plain: it is encrypted with SOPS",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	contents["c/kustomization.yaml"] = component + "patches:\n" +
		"- target: {kind: Secret}\n  patch: '{apiVersion: v1, kind: Secret, metadata: {name: any}, $patch: delete}'\n" +
		"- target: {kind: ConfigMap, name: plain}\n  patch: '[{\"op\": \"remove\", \"path\": \"/sops\"}]'\n"
	if err := refusalOf(t, spec, files(contents)); err != nil {
		t.Errorf("without the encrypted objects: got %v", err)
	}
}
