package closure

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/previewset/previewset/kustomize/object"
)

// pointer matches the path in a message about a JSON patch.
var pointer = regexp.MustCompile(` (/\S*?)[,\s]`)

// jsonPatch returns the words for the JSON patch that text is about: the entry of the
// kustomization file, and its target. Kustomize's errors have only the path in the object.
func (c *Closure) jsonPatch(file, text string) string {
	const unknown = "a JSON patch"
	match := pointer.FindStringSubmatch(text)
	var k types.Kustomization
	if match == nil || k.Unmarshal(c.snapshot.files[file]) != nil {
		return unknown
	}
	for _, list := range []struct {
		field   string
		patches []types.Patch
	}{{"patches", k.Patches}, {"patchesJson6902", k.PatchesJson6902}} {
		for i, p := range list.patches {
			content := p.Patch
			if p.Path != "" {
				content = string(c.snapshot.files[path.Join(path.Dir(file), p.Path)])
			}
			if p.Target != nil && strings.Contains(content, match[1]) {
				return object.OneLine(fmt.Sprintf("the JSON patch in %s[%d]%s", list.field, i, targetOf(p)))
			}
		}
	}
	return unknown
}

// targetOf returns the file and the target of p in words.
func targetOf(p types.Patch) string {
	words := ""
	if p.Path != "" {
		words = " (" + p.Path + ")"
	}
	if target := strings.TrimSpace(p.Target.Kind + " " + p.Target.Name); target != "" {
		words += " of " + target
	}
	return words
}
