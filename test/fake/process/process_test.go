package process_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/previewset/previewset/test/fake/process"
)

const timeout = time.Minute

// shell returns a command that runs a script and stops it with SIGTERM.
func shell(script string) process.Command {
	return process.Command{Path: "/bin/sh", Args: []string{"-c", script}, End: syscall.SIGTERM}
}

func TestProcessEndsWithItsTest(t *testing.T) {
	var p *process.Process
	t.Run("owner", func(t *testing.T) {
		p = process.Start(t, shell("echo started; exec sleep 600"))
		if _, err := p.AwaitLog(timeout, regexp.MustCompile("started")); err != nil {
			t.Error(err)
		}
	})
	select {
	case <-p.Ended():
	default:
		t.Error("the process still runs")
	}
}

// TestProcessEndsWithTheTestProcess runs itself as a child process that starts a
// program, and kills the child.
func TestProcessEndsWithTheTestProcess(t *testing.T) {
	const child = "PROCESS_TEST_CHILD"
	if os.Getenv(child) != "" {
		p := process.Start(t, shell("exec sleep 600"))
		fmt.Println("sleeps as", p.ID())
		<-p.Ended()
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a process with its parent")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1")
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	var id int
	if _, scan := fmt.Sscanf(line, "sleeps as %d", &id); scan != nil {
		t.Fatalf("%v: %q, %v", scan, line, err)
	}
	for deadline := time.Now().Add(timeout); syscall.Kill(id, 0) == nil && !zombie(id); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the process %d still runs", id)
		}
	}
}

// zombie reports whether a process has ended. The new parent of an orphan may not
// reap it, so an ended process can remain in the process table.
func zombie(id int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestStopReturnsTheExitStatus(t *testing.T) {
	p := process.Start(t, shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done"))
	if _, err := p.AwaitLog(timeout, regexp.MustCompile("ready")); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	for range 2 {
		if err := p.Stop(t); !errors.As(err, &exit) || exit.ExitCode() != 7 {
			t.Errorf("Stop returned %v, want exit status 7", err)
		}
	}
}

func TestWaitsEndWithTheProcess(t *testing.T) {
	p := process.Start(t, shell("printf 'the last line'"))
	if match, err := p.AwaitLog(timeout, regexp.MustCompile("the (.*) line")); err != nil || match[1] != "last" {
		t.Errorf("AwaitLog returned %q, %v; want the submatch %q", match, err, "last")
	}
	if _, err := p.AwaitLog(timeout, regexp.MustCompile("something else")); err == nil {
		t.Error("AwaitLog found output that the process did not write")
	}
	never := errors.New("never")
	if err := p.Await(timeout, time.Millisecond, func() error { return never }); !errors.Is(err, never) {
		t.Errorf("Await returned %v, want %v", err, never)
	}
}

func TestEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("OF_THE_DEVELOPER", "canary")
	c := shell("env")
	c.Env = []string{"OF_THE_TEST=1"}
	p := process.Start(t, c)
	<-p.Ended()
	if log := p.Log(); strings.Contains(log, "canary") || !strings.Contains(log, "OF_THE_TEST=1\n") || !strings.Contains(log, "LC_ALL=C\n") {
		t.Errorf("environment:\n%s", log)
	}
}
