package gitops

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/previewset/previewset/internal/committer"
	"github.com/previewset/previewset/internal/gitrepo"
)

// Bounds of Apply: the number of attempts when others push at the same time, and
// the longest pause before the second attempt. One of several concurrent pushes
// always succeeds, so that a longer pause would only let others push first.
const (
	maxAttempts = 20
	maxPause    = 100 * time.Millisecond
)

// ErrBusy means that no attempt of Apply could push. Somebody else pushed to the branch
// during each of them, or the server could not lock the branch (gitrepo.ErrLocked).
var ErrBusy = errors.New("no push succeeded")

// Result is the result of Apply or Plan.
type Result struct {
	// Plan contains only steps that the permissions allow.
	Plan Plan
	// State is the state after the commit. Without a commit it is the state that
	// was read.
	State State
	// Commit is the hash of the new commit, "" if there was nothing to commit.
	Commit string
}

// Pending returns the ids of the entries that the plan changes and that are not committed.
func (r Result) Pending() map[string]bool {
	pending := map[string]bool{}
	if r.Commit == "" {
		for _, s := range r.Plan.Steps {
			pending[s.ID] = true
		}
	}
	return pending
}

// Work decides the desired state of a set.
type Work interface {
	// Decide returns the desired state of the set for its present state.
	Decide(ctx context.Context, state State) (Desired, error)
	// Renderer returns the renderer of the set's overlays at state. It is called
	// only if the permissions allow writing.
	Renderer(ctx context.Context, state State) (Renderer, error)
}

// Apply changes the entries of set to the desired state of w, as far as permissions
// allow, in at most one commit. The commit may be pushed together with those of
// other sets. If somebody else has moved the branch, Apply reads the new state,
// decides and plans again. After maxAttempts attempts it returns ErrBusy.
func (r *Repository) Apply(ctx context.Context, set string, permissions Permissions, w Work) (Result, error) {
	cache := r.cache(set)
	cache.busy.Lock()
	defer cache.busy.Unlock()
	defer cache.rendered.forget()
	var movedErr error
	for attempt := range maxAttempts {
		if attempt > 0 {
			r.opts.OnRetry(set)
			if err := pause(ctx, attempt); err != nil {
				return Result{}, err
			}
		}
		result, err := r.attempt(ctx, set, permissions, w)
		if !errors.Is(err, gitrepo.ErrMoved) {
			return result, err
		}
		movedErr = err
		r.opts.Log.DebugContext(ctx, "the branch has moved: planning again", "set", set, "attempt", attempt+1)
	}
	return Result{}, fmt.Errorf("%w: gave up after %d attempts: %w", ErrBusy, maxAttempts, movedErr)
}

func (r *Repository) attempt(ctx context.Context, set string, permissions Permissions, w Work) (result Result, err error) {
	var planErr error
	committed, err := r.committer.Commit(ctx, func(ctx context.Context, tree *gitrepo.Tree) (*committer.Change, error) {
		result, planErr = r.plan(ctx, tree, set, permissions, w)
		if planErr != nil || len(result.Plan.Steps) == 0 {
			return nil, planErr
		}
		return &committer.Change{Edit: result.Plan.edit(), Options: gitrepo.CommitOptions{
			Message: result.Plan.Message(), Author: r.opts.Author, When: r.opts.Now(), Sign: r.opts.Sign,
		}}, nil
	})
	switch {
	case planErr != nil:
		return Result{}, planErr
	case err != nil:
		return Result{}, r.explain(err)
	case committed.Commit == "":
		return result, nil
	}
	result.Commit = committed.Commit
	result.State, err = r.read(ctx, committed.Tree, set)
	return result, err
}

// Plan returns what Apply would do with these permissions. It changes nothing.
func (r *Repository) Plan(ctx context.Context, set string, permissions Permissions, w Work) (Result, error) {
	cache := r.cache(set)
	cache.busy.Lock()
	defer cache.busy.Unlock()
	tree, err := r.committer.Tree(ctx)
	if err != nil {
		return Result{}, r.explain(err)
	}
	return r.plan(ctx, tree, set, permissions, w)
}

func (r *Repository) plan(ctx context.Context, tree *gitrepo.Tree, set string, permissions Permissions, w Work) (Result, error) {
	state, err := r.read(ctx, tree, set)
	if err != nil {
		return Result{}, err
	}
	d := differ{path: r.SetPath(set), state: state, cache: r.cache(set), wanted: map[string]bool{}}
	if d.desired, err = w.Decide(ctx, state); err != nil {
		return Result{}, err
	}
	for _, p := range d.desired.Previews {
		d.wanted[p.ID] = true
	}
	plan := Plan{Set: set, dir: d.path}
	if permissions.Write {
		if d.renderer, err = w.Renderer(ctx, state); err != nil {
			return Result{}, err
		}
		d.inputs = d.renderer.Inputs()
		if err := r.addUpserts(ctx, d, &plan); err != nil {
			return Result{}, err
		}
		if err := d.addObjections(ctx, &plan, permissions); err != nil {
			return Result{}, err
		}
	}
	//promise:only-pruners-delete
	if permissions.Prune {
		d.addDeletions(&plan)
	}
	return Result{Plan: plan, State: state}, nil
}

func (r *Repository) addUpserts(ctx context.Context, d differ, plan *Plan) error {
	if err := r.planning.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.planning.Release(1)
	return d.addUpserts(ctx, plan)
}

// pause waits for a random time. Its upper bound decreases with the number of failed
// attempts.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(maxPause / time.Duration(attempt)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
