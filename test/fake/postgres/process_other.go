//go:build !linux

package postgres

import "syscall"

// attributes let the process run as uid and gid, where they are not 0. Where
// nothing can tie it to the test's, a test that is killed leaves it.
func attributes(uid, gid uint32) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if uid != 0 {
		a.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	return a
}
