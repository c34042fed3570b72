package stack

import (
	"os"
	"syscall"
)

// attributes puts a child into a process group of its own, so that Ctrl-C does
// not stop the parts in any order, and ends it with this process however that
// ends.
func attributes(u *User) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: u.credential()}
}

// kill ends a process and those that it started.
func kill(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }
