package mariadb

import "syscall"

// attributes end a server with the thread that started it, so that none stays
// when a test is killed.
func attributes(credential *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: credential}
}
