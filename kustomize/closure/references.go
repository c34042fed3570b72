package closure

import (
	"strings"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/object"
)

// reference is a reference in a field of a kustomization or of a plugin.
type reference struct {
	field, ref string
	to         kind
}

// kind is the kind of target that a reference can have.
type kind int

const (
	// plainFile is a file that is not parsed.
	plainFile kind = iota
	// envFile is a file of lines with a key and a value.
	envFile
	// yamlFile is a file of objects or patches. settingsFile is another YAML file.
	yamlFile
	settingsFile
	// directory is a directory with a kustomization.
	directory
	// fileOrDirectory is a yamlFile or a directory.
	fileOrDirectory
	// pluginFile is a file of plugins, or an inline text of plugins.
	pluginFile
)

// referencesOf returns the references in k. Every field of types.Kustomization that
// can hold a path or run code is either included or refused by checkForbidden.
func referencesOf(k *types.Kustomization) []reference {
	var out []reference
	for _, list := range []struct {
		field string
		refs  []string
		to    kind
	}{
		{"resources", k.Resources, fileOrDirectory},
		{"bases", k.Bases, fileOrDirectory},
		{"components", k.Components, directory},
		{"crds", k.Crds, settingsFile},
		{"configurations", k.Configurations, settingsFile},
		{"generators", k.Generators, pluginFile},
		{"transformers", k.Transformers, pluginFile},
		{"validators", k.Validators, pluginFile},
	} {
		for _, ref := range list.refs {
			out = append(out, reference{list.field, ref, list.to})
		}
	}
	return append(append(out, patchReferences(k)...), generatorReferences(k)...)
}

// checkForbidden refuses the fields that download or run files. It also refuses
// `openapi`, because its schema stays in the process for all later builds.
func checkForbidden(k *types.Kustomization, file string) error {
	switch {
	case len(k.OpenAPI) > 0:
		return refused(file, "openapi", "is not supported, because it would change every later build", "remove it")
	case len(k.HelmCharts) > 0, len(k.HelmChartInflationGenerator) > 0, k.HelmGlobals != nil:
		return refused(file, "helmCharts", "would download and run a Helm chart", "commit the rendered manifests of the chart, and refer to them")
	}
	return nil
}

// objects parses content like Kustomize. The caller must first check content with
// object.CheckYAML.
func objects(content []byte) ([]*resource.Resource, error) {
	return provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes(content)
}

func patchReferences(k *types.Kustomization) []reference {
	var out []reference
	for _, p := range k.Patches {
		out = append(out, optional("patches", p.Path, yamlFile)...)
	}
	for _, p := range k.PatchesJson6902 {
		out = append(out, optional("patchesJson6902", p.Path, yamlFile)...)
	}
	for _, p := range k.PatchesStrategicMerge {
		// Kustomize uses an entry as a path if it is not an object.
		if _, err := objects([]byte(p)); err != nil {
			out = append(out, reference{"patchesStrategicMerge", string(p), yamlFile})
		}
	}
	for _, r := range k.Replacements {
		out = append(out, optional("replacements", r.Path, settingsFile)...)
	}
	return out
}

func generatorReferences(k *types.Kustomization) []reference {
	var out []reference
	for _, g := range k.ConfigMapGenerator {
		out = append(out, pairReferences("configMapGenerator", g.KvPairSources)...)
	}
	for _, g := range k.SecretGenerator {
		out = append(out, pairReferences("secretGenerator", g.KvPairSources)...)
	}
	return out
}

// pairReferences returns the data files of a generator.
func pairReferences(field string, s types.KvPairSources) []reference {
	var out []reference
	for _, file := range s.FileSources {
		if _, after, found := strings.Cut(file, "="); found {
			file = after
		}
		out = append(out, reference{field + ".files", file, plainFile})
	}
	for _, file := range s.EnvSources {
		out = append(out, reference{field + ".envs", file, envFile})
	}
	return append(out, optional(field+".env", s.EnvSource, envFile)...)
}

// optional returns a reference, or none if ref is "".
func optional(field, ref string, to kind) []reference {
	if ref == "" {
		return nil
	}
	return []reference{{field, ref, to}}
}

// refused returns an error about a field of file.
func refused(file, field, reason, fix string) error {
	return &object.RefusedError{Path: file, Reason: field + ": " + reason, Fix: fix}
}
