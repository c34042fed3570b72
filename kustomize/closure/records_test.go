package closure_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
)

// origin is an annotation that previewset and Kustomize read.
const origin = "config.kubernetes.io/origin"

// annotated returns a ConfigMap with an annotation.
func annotated(key, value string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, annotations: {\"" + key + "\": \"" + value + "\"}}\n"
}

// recordedAnnotations has the annotations that are refused, and harmlessAnnotations those of
// Kustomize that are not.
func recordedAnnotations() []string {
	const internal = "internal.config.kubernetes.io/"
	return []string{
		origin, "alpha.config.kubernetes.io/transformations", internal + "previousKinds", internal + "previousNames", internal + "previousNamespaces",
		internal + "prefixes", internal + "suffixes", internal + "refBy", internal + "generatorBehavior", internal + "allowNameChange", internal + "allowKindChange",
	}
}

func harmlessAnnotations() []string {
	const internal = "internal.config.kubernetes.io/"
	return []string{
		internal + "path", internal + "index", internal + "seqindent", internal + "id", internal + "annotations-migration-resource-id", internal + "needsHashSuffix", internal + "helm-generated",
		"config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id",
		"config.kubernetes.io/local-config", "config.kubernetes.io/function", "config.kubernetes.io/depends-on", "config.kubernetes.io/merge-source", "kustomize.config.k8s.io/needs-hash",
	}
}

// TestEveryBuildAnnotationIsKnown fails if a new version of Kustomize has another one.
func TestEveryBuildAnnotationIsKnown(t *testing.T) {
	t.Parallel()
	for _, key := range resource.BuildAnnotations {
		if !slices.Contains(recordedAnnotations(), key) && !slices.Contains(harmlessAnnotations(), key) {
			t.Errorf("%s: find out what Kustomize does with it", key)
		}
	}
}

// TestRecordAnnotationsAreRefused uses each annotation that forges what Kustomize records, in
// an object.
func TestRecordAnnotationsAreRefused(t *testing.T) {
	t.Parallel()
	for _, key := range recordedAnnotations() {
		err := readError(t, map[string]string{"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": annotated(key, "a,b")})
		var refused *object.RefusedError
		if !errors.As(err, &refused) || refused.Path != "base/x.yaml" || refused.Resource != "ConfigMap x" || !strings.Contains(refused.Reason, key) || refused.Fix == "" {
			t.Errorf("%s: got %v, want a refusal of ConfigMap x in base/x.yaml", key, err)
		}
	}
}

// TestHarmlessAnnotationsBuild uses the other annotations of Kustomize, with values that could
// be of the wrong type. The result is that of `kustomize build`.
func TestHarmlessAnnotationsBuild(t *testing.T) {
	t.Parallel()
	for _, key := range harmlessAnnotations() {
		for _, value := range []string{"x", "1", "true", "enabled", "a,b", "- a", ""} {
			for _, kustomization := range kustomizations() {
				text := annotated(key, value) + "---\n" + thing("spec: x")
				if !compareView(t, kustomization, text) {
					t.Errorf("%s: %q does not build, or can't be read", key, value)
				}
			}
		}
	}
}

// TestRecordAnnotationsAreFound uses an annotation in all ways in which it can get into an
// object.
func TestRecordAnnotationsAreFound(t *testing.T) {
	t.Parallel()
	const kustomization, patch = "base/kustomization.yaml", "base/x.yaml"
	const target = "resources: [plain.yaml]\npatches: [{target: {kind: ConfigMap}, "
	jsonPatch := `[{"op": "add", "path": "/metadata/annotations/config.kubernetes.io~1origin", "value": "path: x"}]`
	for _, tt := range []struct{ name, kustomization, file, path, object string }{
		{"binary key", "resources: [x.yaml]", "apiVersion: v1\nkind: Thing\nmetadata: {name: a, annotations: {!!binary Y29uZmlnLmt1YmVybmV0ZXMuaW8vb3JpZ2lu: x}}", patch, "Thing a"},
		{"escaped key", "resources: [x.yaml]", annotated(`config.kubernetes.io\u002forigin`, "x"), patch, "ConfigMap x"},
		{"second document", "resources: [x.yaml]", oneConfigMap + "---\n" + annotated(origin, "x"), patch, "ConfigMap x"},
		{"anchor", "resources: [x.yaml]", "spec: &a {" + origin + ": x}\napiVersion: v1\nkind: Thing\nmetadata: {name: a, annotations: {<<: *a}}\n", patch, "Thing a"},
		{"merged", "resources: [x.yaml]", "apiVersion: v1\nkind: Thing\nmetadata: {name: a, annotations: {<<: {" + origin + ": x}}}\n", patch, "Thing a"},
		{"list", "resources: [x.yaml]", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Thing, metadata: {name: a, annotations: {" + origin + ": x}}}]\n", patch, "Thing a"},
		{"source of a replacement", "resources: [x.yaml]", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {" + origin + ": x}\n", patch, "ConfigMap x"},
		{"strategic merge patch", "resources: [plain.yaml]\npatches: [{path: x.yaml}]", annotated(origin, "x"), patch, "ConfigMap x"},
		{"old strategic merge patch", "resources: [plain.yaml]\npatchesStrategicMerge: [x.yaml]", annotated(origin, "x"), patch, "ConfigMap x"},
		{"JSON patch", target + "path: x.yaml}]", jsonPatch, patch, ""},
		{"JSON patch in YAML", target + "path: x.yaml}]", "- op: add\n  path: /metadata/annotations/config.kubernetes.io~1origin\n  value: x\n", patch, ""},
		{"JSON patch with a mapping", target + "path: x.yaml}]", "- op: add\n  path: /metadata/annotations\n  value: {" + origin + ": x}\n", patch, ""},
		{"inline JSON patch", target + "patch: '" + jsonPatch + "'}]", "", kustomization, ""},
		{"inline JSON patch with escapes of JSON", target + `patch: '` + strings.NewReplacer("config", `\u0063onfig`, `"/meta`, `"\/meta`).Replace(jsonPatch) + `'}]`, "", kustomization, ""},
		{"inline JSON patch in YAML", target + "patch: \"- {op: add, path: '/metadata/annotations/config.kubernetes.io~1origin', value: x}\"}]", "", kustomization, ""},
		{"inline patch with escapes of YAML", target + `patch: "- {op: add, path: \"/metadata/annotations/\\x63onfig.kubernetes.io~1origin\", value: x}"}]`, "", kustomization, ""},
		{"inline strategic merge patch", target + "patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: plain, annotations: {" + origin + ": x}}}'}]", "", kustomization, "ConfigMap plain"},
		{"commonAnnotations", "resources: [plain.yaml]\ncommonAnnotations: {" + origin + ": x}", "", kustomization, ""},
		{"generatorOptions", "configMapGenerator: [{name: x}]\ngeneratorOptions: {annotations: {" + origin + ": x}}", "", kustomization, ""},
		{"options of a generator", "configMapGenerator: [{name: x, options: {annotations: {" + origin + ": x}}}]", "", kustomization, ""},
		{"labels", "resources: [plain.yaml]\nlabels: [{pairs: {" + origin + ": x}, fields: [{path: metadata/annotations, create: true}]}]", "", kustomization, ""},
		{"literal", "configMapGenerator: [{name: x, literals: ['" + origin + "=x']}]", "", kustomization, ""},
		{"environment", "configMapGenerator: [{name: x, envs: [x.yaml]}]", "\ufeffa=b\n  " + origin + " = x\n", patch, ""},
		{"replacement", "resources: [plain.yaml]\nreplacements: [{source: {kind: ConfigMap}, targets: [{select: {kind: ConfigMap}, fieldPaths: ['metadata.annotations.config\\.kubernetes\\.io/origin'], options: {create: true}}]}]", "", kustomization, ""},
		{"file of replacements", "resources: [plain.yaml]\nreplacements: [{path: x.yaml}]", "source: {kind: ConfigMap}\ntargets: [{select: {kind: ConfigMap}, fieldPaths: ['metadata.annotations.[" + origin + "]']}]", patch, ""},
		{"configuration", "resources: [plain.yaml]\nconfigurations: [x.yaml]", "namePrefix: [{path: 'metadata/annotations/config.kubernetes.io\\/origin', create: true}]", patch, ""},
		{"file of transformers", "resources: [plain.yaml]\ntransformers: [x.yaml]", "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {" + origin + ": x}\n", patch, "AnnotationsTransformer t"},
		{"inline transformer", "resources: [plain.yaml]\ntransformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: t}\n  patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: plain, annotations: {" + origin + ": x}}}'\n", "", kustomization, "ConfigMap plain"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := readError(t, map[string]string{kustomization: tt.kustomization, patch: tt.file})
			var refused *object.RefusedError
			if !errors.As(err, &refused) || refused.Path != tt.path || refused.Resource != tt.object || !strings.Contains(refused.Reason, origin) || refused.Fix == "" {
				t.Errorf("got %v, want a refusal of %q in %s", err, tt.object, tt.path)
			}
		})
	}
}

// TestNamesOfRecordAnnotationsInTexts uses texts that Kustomize does not interpret.
func TestNamesOfRecordAnnotationsInTexts(t *testing.T) {
	t.Parallel()
	for name, contents := range map[string]map[string]string{
		"data":    {"base/kustomization.yaml": "resources: [x.yaml]", "base/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {script: 'kubectl annotate x " + origin + "=x', a.yaml: '{" + origin + ": x}'}\n"},
		"comment": {"base/kustomization.yaml": "# " + origin + "\nresources: [plain.yaml]", "base/plain.yaml": "# " + origin + "\n" + oneConfigMap},
		"file":    {"base/kustomization.yaml": "configMapGenerator: [{name: x, files: [x.yaml]}]", "base/x.yaml": annotated(origin, "x")},
		"value":   {"base/kustomization.yaml": "configMapGenerator: [{name: x, envs: [x.env]}]", "base/x.env": "NOTE=" + origin + "=x\n"},
	} {
		contents["base/unused.yaml"] = annotated(origin, "x")
		if _, err := closure.Read(files(contents), []string{"base"}); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
