package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// taking returns a component that takes a parameter, with this default, and puts
// it into the ConfigMap plain.
func taking(key, value string) string {
	return component + "metadata:\n  annotations: {parameters.previewset.dev/" + key + ": '" + value + "'}\nreplacements:\n" +
		"- source: {kind: ConfigMap, name: preview, fieldPath: data." + key + "}\n" +
		"  targets: [{select: {kind: ConfigMap, name: plain}, fieldPaths: [data." + key + "], options: {create: true}}]\n"
}

func withComponents(contents ...string) (kustomize.Spec, tree) {
	all := map[string]string{"base/kustomization.yaml": "resources: [plain.yaml]", "base/plain.yaml": oneConfigMap}
	spec := kustomize.Spec{Base: "base"}
	for i, content := range contents {
		dir := "c" + string(rune('0'+i))
		all[dir+"/kustomization.yaml"] = content
		spec.Components = append(spec.Components, dir)
	}
	return spec, files(all)
}

func TestParametersOfComponents(t *testing.T) {
	for _, tt := range []struct {
		name       string
		components []string
		given      map[string]string
		want       string
	}{
		{"default", []string{taking("size", "small")}, nil, "small"},
		{"template", []string{taking("size", "{{.set}}-{{.number}}")}, nil, "shop-42"},
		{"given", []string{taking("size", "small")}, map[string]string{"size": "big"}, "big"},
		{"given as nothing", []string{taking("size", "small")}, map[string]string{"size": ""}, ""},
		{"two agree", []string{taking("size", "small"), taking("size", "small")}, nil, "small"},
		{"two differ", []string{taking("size", "small"), taking("size", "huge")}, map[string]string{"size": "big"}, "big"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec, tree := withComponents(tt.components...)
			spec.Parameters = tt.given
			base := load(t, spec, tree)
			p := pullRequest()
			p.Parameters = tt.given
			if got := find(t, build(t, base, render(t, base, p)), "ConfigMap", "plain").Data["size"]; got != tt.want {
				t.Errorf("it is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRefusedParametersOfComponents(t *testing.T) {
	for _, tt := range []struct {
		name       string
		components []string
		want       string
	}{
		{"differ", []string{taking("size", "small"), taking("size", "big")}, `c1/kustomization.yaml: parameters.previewset.dev/size: its default is "big", and "small" in c0: say which`},
		{"built in", []string{taking("host", "x")}, "parameters.previewset.dev/host: previewset sets this parameter itself"},
		{"key", []string{taking("Size", "x")}, "the key must be a letter and then"},
		{"template", []string{taking("size", "{{.nope}}")}, "nope"},
		{"never declared", []string{strings.Replace(taking("size", "x"), "previewset.dev", "example.com", 1)}, "data.size"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec, tree := withComponents(tt.components...)
			r, err := kustomize.New(spec)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Load(tree); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// TestTemplatesOfParameters is that templates know what the set gives.
func TestTemplatesOfParameters(t *testing.T) {
	spec := kustomize.Spec{Base: "base", Parameters: map[string]string{"team": "cart"}, Labels: map[string]string{"acme.dev/team": "{{.team}}"}}
	base := load(t, spec, objectsIn(oneConfigMap))
	p := pullRequest()
	p.Parameters = map[string]string{"team": "checkout"}
	if manifests := build(t, base, render(t, base, p)); !strings.Contains(manifests, "acme.dev/team: checkout") {
		t.Error("the label is not there")
	}
	spec.Parameters = nil
	if _, err := kustomize.New(spec); err == nil || !strings.Contains(err.Error(), "team") {
		t.Errorf("%v", err)
	}
}
