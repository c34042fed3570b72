package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// stopGrace is the time that a process has to end before it is killed.
const stopGrace = 10 * time.Second

// Processes is a group of child processes. Stop stops them in the reverse order of their
// start.
type Processes struct {
	// Dir is the folder of all files of the processes.
	Dir   string
	spawn chan func()

	mu      sync.Mutex
	running []*Process
	stopped sync.Once
}

// NewProcesses returns an empty group.
func NewProcesses(dir string) (*Processes, error) {
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o755); err != nil {
		return nil, err
	}
	p := &Processes{Dir: dir, spawn: make(chan func())}
	go func() {
		// Linux kills a child when the thread that started it ends (see attributes). So one
		// locked thread starts all children.
		runtime.LockOSThread()
		for start := range p.spawn {
			start()
		}
	}()
	return p, nil
}

// Command describes a process to start.
type Command struct {
	Name string // of the process and its log
	Path string
	Args []string
	Env  []string // extends the environment of this process
	User *User    // nil: the user of this process
}

// User is the account of a process.
type User struct{ uid, gid uint32 }

// Process is a started process.
type Process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// Start starts a process that runs until Stop.
func (p *Processes) Start(c Command) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(p.Dir, "logs", c.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Dir = p.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes(c.User)
	started := make(chan error)
	p.spawn <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Name, err)
	}
	process := &Process{name: c.Name, log: log.Name(), cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(process.done)
	}()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, process)
	return process, nil
}

// Stop stops all processes. Start must not be called afterwards.
func (p *Processes) Stop() error {
	p.mu.Lock()
	running := p.running
	p.running = nil
	p.mu.Unlock()
	var errs []error
	for i := len(running) - 1; i >= 0; i-- {
		errs = append(errs, running[i].Stop())
	}
	p.stopped.Do(func() { close(p.spawn) })
	return errors.Join(errs...)
}

// Stop sends SIGTERM, and kills the process and its children if it does not end within
// stopGrace.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.done:
		return nil
	case <-time.After(stopGrace):
	}
	return p.Kill()
}

// Kill kills the process and its children, and waits until the process has ended.
func (p *Process) Kill() error {
	if err := kill(p.cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	<-p.done
	return nil
}

// Await waits until ready returns nil. If ctx or the process ends first, the error contains
// the end of the log.
func (p *Process) Await(ctx context.Context, ready func(context.Context) error) error {
	err := Await(ctx, func(ctx context.Context) error {
		select {
		case <-p.done:
			return final{errors.New("the process has ended")}
		default:
			return ready(ctx)
		}
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w; last lines of %s:\n%s", p.name, err, p.log, p.tail())
	}
	return nil
}

// tail returns the last lines of the log.
func (p *Process) tail() []byte {
	const limit = 4 << 10
	log, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	if cut := len(log) - limit; cut > 0 {
		log = log[cut:]
		if line := bytes.IndexByte(log, '\n'); line >= 0 {
			log = log[line+1:]
		}
	}
	return log
}

// pollInterval is the time between two checks of a condition.
const pollInterval = 50 * time.Millisecond

// final is an error after which Await stops waiting.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// Await calls condition until it returns nil. If ctx ends first, Await returns the cause
// and the last error of condition.
func Await(ctx context.Context, condition func(context.Context) error) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	var last error
	for {
		err := condition(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		if errors.As(err, new(final)) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), last)
		case <-ticker.C:
		}
	}
}

// freePorts returns n loopback ports that are free now.
func freePorts(n int) ([]int, error) {
	ports := make([]int, 0, n)
	var open []net.Listener
	defer func() {
		for _, l := range open {
			l.Close()
		}
	}()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		open = append(open, l)
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// FreeAddress returns a loopback address that is free now.
func FreeAddress() (string, error) {
	ports, err := freePorts(1)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("127.0.0.1:%d", ports[0]), nil
}
