package gitops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/internal/gitrepo"
)

// Bounds of Apply: how often it plans anew when others push at the same time,
// and how long it waits in between (doubling, with jitter).
const (
	maxAttempts  = 10
	firstBackoff = 50 * time.Millisecond
	maxBackoff   = 5 * time.Second
)

// ErrBusy means that others kept pushing to the branch for all of Apply's
// attempts.
var ErrBusy = errors.New("the branch kept moving")

// Options of a Repository.
type Options struct {
	Branch string
	// Path is the only directory that is ever written.
	Path   string
	Author gitrepo.Signature
	// Sign is nil for unsigned commits.
	Sign func(ctx context.Context, payload []byte) (string, error)
	Now  func() time.Time
	Log  *slog.Logger
	// OnRetry is called for each push that was rejected and is planned again.
	OnRetry func(set string)
}

// Repository is the GitOps repository: the entries of all sets on one branch.
// Its methods may be called from several goroutines and take turns.
type Repository struct {
	remote *gitrepo.Remote
	opts   Options

	mu   sync.Mutex
	tree *gitrepo.Tree
	sets map[string]*setCache
}

// setCache holds what was read of a set, by name and content hash, so that a
// sync reads only what changed.
type setCache struct {
	history *gitrepo.History
	records map[gitrepo.TreeEntry]parsed
	memo    memo
}

type parsed struct {
	record Record
	err    error
}

// New returns the repository behind remote. It does not connect yet.
func New(remote *gitrepo.Remote, o Options) *Repository {
	return &Repository{remote: remote, opts: o, sets: map[string]*setCache{}}
}

// URL returns the repository's URL, without credentials.
func (r *Repository) URL() string { return r.remote.URL() }

// SetPath returns the directory of a set's entries.
func (r *Repository) SetPath(set string) string { return r.opts.Path + "/" + set }

// State reads what set has at the tip of the branch.
func (r *Repository) State(ctx context.Context, set string) (State, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state(ctx, set)
}

func (r *Repository) state(ctx context.Context, set string) (State, error) {
	tree, err := r.remote.Fetch(ctx, r.opts.Branch, r.tree)
	if err != nil {
		return State{}, fmt.Errorf("GitOps repository: %w", err)
	}
	r.tree = tree
	state, err := r.read(ctx, set)
	if err != nil {
		return State{}, fmt.Errorf("GitOps repository: %s: %w", r.SetPath(set), err)
	}
	return state, nil
}

func (r *Repository) cache(set string) *setCache {
	if r.sets[set] == nil {
		r.sets[set] = &setCache{records: map[gitrepo.TreeEntry]parsed{}}
	}
	return r.sets[set]
}

// read lists the set's directory, with each entry's record and revision.
func (r *Repository) read(ctx context.Context, set string) (State, error) {
	state := State{Set: set, Tip: r.tree.Tip(), tree: r.tree, path: r.SetPath(set), Entries: map[string]Entry{}, Foreign: map[string]string{}}
	children, err := r.tree.Entries(ctx, r.SetPath(set))
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err != nil {
		return State{}, err
	}
	cache := r.cache(set)
	if err := r.readRecords(ctx, set, children); err != nil {
		return State{}, err
	}
	var ids []string
	for _, child := range children {
		if found := cache.records[child]; !child.IsDir {
			state.Foreign[child.Name] = "it is a file"
		} else if found.err != nil {
			state.Foreign[child.Name] = found.err.Error()
		} else {
			state.Entries[child.Name] = Entry{Tree: child.Hash, Record: found.record}
			ids = append(ids, child.Name)
		}
	}
	return state, r.readRevisions(ctx, state, ids)
}

func (r *Repository) readRevisions(ctx context.Context, state State, ids []string) error {
	cache := r.cache(state.Set)
	changed, history, err := r.tree.LastChanged(ctx, r.SetPath(state.Set), ids, cache.history)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	cache.history = history
	for _, id := range ids {
		entry := state.Entries[id]
		entry.Revision = changed[id].SHA
		entry.Restored = entry.Record.Restored || isRevertOfPrune(changed[id].Message)
		state.Entries[id] = entry
	}
	return nil
}

// readRecords fills the cache with the records of the directories in children,
// and forgets those that are no longer there.
func (r *Repository) readRecords(ctx context.Context, set string, children []gitrepo.TreeEntry) error {
	cache := r.cache(set)
	records := make(map[gitrepo.TreeEntry]parsed, len(children))
	unread := map[gitrepo.TreeEntry]string{} // the hash of its record
	for _, child := range children {
		if !child.IsDir {
			continue
		}
		if known, ok := cache.records[child]; ok {
			records[child] = known
			continue
		}
		hash, err := r.recordHash(ctx, r.SetPath(set)+"/"+child.Name)
		if err != nil {
			return err
		}
		if hash == "" {
			records[child] = parsed{err: fmt.Errorf("%w: there is no %s", ErrRecord, RecordFile)}
			continue
		}
		unread[child] = hash
	}
	contents, err := r.tree.Blobs(ctx, slices.Collect(maps.Values(unread)))
	if err != nil {
		return fmt.Errorf("records: %w", err)
	}
	for child, hash := range unread {
		record, err := parseRecord(contents[hash], set, child.Name)
		records[child] = parsed{record, err}
	}
	cache.records = records
	return nil
}

// recordHash returns the hash of the record in dir, "" where there is none.
func (r *Repository) recordHash(ctx context.Context, dir string) (string, error) {
	files, err := r.tree.Entries(ctx, dir)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if f.Name == RecordFile && !f.IsDir {
			return f.Hash, nil
		}
	}
	return "", nil
}

// Result is what Apply did.
type Result struct {
	// Plan holds what the mask permits.
	Plan Plan
	// State after the commit, or as it was where there was none.
	State State
	// Commit is the hash of the new commit, "" where nothing was to commit.
	Commit string
}

// Work is what a set's stages say of a state of the repository.
type Work interface {
	// Decide returns what the set should have, given what it has.
	Decide(ctx context.Context, state State) (Desired, error)
	// Renderer returns the renderer of its overlays. It is asked for only where
	// entries are to be written.
	Renderer(ctx context.Context, state State) (Renderer, error)
}

// Apply brings set to what w wants, as far as mask permits, in at most one
// commit. A rejected push means that somebody else was faster: then it reads
// the new state, decides and plans again, within a bound (ErrBusy).
func (r *Repository) Apply(ctx context.Context, set string, mask Mask, w Work) (Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
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
		r.opts.Log.DebugContext(ctx, "push rejected, planning again", "set", set, "attempt", attempt+1)
	}
	return Result{}, fmt.Errorf("GitOps repository: %w during %d attempts", ErrBusy, maxAttempts)
}

func (r *Repository) attempt(ctx context.Context, set string, mask Mask, w Work) (Result, error) {
	result, err := r.plan(ctx, set, mask, w)
	if err != nil || len(result.Plan.Steps) == 0 {
		return result, err
	}
	result.Commit, err = r.commit(ctx, result.Plan)
	if errors.Is(err, gitrepo.ErrNothingToCommit) {
		return result, nil
	}
	if err != nil {
		return Result{}, err
	}
	result.State, err = r.read(ctx, set)
	return result, err
}

// Plan returns what Apply would do with this mask. It changes nothing.
func (r *Repository) Plan(ctx context.Context, set string, mask Mask, w Work) (Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.plan(ctx, set, mask, w)
}

func (r *Repository) plan(ctx context.Context, set string, mask Mask, w Work) (Result, error) {
	state, err := r.state(ctx, set)
	if err != nil {
		return Result{}, err
	}
	d := differ{path: r.SetPath(set), state: state, memo: &r.cache(set).memo}
	if d.desired, err = w.Decide(ctx, state); err != nil {
		return Result{}, err
	}
	plan := Plan{Set: set, dir: d.path}
	if mask.Upsert {
		if d.renderer, err = w.Renderer(ctx, state); err != nil {
			return Result{}, err
		}
		if err := d.upserts(ctx, &plan); err != nil {
			return Result{}, err
		}
	}
	if mask.Delete {
		d.deletions(&plan)
	}
	return Result{Plan: plan, State: state}, nil
}

// commit pushes the steps of plan as one commit on the tree that was planned
// on.
func (r *Repository) commit(ctx context.Context, plan Plan) (string, error) {
	commit, err := r.tree.Commit(ctx, plan.edit(), gitrepo.CommitOptions{
		Message: plan.Message(), Author: r.opts.Author, When: r.opts.Now(), Sign: r.opts.Sign,
	})
	if err != nil {
		return "", fmt.Errorf("commit: %w", err)
	}
	tree, err := r.remote.Push(ctx, r.opts.Branch, commit)
	if err != nil {
		return "", fmt.Errorf("push: %w", err)
	}
	r.tree = tree
	return tree.Tip(), nil
}

func wait(ctx context.Context, attempt int) error {
	pause := min(firstBackoff<<(attempt-1), maxBackoff)
	timer := time.NewTimer(pause/2 + rand.N(pause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
