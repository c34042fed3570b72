package kustomize_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/kustomize"
)

// componentWithParameter returns a component that declares a parameter with a default,
// and copies it into the ConfigMap plain.
func componentWithParameter(key, value string) string {
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
		name          string
		components    []string
		setParameters map[string]string
		want          string
	}{
		{"default", []string{componentWithParameter("size", "small")}, nil, "small"},
		{"template", []string{componentWithParameter("size", "{{.set}}-{{.number}}")}, nil, "shop-42"},
		{"setParameters", []string{componentWithParameter("size", "small")}, map[string]string{"size": "big"}, "big"},
		{"setParameters as empty string", []string{componentWithParameter("size", "small")}, map[string]string{"size": ""}, ""},
		{"two agree", []string{componentWithParameter("size", "small"), componentWithParameter("size", "small")}, nil, "small"},
		{"two differ", []string{componentWithParameter("size", "small"), componentWithParameter("size", "huge")}, map[string]string{"size": "big"}, "big"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec, tree := withComponents(tt.components...)
			spec.Parameters = tt.setParameters
			base := load(t, spec, tree)
			p := pullRequest()
			p.Parameters = tt.setParameters
			if got := find(t, build(t, base, render(t, base, p)), "ConfigMap", "plain").Data["size"]; got != tt.want {
				t.Errorf("got value %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInvalidDeclarationsAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name       string
		components []string
		want       string
	}{
		{"different defaults", []string{componentWithParameter("size", "small"), componentWithParameter("size", "big")}, `c1/kustomization.yaml: parameters.previewset.dev/size: its default is "big" here and "small" in c0: set it`},
		{"reserved parameter", []string{componentWithParameter("host", "x")}, "parameters.previewset.dev/host: previewset sets this parameter itself"},
		{"key", []string{componentWithParameter("Size", "x")}, "the key is not valid: use at most 63"},
		{"template", []string{componentWithParameter("size", "{{.nope}}")}, `c0/kustomization.yaml: parameters.previewset.dev/size: the template uses "nope", which is no parameter: correct it`},
		{"never declared", []string{strings.Replace(componentWithParameter("size", "x"), "previewset.dev", "example.com", 1)}, "ConfigMap preview: it has no field data.size, which a replacement copies: correct fieldPath, or declare the parameter with an annotation parameters.previewset.dev/KEY"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec, tree := withComponents(tt.components...)
			r, err := newRenderer(spec)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Load(tree); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestTemplatesUseParametersOfSet(t *testing.T) {
	spec := kustomize.Spec{Base: "base", Parameters: map[string]string{"team": "cart"}, Labels: map[string]string{"acme.dev/team": "{{.team}}"}}
	base := load(t, spec, objectsIn(oneConfigMap))
	p := pullRequest()
	p.Parameters = map[string]string{"team": "checkout"}
	if manifests := build(t, base, render(t, base, p)); !strings.Contains(manifests, "acme.dev/team: checkout") {
		t.Error("the overlay lacks the label")
	}
	spec.Parameters = nil
	if _, err := newRenderer(spec); err == nil || !strings.Contains(err.Error(), "team") {
		t.Errorf("%v", err)
	}
}
