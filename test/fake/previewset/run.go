package previewset

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"

	gittest "github.com/previewset/previewset/test/fake/git"
	"github.com/previewset/previewset/test/fake/process"
)

// Run runs a command to its end, with env besides what it needs in any case.
func (p *Program) Run(tb testing.TB, env []string, args ...string) (stdout, stderr string, err error) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), p.File(tb), args...)
	cmd.Env = environment(env)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// Start starts a command, with env besides what it needs in any case. SIGTERM ends it.
func (p *Program) Start(tb testing.TB, env []string, args ...string) *process.Process {
	tb.Helper()
	return p.start(tb, syscall.SIGTERM, env, args)
}

func (p *Program) start(tb testing.TB, end syscall.Signal, env, args []string) *process.Process {
	tb.Helper()
	return process.Start(tb, process.Command{Path: p.File(tb), Args: args, Env: environment(env), End: end})
}

// environment returns more, with what git needs, which previewset runs for file: URLs,
// and without the developer's configuration of git.
func environment(more []string) []string { return gittest.Env(more...) }
