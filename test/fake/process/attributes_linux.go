package process

import "syscall"

// attributes runs a process as user (nil: the user of the test). The kernel sends
// stop to the process when the thread that started it ends.
func attributes(user *syscall.Credential, stop syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: stop, Credential: user}
}
