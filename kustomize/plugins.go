package kustomize

import (
	"encoding/json"
	"errors"
	"fmt"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// harmless are the built-in plugins that only look at objects and at the files
// that pluginFiles knows. All others are refused: Helm charts, functions in
// containers, executables.
var harmless = map[string]bool{
	"AnnotationsTransformer":         true,
	"ConfigMapGenerator":             true,
	"HashTransformer":                true,
	"ImageTagTransformer":            true,
	"LabelTransformer":               true,
	"NamespaceTransformer":           true,
	"PatchJson6902Transformer":       true,
	"PatchStrategicMergeTransformer": true,
	"PatchTransformer":               true,
	"PrefixTransformer":              true,
	"ReplacementTransformer":         true,
	"ReplicaCountTransformer":        true,
	"SuffixTransformer":              true,
}

// pluginFiles are the fields of the harmless plugins that refer to files. They
// are read with encoding/json, as Kustomize does, because that ignores case.
type pluginFiles struct {
	Path         string   `json:"path"`
	Paths        []string `json:"paths"`
	Replacements []struct {
		Path string `json:"path"`
	} `json:"replacements"`
	types.KvPairSources
}

// objects parses content as Kustomize does. It must have been checked with
// checkYAML.
func objects(content []byte) ([]*resource.Resource, error) {
	return provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes(content)
}

// plugin checks an entry of generators, transformers or validators: objects
// written there, or a file of them. A directory is refused, because what its
// plugins are is known only after it was built.
func (f fields) plugin(field, entry string) error {
	if plugins, err := objects([]byte(entry)); err == nil {
		return f.plugins(field, plugins)
	}
	p, dir, err := f.locate(field, entry)
	if err != nil {
		return err
	}
	if dir {
		return f.refused(field, fmt.Sprintf("%q is a directory", oneLine(entry)), "list its files one by one")
	}
	if err := f.missing(field, entry, f.closure.yamlFile(p, true)); err != nil {
		return err
	}
	plugins, err := objects(f.closure.files[p])
	if err != nil {
		return &BuildError{p, oneLine(err.Error())}
	}
	return f.plugins(field, plugins)
}

func (f fields) plugins(field string, plugins []*resource.Resource) error {
	var errs []error
	for _, plugin := range plugins {
		errs = append(errs, f.onePlugin(field, plugin))
	}
	return errors.Join(errs...)
}

func (f fields) onePlugin(field string, plugin *resource.Resource) error {
	name := oneLine(plugin.GetKind() + " " + plugin.GetName())
	if gvk := plugin.GetGvk(); gvk.Group != "" || gvk.Version != "builtin" || !harmless[gvk.Kind] {
		return f.refused(field, name+" would run code that is not Kustomize's own, or fetch something", "use a built-in transformer, or commit what the plugin makes")
	}
	content, err := plugin.MarshalJSON()
	if err != nil {
		return &BuildError{f.file, oneLine(field + ": " + name + ": " + err.Error())}
	}
	var files pluginFiles
	if err := json.Unmarshal(content, &files); err != nil {
		return &BuildError{f.file, oneLine(field + ": " + name + ": " + err.Error())}
	}
	return f.pluginFiles(field+": "+name, files)
}

func (f fields) pluginFiles(field string, files pluginFiles) error {
	errs := []error{f.pairs(field, files.KvPairSources)}
	if files.Path != "" {
		errs = append(errs, f.yamlFile(field, files.Path))
	}
	for _, r := range files.Replacements {
		if r.Path != "" {
			errs = append(errs, f.yamlFile(field, r.Path))
		}
	}
	for _, p := range files.Paths {
		if _, err := objects([]byte(p)); err != nil {
			errs = append(errs, f.yamlFile(field, p))
		}
	}
	return errors.Join(errs...)
}
