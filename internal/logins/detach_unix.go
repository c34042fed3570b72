//go:build unix

package logins

import (
	"os/exec"
	"syscall"
)

// detach starts cmd in a session of its own, without a terminal that it could ask on, and
// ends its helpers together with cmd.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
