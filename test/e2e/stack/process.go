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

// stopGrace is how long a process may take to end before it is killed.
const stopGrace = 10 * time.Second

// Processes are children of this process, in one folder. They are stopped
// together, the youngest first.
type Processes struct {
	// Dir is the folder that all of them write to.
	Dir   string
	spawn chan func()

	mu      sync.Mutex
	running []*Process
	stopped sync.Once
}

// NewProcesses returns no processes yet.
func NewProcesses(dir string) (*Processes, error) {
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o755); err != nil {
		return nil, err
	}
	p := &Processes{Dir: dir, spawn: make(chan func())}
	go func() {
		// Linux kills a child with the thread that started it (see attributes),
		// so one thread starts all and stays.
		runtime.LockOSThread()
		for start := range p.spawn {
			start()
		}
	}()
	return p, nil
}

// Command is what to run.
type Command struct {
	Name string // of the process and its log
	Path string
	Args []string
	Env  []string // besides that of this process
	User *User    // nil for that of this process
}

// User is whom a process is run as.
type User struct{ uid, gid uint32 }

// Process is one that was started.
type Process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// Start starts a process that lives until Stop.
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

// Stop stops all processes. No other can be started.
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

// Stop asks the process to end, and kills it with its own children when it
// does not.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.done:
		return nil
	case <-time.After(stopGrace):
	}
	return p.Kill()
}

// Kill ends the process and its own children at once, and waits until it has.
func (p *Process) Kill() error {
	if err := kill(p.cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	<-p.done
	return nil
}

// Await waits until ready returns nil. It fails when ctx ends or the process
// does, with the end of its log.
func (p *Process) Await(ctx context.Context, ready func(context.Context) error) error {
	err := Await(ctx, func(ctx context.Context) error {
		select {
		case <-p.done:
			return final{errors.New("it ended")}
		default:
			return ready(ctx)
		}
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w; the end of %s:\n%s", p.name, err, p.log, p.tail())
	}
	return nil
}

// tail returns the last lines of the log.
func (p *Process) tail() []byte {
	const most = 4 << 10
	log, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	if cut := len(log) - most; cut > 0 {
		log = log[cut:]
		if line := bytes.IndexByte(log, '\n'); line >= 0 {
			log = log[line+1:]
		}
	}
	return log
}

// awaitEvery is how often a condition is looked at.
const awaitEvery = 50 * time.Millisecond

// final is an error after which waiting does not help.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// Await calls condition until it returns nil. When ctx ends first, the error
// is the condition's last.
func Await(ctx context.Context, condition func(context.Context) error) error {
	ticker := time.NewTicker(awaitEvery)
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

// freePorts returns n ports of loopback that nothing listens on now.
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

// FreeAddress returns an address of loopback that nothing listens on now.
func FreeAddress() (string, error) {
	ports, err := freePorts(1)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("127.0.0.1:%d", ports[0]), nil
}
