package main

import (
	"context"
	"errors"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
)

// validation is what validate says, for programs.
type validation struct {
	File     string           `json:"file"`
	Valid    bool             `json:"valid"`
	Problems []config.Problem `json:"problems"`
}

func validate(_ context.Context, t *terminal, args []string) error {
	f := newFlags(t, "validate", "[FILE]", "Check a configuration file: every error at once, with its line. Connects to nothing.")
	f.withConfig()
	f.withOutput()
	operands, err := f.parse(args, 0, 1)
	if err != nil {
		return err
	}
	if len(operands) == 1 {
		f.config = operands[0]
	}
	err = check(f.config)
	if !f.json() {
		if err == nil {
			t.printf("%s: %s\n", f.config, t.green("valid"))
		}
		return err
	}
	result := validation{File: f.config, Valid: err == nil, Problems: []config.Problem{}}
	var problems *config.Problems
	switch {
	case errors.As(err, &problems):
		result.Problems = problems.List
	case err != nil:
		return err
	}
	if err := t.json(result); err != nil || result.Valid {
		return err
	}
	return exitStatus(statusUsage)
}

// check also makes the parts, which look at templates and paths once more.
func check(file string) error {
	c, err := config.Load(file)
	if err != nil {
		return err
	}
	if _, err := wiring.Wire(c, wiring.Options{Now: time.Now}); err != nil {
		return &config.Problems{Name: file, List: []config.Problem{{Message: err.Error()}}}
	}
	return nil
}
