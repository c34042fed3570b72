package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
)

// validation is the JSON output of validate.
type validation struct {
	File     string           `json:"file"`
	Valid    bool             `json:"valid"`
	Problems []config.Problem `json:"problems"`
	Warnings []setWarning     `json:"warnings"`
}

// setWarning is a key of a set without effect.
type setWarning struct {
	Set string `json:"set"`
	generator.Warning
}

func validateCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "validate [flags] [FILE]",
		GroupID: groupSetUp,
		Short:   "check a configuration file",
		Long:    "Check a configuration file and print all errors with their lines, and warnings about\nkeys without effect. Makes no connection.",
		Example: `  previewset validate config.yaml
  previewset validate config.yaml --output json`,
		Args:              operands(0, 1),
		ValidArgsFunction: yamlFiles(),
	}
	f := newFlags(t, c)
	f.withConfig()
	f.withOutput()
	c.RunE = func(_ *cobra.Command, operands []string) error {
		if len(operands) == 1 {
			f.config = operands[0]
		}
		return validate(f)
	}
	return c
}

func validate(f *flags) error {
	warnings, err := check(f.config)
	if !f.json() {
		if err == nil {
			f.t.printf("%s: %s\n", f.config, f.t.green("valid"))
		}
		for _, w := range warnings {
			f.t.warnings(w.Set, []generator.Warning{w.Warning})
		}
		return withRemedy(err, "name the file as the argument, or with --config")
	}
	result := validation{File: f.config, Valid: err == nil, Problems: []config.Problem{}, Warnings: warnings}
	var problems *config.Problems
	switch {
	case errors.As(err, &problems):
		result.Problems = problems.List
	case err != nil:
		return withRemedy(err, "name the file as the argument, or with --config")
	}
	if err := f.t.json(result); err != nil || result.Valid {
		return err
	}
	return exitStatus(statusUsage)
}

// check loads the configuration and makes its parts, which check templates and paths
// again. If it is valid, check returns the warnings that need no connection.
func check(file string) ([]setWarning, error) {
	c, err := config.Load(file)
	if err != nil {
		return []setWarning{}, err
	}
	parts, err := wiring.Wire(c, wiring.Options{Now: time.Now})
	if err != nil {
		problems := &config.Problems{Name: file}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			problems.List = append(problems.List, config.Problem{Message: line})
		}
		return []setWarning{}, problems
	}
	warnings := []setWarning{}
	for i, set := range parts.Sets {
		all := slices.Concat(set.Selection.Warnings(false), set.Namer.Warnings(), c.FeedbackWarnings(c.Sets[i]))
		for _, w := range generator.SortWarnings(all) {
			warnings = append(warnings, setWarning{set.Name, w})
		}
	}
	return warnings, nil
}
