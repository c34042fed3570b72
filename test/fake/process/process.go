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

// stopWithin is how long a process may take to end.
const stopWithin = time.Minute

// Command is a program and how it is run.
type Command struct {
	Path string
	Args []string
	// Dir is the working directory, "" for that of the test.
	Dir string
	// Env is the environment besides what Environment returns.
	Env []string
	// User is whom the program is run as, nil for the test's own user.
	User *syscall.Credential
	// End is the signal that ends the program.
	End syscall.Signal
}

// Environment returns what every program has of the environment: PATH, and no
// locale or time zone of the developer. It has nothing else of the test's own.
func Environment() []string { return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"} }

// Process is a running program.
type Process struct {
	cmd   *exec.Cmd
	end   syscall.Signal
	log   *log
	ended chan struct{}
	err   error // of the exit status, once ended is closed
}

// Start starts a program, and ends it with the test.
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
// thread that started it ends, so the thread is kept for as long.
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

// Stop ends the process, which may have ended before, and waits until it has. It
// returns the error of its exit status.
func (p *Process) Stop(tb testing.TB) error {
	tb.Helper()
	_ = p.cmd.Process.Signal(p.end) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(stopWithin):
		tb.Errorf("%s has not ended %s after %s:\n%s", p.cmd.Path, stopWithin, p.end, p.Log())
		p.Kill()
	}
	return p.err
}

// Kill kills the process and waits until it has ended.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// Await calls ready, with a pause after each call, until it returns nil. It fails
// with the last error of ready when the process has ended, or after within.
func (p *Process) Await(within, pause time.Duration, ready func() error) error {
	timeout := time.After(within)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("the process has ended: %w", err)
		case <-timeout:
			return fmt.Errorf("after %s: %w", within, err)
		case <-time.After(pause):
		}
	}
}

// Log returns the output of the process so far, standard output and error.
func (p *Process) Log() string {
	text, _ := p.log.read()
	return text
}

// AwaitLog waits until the log matches, and returns the match and those of its
// subexpressions. It fails when the process has ended, or after within.
func (p *Process) AwaitLog(within time.Duration, what *regexp.Regexp) ([]string, error) {
	timeout := time.After(within)
	for ended := false; ; {
		text, grown := p.log.read()
		if match := what.FindStringSubmatch(text); match != nil {
			return match, nil
		}
		if ended {
			return nil, fmt.Errorf("the process has ended without a log of %q", what)
		}
		select {
		case <-grown:
		case <-p.ended:
			ended = true // its last words may be new
		case <-timeout:
			return nil, fmt.Errorf("no log of %q after %s", what, within)
		}
	}
}
