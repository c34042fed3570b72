package closure

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

// missingField matches the field in a message about the target of a replacement.
var missingField = regexp.MustCompile(`has no field (\S+): `)

// replacementTarget returns the words for the target of a replacement that text is about:
// the objects that the kustomization file selects. Kustomize's errors have only the field.
func (c *Closure) replacementTarget(file, text string) string {
	const unknown = "the target of a replacement"
	match := missingField.FindStringSubmatch(text)
	var k types.Kustomization
	if match == nil || k.Unmarshal(c.snapshot.files[file]) != nil {
		return unknown
	}
	var selected []string
	for _, r := range k.Replacements {
		for _, replacement := range c.replacementsOf(path.Dir(file), r) {
			selected = append(selected, selectedBy(replacement, match[1])...)
		}
	}
	slices.Sort(selected)
	if selected = slices.Compact(selected); len(selected) == 0 {
		return unknown
	}
	return object.OneLine(strings.Join(selected, " or ") + ", the target of a replacement,")
}

// replacementsOf returns the replacement in r, or those in the file that r refers to.
func (c *Closure) replacementsOf(dir string, r types.ReplacementField) []types.Replacement {
	if r.Path == "" {
		return []types.Replacement{r.Replacement}
	}
	content := c.snapshot.files[path.Join(dir, r.Path)]
	var all []types.Replacement
	var one types.Replacement
	if yaml.Unmarshal(content, &all) != nil && yaml.Unmarshal(content, &one) == nil {
		all = []types.Replacement{one}
	}
	return all
}

// selectedBy returns the kinds and names of the targets of r with the field.
func selectedBy(r types.Replacement, field string) []string {
	var selected []string
	for _, t := range r.Targets {
		if t.Select == nil || !slices.Contains(t.FieldPaths, field) {
			continue
		}
		if words := strings.TrimSpace(t.Select.Kind + " " + t.Select.Name); words != "" {
			selected = append(selected, words)
		}
	}
	return selected
}
