package gitops

import "context"

// turns holds one for each of those whose turn it is, up to its capacity. Who
// waited longest is next.
type turns chan struct{}

// take waits for a turn, or for the end of ctx.
func (t turns) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turns) release() { <-t }
