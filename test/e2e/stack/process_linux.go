package stack

import (
	"os"
	"syscall"
)

// attributes puts a child into its own process group, so that Ctrl-C does not stop the
// parts in an arbitrary order. The kernel kills the child when this process ends for any
// reason.
func attributes(u *User) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: u.credential()}
}

// kill kills a process and its children.
func kill(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }
