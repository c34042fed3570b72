package closure

import (
	"encoding/json"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/object"
)

// harmless has the built-in plugins that use only the objects and the files in
// pluginFiles. All others are refused: Helm charts, functions in containers,
// executables.
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

// pluginFiles has the fields of harmless plugins that refer to files. They are decoded
// with encoding/json, as in Kustomize, because it ignores the case of keys.
type pluginFiles struct {
	Path         string   `json:"path"`
	Paths        []string `json:"paths"`
	Replacements []struct {
		Path string `json:"path"`
	} `json:"replacements"`
	types.KvPairSources
}

// pluginReferences returns the references in plugin. The plugin is in a field of file,
// or in a file that the field refers to. The error is a *object.RefusedError for a
// plugin that is not harmless.
func pluginReferences(file, field string, plugin *resource.Resource) ([]reference, error) {
	name := object.Describe(plugin)
	if strings.Contains(strings.ToLower(plugin.GetKind()), "sops") { // KSOPS, SopsSecretGenerator
		return nil, refused(file, field, name+" would decrypt files with SOPS, and commit their secrets", object.EncryptedFix)
	}
	if gvk := plugin.GetGvk(); gvk.Group != "" || gvk.Version != "builtin" || !harmless[gvk.Kind] {
		return nil, refused(file, field, name+" would run code outside Kustomize, or download files", "use a built-in transformer, or commit the output of the plugin")
	}
	field += ": " + name
	var files pluginFiles
	content, err := plugin.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(content, &files)
	}
	if err != nil {
		return nil, &object.BuildError{Path: file, Reason: object.OneLine(field + ": " + err.Error())}
	}
	return files.references(field), nil
}

func (files pluginFiles) references(field string) []reference {
	out := pairReferences(field, files.KvPairSources)
	out = append(out, optional(field, files.Path, yamlFile)...)
	for _, r := range files.Replacements {
		out = append(out, optional(field, r.Path, settingsFile)...)
	}
	for _, p := range files.Paths {
		// Kustomize uses an entry as a path if it is not an object.
		if _, err := objects([]byte(p)); err != nil {
			out = append(out, reference{field, p, yamlFile})
		}
	}
	return out
}
