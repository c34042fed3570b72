package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/kustomize"
)

// componentInfo is the JSON output of list for one component.
type componentInfo struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	// Parameters maps each parameter to its default, a template over the parameters of a preview.
	Parameters map[string]string `json:"parameters"`
}

func componentsListCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "list [flags]",
		Short: "print the built-in components with their parameters",
		Long:  "Print the built-in components with their parameters and the defaults.",
		Example: `  previewset components list
  previewset components list --output json`,
		Args: operands(0, 0),
	}
	f := newFlags(t, c)
	f.withOutput()
	c.RunE = func(*cobra.Command, []string) error { return listComponents(f) }
	return c
}

func listComponents(f *flags) error {
	_, names := kustomize.Builtin("")
	infos := make([]componentInfo, len(names))
	for i, name := range names {
		var err error
		if infos[i], err = readComponent(name); err != nil {
			return err
		}
	}
	if f.json() {
		return f.t.json(infos)
	}
	var rows [][]string
	for _, c := range infos {
		rows = append(rows, []string{c.Name, c.Summary})
		for _, key := range slices.Sorted(maps.Keys(c.Parameters)) {
			rows = append(rows, []string{"", "  " + key + ": " + c.Parameters[key]})
		}
	}
	f.t.table([]string{"COMPONENT", "DESCRIPTION AND PARAMETERS"}, rows)
	return nil
}

// readComponent reads the summary of a component, and its parameters including those
// of the components that it uses.
func readComponent(name string) (componentInfo, error) {
	files, err := kustomize.BuiltinFiles(name)
	if err != nil {
		return componentInfo{}, err
	}
	parameters, err := kustomize.BuiltinParameters(files)
	return componentInfo{Name: name, Summary: summary(string(files[name+"/kustomization.yaml"])), Parameters: parameters}, err
}

// summary returns the first clause of the comment that text begins with.
func summary(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		for _, word := range strings.Fields(comment) {
			clause := strings.TrimRight(word, ".:")
			words = append(words, clause)
			if clause != word {
				return strings.Join(words, " ")
			}
		}
	}
	return strings.Join(words, " ")
}
