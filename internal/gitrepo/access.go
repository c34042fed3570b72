package gitrepo

import "context"

// CheckPush returns an error if the credentials may not push: ErrAuth, ErrRejected or
// ErrNotFound. It reads the advertisement of git-receive-pack, which servers refuse to users
// who may only read, and changes nothing. Only a push shows whether a hook or the
// protection of a branch refuses it.
func (r *Remote) CheckPush(ctx context.Context) error {
	const op = "check the right to push"
	ctx, cancel := r.bound(ctx)
	defer cancel()
	s, l, err := r.connector.receive(ctx)
	if err != nil {
		return newFault(op, err, l.secrets())
	}
	defer func() { _ = s.Close() }()
	if _, err := r.readRefs(ctx, s); err != nil {
		return newFault(op, withContext(ctx, readOnly(err)), l.secrets())
	}
	return nil
}

// Partial reports whether the server sends single objects, as its newest advertisement
// shows. Otherwise each read of a new commit transfers all files of the repository.
func (r *Remote) Partial() bool { return r.mode() != modePlain }
