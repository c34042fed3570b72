package process

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// stopTimeout bounds the time between the stop signal and the end of a process.
const stopTimeout = time.Minute

// Command describes how to run a program.
type Command struct {
	Path string
	Args []string
	// Dir is the working directory; "" is the directory of the test.
	Dir string
	// Env extends Environment.
	Env []string
	// User runs the program; nil is the user of the test.
	User *syscall.Credential
	// End is the signal that stops the program.
	End syscall.Signal
}

// Environment returns the environment of every program: PATH, and a fixed locale and
// time zone. No other variable of the test is inherited.
func Environment() []string { return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"} }

// Process is a running program.
type Process struct {
	cmd   *exec.Cmd
	end   syscall.Signal
	log   *log
	ended chan struct{}
	err   error // from Wait; valid once ended is closed
}

// Start starts a program and stops it when the test ends.
func Start(tb testing.TB, c Command) *Process {
	tb.Helper()
	p := &Process{cmd: exec.Command(c.Path, c.Args...), end: c.End, log: newLog(), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = c.Dir, append(Environment(), c.Env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = attributes(c.User, c.End)
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = p.Stop(tb) })
	return p
}

// run starts the process and waits for its end. Linux signals a child when the
// thread that started it ends (Pdeathsig), so run keeps its thread until then.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	err := p.cmd.Start()
	started <- err
	if err == nil {
		p.err = p.cmd.Wait()
		close(p.ended)
	}
}

// ID returns the process id.
func (p *Process) ID() int { return p.cmd.Process.Pid }

// Ended returns a channel that is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Stop sends the stop signal, waits until the process has ended, and returns the error
// of its exit status. The process may have ended before.
func (p *Process) Stop(tb testing.TB) error {
	tb.Helper()
	_ = p.cmd.Process.Signal(p.end) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		tb.Errorf("%s still runs %s after signal %q:\n%s", p.cmd.Path, stopTimeout, p.end, p.Log())
		p.Kill()
	}
	return p.err
}

// Kill kills the process and waits until it has ended.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// Await calls ready, with a pause after each call, until ready returns nil. It returns
// the last error of ready when the process ends or the timeout expires.
func (p *Process) Await(timeout, pause time.Duration, ready func() error) error {
	expired := time.After(timeout)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("the process has ended: %w", err)
		case <-expired:
			return fmt.Errorf("after %s: %w", timeout, err)
		case <-time.After(pause):
		}
	}
}

// Log returns the standard output and standard error of the process so far.
func (p *Process) Log() string {
	text, _ := p.log.read()
	return text
}

// AwaitLog waits until the log matches pattern, and returns the match and its
// submatches. It fails when the process ends without a match or the timeout expires.
func (p *Process) AwaitLog(timeout time.Duration, pattern *regexp.Regexp) ([]string, error) {
	expired := time.After(timeout)
	for ended := false; ; {
		text, grown := p.log.read()
		if match := pattern.FindStringSubmatch(text); match != nil {
			return match, nil
		}
		if ended {
			return nil, fmt.Errorf("the process has ended and its log has no %q", pattern)
		}
		select {
		case <-grown:
		case <-p.ended:
			ended = true // read the last output before giving up
		case <-expired:
			return nil, fmt.Errorf("the log has no %q after %s", pattern, timeout)
		}
	}
}
