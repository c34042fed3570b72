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
// the longest pause before the second one. One of several pushes always succeeds,
// so that a longer pause would only let others go first.
const (
	maxAttempts = 20
	maxPause    = 100 * time.Millisecond
)

// ErrBusy means that others kept pushing to the branch for all of Apply's
// attempts.
var ErrBusy = errors.New("the branch kept moving")

// Result is what Apply did.
type Result struct {
	// Plan holds what the mask permits.
	Plan Plan
	// State after the commit, or as it was where there was none.
	State State
	// Commit is the hash of the new commit, "" where nothing was to commit.
	Commit string
}

// Work decides what a set should have at a state of the repository.
type Work interface {
	// Decide returns what the set should have, given what it has.
	Decide(ctx context.Context, state State) (Desired, error)
	// Renderer returns the renderer of its overlays. It is asked for only where
	// entries are to be written.
	Renderer(ctx context.Context, state State) (Renderer, error)
}

// Apply brings set to what w wants, as far as mask permits, in at most one
// commit, which may be pushed together with those of other sets. A rejected
// push means that somebody else was faster: then it reads the new state,
// decides and plans again, within a bound (ErrBusy).
func (r *Repository) Apply(ctx context.Context, set string, mask Permissions, w Work) (Result, error) {
	cache := r.cache(set)
	cache.turn.Lock()
	defer cache.turn.Unlock()
	defer cache.rendered.forget()
	var moved error
	for attempt := range maxAttempts {
		if attempt > 0 {
			r.opts.OnRetry(set)
			if err := wait(ctx, attempt); err != nil {
				return Result{}, err
			}
		}
		result, err := r.attempt(ctx, set, mask, w)
		if !errors.Is(err, gitrepo.ErrMoved) {
			return result, err
		}
		moved = err
		r.opts.Log.DebugContext(ctx, "push rejected, planning again", "set", set, "attempt", attempt+1)
	}
	return Result{}, fmt.Errorf("%w during %d attempts: %w", ErrBusy, maxAttempts, moved)
}

func (r *Repository) attempt(ctx context.Context, set string, mask Permissions, w Work) (result Result, err error) {
	var planErr error
	made, err := r.committer.Commit(ctx, func(ctx context.Context, tree *gitrepo.Tree) (*committer.Change, error) {
		result, planErr = r.plan(ctx, tree, set, mask, w)
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
		return Result{}, r.fail(err)
	case made.Commit == "":
		return result, nil
	}
	result.Commit = made.Commit
	result.State, err = r.read(ctx, made.Tree, set)
	return result, err
}

// Plan returns what Apply would do with this mask. It changes nothing.
func (r *Repository) Plan(ctx context.Context, set string, mask Permissions, w Work) (Result, error) {
	cache := r.cache(set)
	cache.turn.Lock()
	defer cache.turn.Unlock()
	tree, err := r.committer.Tree(ctx)
	if err != nil {
		return Result{}, r.fail(err)
	}
	return r.plan(ctx, tree, set, mask, w)
}

func (r *Repository) plan(ctx context.Context, tree *gitrepo.Tree, set string, mask Permissions, w Work) (Result, error) {
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
	if mask.Write {
		if d.renderer, err = w.Renderer(ctx, state); err != nil {
			return Result{}, err
		}
		d.inputs = d.renderer.Inputs()
		if err := r.upserts(ctx, d, &plan); err != nil {
			return Result{}, err
		}
		if err := d.objections(ctx, &plan, mask); err != nil {
			return Result{}, err
		}
	}
	if mask.Prune {
		d.deletions(&plan)
	}
	return Result{Plan: plan, State: state}, nil
}

func (r *Repository) upserts(ctx context.Context, d differ, plan *Plan) error {
	if err := r.room.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.room.Release(1)
	return d.upserts(ctx, plan)
}

// wait waits for a random time, which is shorter after more failed attempts.
func wait(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(maxPause / time.Duration(attempt)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
