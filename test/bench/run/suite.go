package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/previewset/previewset/test/bench/measure"
)

// suite is the benchmarks of one package.
type suite struct {
	goals []int
	name  string
	// module reports that the suite is a separate Go module.
	module bool
	rounds int
}

// suites returns all suites, in the order of their goals.
func suites() []suite {
	return []suite{
		{goals: []int{1}, name: "answers", rounds: 10},
		{goals: []int{2, 3}, name: "argocd2", module: true, rounds: 3},
		{goals: []int{2, 3}, name: "argocd3", module: true, rounds: 3},
		{goals: []int{4}, name: "writer", rounds: 5},
		{goals: []int{4}, name: "worktree", module: true, rounds: 1},
		{goals: []int{5}, name: "committer", rounds: 3},
		{goals: []int{6}, name: "overlays", rounds: 3},
		{goals: []int{7}, name: "sync", rounds: 5},
		{goals: []int{7, 8}, name: "serve", rounds: 3},
		{goals: []int{9}, name: "size", rounds: 1},
	}
}

// suitesFor returns the suites for the given goals, or all suites if goals is empty.
func suitesFor(goals []int) []suite {
	if len(goals) == 0 {
		return suites()
	}
	return slices.DeleteFunc(suites(), func(s suite) bool {
		return !slices.ContainsFunc(s.goals, func(goal int) bool { return slices.Contains(goals, goal) })
	})
}

// run runs the suite and returns its rows. It copies the output of the suite to progress.
func (s suite) run(ctx context.Context, repository string, rounds int, progress io.Writer) ([]measure.Row, error) {
	dir, err := os.MkdirTemp("", "previewset-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	results := filepath.Join(dir, "results")
	if rounds == 0 {
		rounds = s.rounds
	}
	module, pkg, tests := ".", "./test/bench/"+s.name, "^$"
	if s.module {
		module, pkg, tests = pkg, ".", "." // no other command runs the tests of this module
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-vet=off", "-run", tests, "-bench", ".", "-benchtime", strconv.Itoa(rounds)+"x", "-timeout", "0", pkg)
	cmd.Dir = filepath.Join(repository, module)
	cmd.Env = append(os.Environ(), measure.ResultsEnv+"="+results)
	cmd.Stdout, cmd.Stderr = progress, progress
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	failed := cmd.Run()
	rows, err := read(results)
	if failed != nil {
		failed = fmt.Errorf("%s: %w", s.name, failed)
	}
	return rows, errors.Join(failed, err)
}

func read(results string) (rows []measure.Row, err error) {
	content, err := os.ReadFile(results)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(content)) {
		var row measure.Row
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			return nil, fmt.Errorf("results: %w", err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
