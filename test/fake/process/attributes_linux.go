package process

import "syscall"

// attributes let a process run as user, nil for the test's own, and send it the
// signal end when the thread that started it ends.
func attributes(user *syscall.Credential, end syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: end, Credential: user}
}
