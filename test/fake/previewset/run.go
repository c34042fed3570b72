package previewset

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fake/process"
)

// Run runs a command to its end. env extends the environment that git needs.
func (p *Program) Run(tb testing.TB, env []string, args ...string) (stdout, stderr string, err error) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), p.File(tb), args...)
	cmd.Env = environment(env)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// Start starts a command, which SIGTERM stops. env extends the environment that git
// needs.
func (p *Program) Start(tb testing.TB, env []string, args ...string) *process.Process {
	tb.Helper()
	return p.start(tb, syscall.SIGTERM, env, args)
}

func (p *Program) start(tb testing.TB, end syscall.Signal, env, args []string) *process.Process {
	tb.Helper()
	return process.Start(tb, process.Command{Path: p.File(tb), Args: args, Env: environment(env), End: end})
}

// environment returns the environment of previewset: extra and the variables of git,
// which previewset runs for file: URLs, without the developer's Git configuration.
func environment(extra []string) []string { return gittest.Env(extra...) }
