package gitrepo

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// fileDialer runs the git command on a repository on this machine.
func fileDialer(path string) dialer {
	return func(ctx context.Context, service string) (stream, error) {
		ctx, cancel := context.WithCancel(ctx)
		cmd := exec.CommandContext(ctx, "git", strings.TrimPrefix(service, "git-"), path)
		cmd.Env = fileEnv()
		cmd.WaitDelay = 5 * time.Second
		p := &process{cmd: cmd, cancel: cancel}
		cmd.Stderr = &p.stderr
		in, err := cmd.StdinPipe()
		if err == nil {
			p.stdin = in
			p.stdout, err = cmd.StdoutPipe()
		}
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			cancel()
			return nil, err
		}
		return p, nil
	}
}

// fileEnv returns the environment without the variables that direct git to another
// repository. Git sets such variables for its hooks.
func fileEnv() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH":
			return false
		}
		return strings.HasPrefix(name, "GIT_") || name == "LC_ALL"
	})
	return append(env, "LC_ALL=C")
}

type process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr textHead
	waited bool
}

// Read waits for the process at the end of its output, so that stderrText is
// complete.
func (p *process) Read(b []byte) (int, error) {
	n, err := p.stdout.Read(b)
	if err != nil && !p.waited {
		p.waited = true
		_ = p.cmd.Wait()
	}
	return n, err
}

func (p *process) Write(b []byte) (int, error) { return p.stdin.Write(b) }

func (p *process) CloseWrite() error {
	if err := p.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// Close reads at most maxDrain bytes of the remaining output, so that a process
// that is about to exit can do so, and then stops the process.
func (p *process) Close() error {
	if !p.waited {
		_, _ = io.CopyN(io.Discard, p, maxDrain)
	}
	p.cancel()
	if !p.waited {
		p.waited = true
		_ = p.cmd.Wait()
	}
	return nil
}

func (p *process) stderrText() string { return p.stderr.String() }
