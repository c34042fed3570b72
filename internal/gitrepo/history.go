package gitrepo

import (
	"container/heap"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Change is the newest commit that changed something.
type Change struct {
	SHA         string
	Message     string
	CommittedAt time.Time
}

// History is what LastChanged found at a tip. It is never changed once made.
type History struct {
	dir     string
	tip     plumbing.Hash
	changes map[string]Change
}

// LastChanged returns, for each of the names, the newest commit that changed
// dir/name, as `git log -1 -- dir/name` has it: at a merge, the first parent
// that has the same content is followed. Names that no commit ever had are not
// in the map; those that were deleted have the commit that deleted them.
//
// known may be what an earlier call for the same dir returned: where the walk
// meets its tip, the answers are taken from it. History is read as far as the
// names need it, and calls for several directories share it.
func (t *Tree) LastChanged(ctx context.Context, dir string, names []string, known *History) (map[string]Change, *History, error) {
	if err := validNames(dir, names); err != nil {
		return nil, nil, err
	}
	if known == nil || known.dir != dir {
		known = &History{dir: dir}
	}
	w := newWalk(t, dir, known)
	if err := w.all(ctx, names); err != nil {
		return nil, nil, err
	}
	return w.found, &History{dir: dir, tip: t.tip, changes: maps.Clone(w.found)}, nil
}

// LastChangedOf returns the newest commit that changed anything in dir whose
// name is one that is accepts, as `git log -1` has it for all of those paths at
// once. It reports false where no commit ever had one.
func (t *Tree) LastChangedOf(ctx context.Context, dir string, is func(name string) bool) (Change, bool, error) {
	if err := validNames(dir, nil); err != nil {
		return Change{}, false, err
	}
	w := newWalk(t, dir, &History{})
	w.is = is
	if err := w.all(ctx, []string{""}); err != nil {
		return Change{}, false, err
	}
	change, ok := w.found[""]
	return change, ok, nil
}

func validNames(dir string, names []string) error {
	if !fs.ValidPath(dir) {
		return &fs.PathError{Op: "history", Path: dir, Err: fs.ErrInvalid}
	}
	for _, name := range names {
		if !fs.ValidPath(name) || name == "." || strings.Contains(name, "/") {
			return &fs.PathError{Op: "history", Path: name, Err: fs.ErrInvalid}
		}
	}
	return nil
}

// walk follows each name from commit to commit until one changed it. Names at
// the same commit go together, youngest commit first.
type walk struct {
	tree   *Tree
	op     string
	dir    string
	known  *History
	reader *dirReader
	groups map[plumbing.Hash]map[string]bool
	queue  commitQueue
	found  map[string]Change
	// is says what the name "" stands for; nil where names are names.
	is func(name string) bool
}

func newWalk(t *Tree, dir string, known *History) *walk {
	return &walk{
		tree: t, op: "history of " + dir, dir: dir, known: known,
		reader: newDirReader(t, dir),
		groups: map[plumbing.Hash]map[string]bool{}, found: map[string]Change{},
	}
}

// of returns what of a directory the name "" stands for.
func (w *walk) of(all map[string]entry) map[string]entry {
	some := map[string]entry{}
	for name, e := range all {
		if w.is(name) {
			some[name] = e
		}
	}
	return some
}

// has reports whether a directory has anything under name.
func (w *walk) has(name string, mine map[string]entry) bool {
	if w.is != nil {
		return len(w.of(mine)) > 0
	}
	_, ok := mine[name]
	return ok
}

// same reports whether two directories have the same under name.
func (w *walk) same(name string, mine, theirs map[string]entry) bool {
	if w.is == nil {
		return mine[name] == theirs[name]
	}
	return maps.Equal(w.of(mine), w.of(theirs))
}

// all follows names from the tip.
func (w *walk) all(ctx context.Context, names []string) error {
	t := w.tree
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	t.logging.Lock()
	defer t.logging.Unlock()
	if t.log.nodes[t.tip] == nil {
		t.log.nodes[t.tip] = newNode(t.commit)
	}
	for _, name := range names {
		w.follow(t.tip, name)
	}
	return w.run(ctx)
}

func (w *walk) follow(commit plumbing.Hash, name string) {
	group := w.groups[commit]
	if group == nil {
		group = map[string]bool{}
		w.groups[commit] = group
		heap.Push(&w.queue, queued{hash: commit, at: w.tree.log.nodes[commit].at})
	}
	group[name] = true
}

func (w *walk) run(ctx context.Context) error {
	for w.queue.Len() > 0 {
		if err := ctx.Err(); err != nil {
			return newFault(w.op, err, nil)
		}
		commit := heap.Pop(&w.queue).(queued).hash
		group := w.groups[commit]
		delete(w.groups, commit)
		if commit == w.known.tip {
			w.recall(group)
		}
		if len(group) == 0 {
			continue
		}
		if err := w.step(ctx, commit, group); err != nil {
			return err
		}
	}
	return nil
}

// recall takes the answers that are known at this commit.
func (w *walk) recall(group map[string]bool) {
	for name := range group {
		if change, ok := w.known.changes[name]; ok {
			w.found[name] = change
			delete(group, name)
		}
	}
}

// step compares a commit with its parents: try_to_simplify_commit of git's
// revision.c.
func (w *walk) step(ctx context.Context, commit plumbing.Hash, group map[string]bool) error {
	parents, err := w.parents(ctx, commit)
	if err != nil {
		return err
	}
	if err := w.reader.load(ctx, append([]plumbing.Hash{commit}, parents...)); err != nil {
		return err
	}
	here, err := w.reader.dir(commit)
	if err != nil {
		return err
	}
	for _, parent := range parents {
		there, err := w.reader.dir(parent)
		if err != nil {
			return err
		}
		if err := w.split(group, here, there, parent); err != nil {
			return err
		}
		if len(group) == 0 {
			return nil
		}
	}
	n := w.tree.log.nodes[commit]
	change := Change{SHA: commit.String(), Message: n.message, CommittedAt: n.at}
	return w.settle(group, here, len(parents) == 0, change)
}

// split sends those names on that are the same in the parent.
func (w *walk) split(group map[string]bool, here, there dirTree, parent plumbing.Hash) error {
	if here.hash == there.hash {
		for name := range group {
			w.follow(parent, name)
		}
		clear(group)
		return nil
	}
	mine, err := here.index()
	if err != nil {
		return err
	}
	theirs, err := there.index()
	if err != nil {
		return err
	}
	for name := range group {
		if w.same(name, mine, theirs) {
			w.follow(parent, name)
			delete(group, name)
		}
	}
	return nil
}

// settle ends the walk of names that differ from every parent. A first commit
// changed what it has.
func (w *walk) settle(group map[string]bool, here dirTree, root bool, change Change) error {
	var mine map[string]entry
	if root {
		var err error
		if mine, err = here.index(); err != nil {
			return err
		}
	}
	for name := range group {
		if !root || w.has(name, mine) {
			w.found[name] = change
		}
	}
	return nil
}

func (w *walk) parents(ctx context.Context, commit plumbing.Hash) ([]plumbing.Hash, error) {
	for {
		parents, ok := w.tree.log.parents(commit)
		if ok {
			return parents, nil
		}
		if w.tree.log.whole {
			return nil, fmt.Errorf("%s: commit %s is missing", w.op, commit)
		}
		if err := w.tree.deepen(ctx, w.op); err != nil {
			return nil, err
		}
	}
}

// commitQueue is a heap, youngest first.
type commitQueue []queued

type queued struct {
	hash plumbing.Hash
	at   time.Time
}

func (q commitQueue) Len() int           { return len(q) }
func (q commitQueue) Less(i, j int) bool { return q[i].at.After(q[j].at) }
func (q commitQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *commitQueue) Push(x any)        { *q = append(*q, x.(queued)) }
func (q *commitQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = slices.Delete(*q, len(*q)-1, len(*q))
	return last
}
