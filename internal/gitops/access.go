package gitops

import "context"

// CheckPush returns an error with a remedy if the credentials may not push. It changes
// nothing; see gitrepo.Remote.CheckPush for what it can't find out.
func (r *Repository) CheckPush(ctx context.Context) error {
	if err := r.remote.CheckPush(ctx); err != nil {
		return r.explain(err)
	}
	return nil
}

// Partial reports, after a read, whether the server sends single objects; see
// gitrepo.Remote.Partial.
func (r *Repository) Partial() bool { return r.remote.Partial() }
