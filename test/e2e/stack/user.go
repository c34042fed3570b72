package stack

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// unprivileged returns an account for programs that refuse to run as root, or nil if root
// does not run this process.
func unprivileged() (*User, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", name, err)
		}
		return &User{uint32(uid), uint32(gid)}, nil
	}
	return nil, errors.New("the program does not run as root, and the accounts postgres and nobody do not exist")
}

// own makes the account the owner of a file or folder.
func (u *User) own(name string) error {
	if u == nil {
		return nil
	}
	return os.Chown(name, int(u.uid), int(u.gid))
}

func (u *User) credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: u.uid, Gid: u.gid}
}
