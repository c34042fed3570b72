package closure_test

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/closure"
	"github.com/previewset/previewset/kustomize/object"
	"github.com/previewset/previewset/test/literals"
)

const remote = "https://example.com/x.yaml"

// kustomizationFields has a value for each field of a kustomization that can hold a
// path or run something, with the way to the field in the refusal. A field with "" can
// do neither.
var kustomizationFields = map[string][]struct{ value, refused string }{
	"resources":                   {{"[" + remote + "]", "resources: "}},
	"bases":                       {{"[" + remote + "]", "bases: "}},
	"components":                  {{"[" + remote + "]", "components: "}},
	"crds":                        {{"[" + remote + "]", "crds: "}},
	"configurations":              {{"[" + remote + "]", "configurations: "}},
	"generators":                  {{"[" + remote + "]", "generators: "}},
	"transformers":                {{"[" + remote + "]", "transformers: "}},
	"validators":                  {{"[" + remote + "]", "validators: "}},
	"patches":                     {{"[{path: '" + remote + "'}]", "patches: "}},
	"patchesJson6902":             {{"[{path: '" + remote + "', target: {kind: Pod, version: v1, name: x}}]", "patchesJson6902: "}},
	"patchesStrategicMerge":       {{"[" + remote + "]", "patchesStrategicMerge: "}},
	"replacements":                {{"[{path: '" + remote + "'}]", "replacements: "}},
	"configMapGenerator":          pairs("configMapGenerator"),
	"secretGenerator":             pairs("secretGenerator"),
	"openapi":                     {{"{path: schema.json}", "openapi: "}},
	"helmCharts":                  {{"[{name: x}]", "helmCharts: "}},
	"helmGlobals":                 {{"{chartHome: x}", "helmCharts: "}},
	"helmChartInflationGenerator": {{"[{chartName: x}]", "helmCharts: "}},

	"apiVersion": nil, "kind": nil, "metadata": nil, "namePrefix": nil, "nameSuffix": nil, "namespace": nil, "commonLabels": nil,
	"labels": nil, "commonAnnotations": nil, "images": nil, "imageTags": nil, "replicas": nil, "vars": nil, "sortOptions": nil,
	"generatorOptions": nil, "buildMetadata": nil,
}

func pairs(field string) []struct{ value, refused string } {
	return []struct{ value, refused string }{
		{"[{name: x, files: ['" + remote + "']}]", field + ".files: "},
		{"[{name: x, files: ['key=" + remote + "']}]", field + ".files: "},
		{"[{name: x, envs: ['" + remote + "']}]", field + ".envs: "},
		{"[{name: x, env: '" + remote + "'}]", field + ".env: "},
	}
}

// refusal returns the refusal of a base, nil for none.
func refusal(t *testing.T, contents map[string]string) *object.RefusedError {
	t.Helper()
	_, err := closure.Read(files(contents), []string{"base"})
	var refused *object.RefusedError
	if !errors.As(err, &refused) {
		return nil
	}
	return refused
}

// TestEveryFieldOfAKustomization also fails for a field that a later version of
// Kustomize adds.
func TestEveryFieldOfAKustomization(t *testing.T) {
	t.Parallel()
	var known []string
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for f := range of.Fields() {
			key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if options == "inline" {
				walk(f.Type)
				continue
			}
			known = append(known, key)
			values, judged := kustomizationFields[key]
			if !judged {
				t.Errorf("the field %s of a kustomization is new: can it hold a path, or run something?", key)
			}
			for _, v := range values {
				refused := refusal(t, map[string]string{"base/kustomization.yaml": key + ": " + v.value + "\n"})
				if refused == nil || refused.Path != "base/kustomization.yaml" || !strings.HasPrefix(refused.Reason, v.refused) {
					t.Errorf("%s: %s: got %v, want a refusal of %s", key, v.value, refused, v.refused)
				}
			}
		}
	}
	walk(reflect.TypeFor[types.Kustomization]())
	for key := range kustomizationFields {
		if !slices.Contains(known, key) {
			t.Errorf("kustomizationFields has %s, which is not a field", key)
		}
	}
}

// TestEveryPlugin tries each word of the source code, and each built-in plugin of
// Kustomize, as the kind of a plugin.
func TestEveryPlugin(t *testing.T) {
	t.Parallel()
	harmless := strings.Fields(`AnnotationsTransformer ConfigMapGenerator HashTransformer ImageTagTransformer LabelTransformer
		NamespaceTransformer PatchJson6902Transformer PatchStrategicMergeTransformer PatchTransformer PrefixTransformer
		ReplacementTransformer ReplicaCountTransformer SuffixTransformer`)
	others := strings.Fields(`HelmChartInflationGenerator IAMPolicyGenerator SecretGenerator SortOrderTransformer ValueAddTransformer
		NamePrefixTransformer SedTransformer`)
	isKind := regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)
	plugin := func(apiVersion, kind string) *object.RefusedError {
		return refusal(t, map[string]string{
			"base/kustomization.yaml": "transformers: [p.yaml]\n",
			"base/p.yaml":             "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: p}\n",
		})
	}
	for _, kind := range slices.Concat(harmless, others, literals.Words(t, ".")) {
		if !isKind.MatchString(kind) {
			continue
		}
		refused := plugin("builtin", kind)
		if want := !slices.Contains(harmless, kind); (refused != nil) != want || want && !strings.Contains(refused.Reason, kind+" p would run code") {
			t.Errorf("%s: got %v, want a refusal: %v", kind, refused, want)
		}
		if plugin("someteam.example.com/v1", kind) == nil || plugin("builtin/v1", kind) == nil {
			t.Errorf("%s of another group passes", kind)
		}
	}
}

// TestFilesOfPlugins tries each field by which a plugin refers to a file.
func TestFilesOfPlugins(t *testing.T) {
	t.Parallel()
	for field, value := range map[string]string{
		"path": remote, "PATH": remote, "paths": "['" + remote + "']", "replacements": "[{path: '" + remote + "'}]",
		"files": "['" + remote + "']", "envs": "['" + remote + "']", "env": remote,
	} {
		refused := refusal(t, map[string]string{
			"base/kustomization.yaml": "transformers: [p.yaml]\n",
			"base/p.yaml":             "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\n" + field + ": " + value + "\n",
		})
		if refused == nil || !strings.Contains(refused.Reason, "PatchTransformer p") || !strings.Contains(refused.Reason, "is not a file of this repository") {
			t.Errorf("%s: got %v, want a refusal of the file", field, refused)
		}
	}
}
