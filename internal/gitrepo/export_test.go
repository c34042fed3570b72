package gitrepo

// Refuses reports whether a server's message means that it refuses an object, or
// does not know a filter.
func Refuses(words string) bool { return isRefusal(words) }

// LostRace reports whether a server's message means that the branch has moved.
func LostRace(words string) bool { return lostRace(words) }

// NewFault returns the fault that err is for callers.
func NewFault(err error) error { return newFault("op", err, nil) }
