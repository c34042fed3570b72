package gitrepo

import (
	"context"
	"io"
)

// ErrPack means that a pack is malformed.
var ErrPack = errBadPack

// Unpack returns the number of objects of a pack.
func Unpack(ctx context.Context, pack io.Reader, maxBytes int64) (int, error) {
	objects, err := readPack(ctx, pack, maxBytes)
	return len(objects), err
}

// Refuses reports whether a server's message means that it refuses an object, or
// does not know a filter.
func Refuses(words string) bool { return isRefusal(words) }

// LostRace reports whether a server's message means that the branch has moved.
func LostRace(words string) bool { return lostRace(words) }

// NewFault returns the fault that err is for callers.
func NewFault(err error) error { return newFault("op", err, nil) }
