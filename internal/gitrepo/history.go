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

// Change is the newest commit that changed a path.
type Change struct {
	SHA         string
	Message     string
	CommittedAt time.Time
}

// History is the result of LastChanged at a tip. It is immutable.
type History struct {
	dir     string
	tip     plumbing.Hash
	changes map[string]Change
}

// LastChanged returns, for each of the names, the newest commit that changed
// dir/name, as `git log -1 -- dir/name` reports it: at a merge, it follows the
// first parent with the same content. The map does not have names that no commit
// ever had. A deleted name has the commit that deleted it.
//
// known may be the result of an earlier call for the same dir, or nil. When the
// walk reaches the tip of known, it takes the results of known. It reads only as
// much history as the names need, and shares it with calls for other directories.
func (t *Tree) LastChanged(ctx context.Context, dir string, names []string, known *History) (map[string]Change, *History, error) {
	if err := validNames(dir, names); err != nil {
		return nil, nil, err
	}
	if known == nil || known.dir != dir {
		known = &History{dir: dir}
	}
	w := newWalk(t, dir, known)
	if err := w.followAll(ctx, names); err != nil {
		return nil, nil, err
	}
	changes := maps.Clone(w.found)
	for _, name := range names {
		changes[name] = w.found[name] // zero for a name that no commit ever had
	}
	return w.found, &History{dir: dir, tip: t.tip, changes: changes}, nil
}

// LastChangedOf returns the newest commit that changed any entry of dir whose name
// matches, as `git log -1` reports it for all these paths together. It returns
// false if no commit ever had such an entry.
func (t *Tree) LastChangedOf(ctx context.Context, dir string, match func(name string) bool) (Change, bool, error) {
	if err := validNames(dir, nil); err != nil {
		return Change{}, false, err
	}
	w := newWalk(t, dir, &History{})
	w.match = match
	if err := w.followAll(ctx, []string{""}); err != nil {
		return Change{}, false, err
	}
	change, ok := w.found[""]
	return change, ok, nil
}

// FileBefore returns the file dir/name as it was in the first parent of a commit, which
// is the tip or an ancestor. The error is fs.ErrNotExist if the file did not exist.
// Another error may mean that the server does not send objects of older commits.
func (t *Tree) FileBefore(ctx context.Context, commit, dir, name string) ([]byte, error) {
	if err := validNames(dir, []string{name}); err != nil {
		return nil, err
	}
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	hash, err := t.hashBefore(ctx, plumbing.NewHash(commit), dir, name)
	if err != nil {
		return nil, err
	}
	contents, err := t.Blobs(ctx, []string{hash.String()})
	if err != nil {
		return nil, err
	}
	return contents[hash.String()], nil
}

func (t *Tree) hashBefore(ctx context.Context, commit plumbing.Hash, dir, name string) (plumbing.Hash, error) {
	t.logMu.Lock()
	defer t.logMu.Unlock()
	w := newWalk(t, dir, &History{})
	w.begin()
	parents, err := w.parents(ctx, commit)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if len(parents) == 0 {
		return plumbing.ZeroHash, &fs.PathError{Op: w.op, Path: dir + "/" + name, Err: fs.ErrNotExist}
	}
	if err := w.reader.load(ctx, parents[:1]); err != nil {
		return plumbing.ZeroHash, err
	}
	hash, err := w.fileIn(parents[0], name)
	if err == nil && hash == plumbing.ZeroHash {
		err = &fs.PathError{Op: w.op, Path: dir + "/" + name, Err: fs.ErrNotExist}
	}
	return hash, err
}

// maxSearched bounds the commits that HashesAt searches.
const maxSearched = 1024

// HashesAt returns the hashes of the entries of dir in a commit, by name. The commit is the
// tip or one of its youngest ancestors by commit time: the error is fs.ErrNotExist for a
// commit that is not among the first maxSearched. A commit without dir has no entries.
func (t *Tree) HashesAt(ctx context.Context, commit, dir string) (map[string]string, error) {
	if err := validNames(dir, nil); err != nil {
		return nil, err
	}
	searched, found := 0, false
	err := t.Log(ctx, func(c Change) bool {
		searched++
		found = c.SHA == commit
		return !found && searched < maxSearched
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, &fs.PathError{Op: "history", Path: commit, Err: fs.ErrNotExist}
	}
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	t.logMu.Lock()
	defer t.logMu.Unlock()
	reader, hash := newDirReader(t, dir), plumbing.NewHash(commit)
	if err := reader.load(ctx, []plumbing.Hash{hash}); err != nil {
		return nil, err
	}
	at, err := reader.dir(hash)
	if err != nil {
		return nil, err
	}
	entries, err := at.index()
	hashes := make(map[string]string, len(entries))
	for name, e := range entries {
		hashes[name] = e.hash.String()
	}
	return hashes, err
}

// Version is a version of a file.
type Version struct {
	// Change is the commit that wrote the version, or deleted the file.
	Change
	// Hash is the hash of the blob, "" if the commit deleted the file.
	Hash string
}

// Versions calls yield for each commit that changed dir/name, youngest first, as
// `git log --full-history -- dir/name` reports them, without merges that have the content of
// a parent: a version that a merge discards counts, too. If yield returns false, the walk
// does not follow the parents of the commit. yield must not use t.
func (t *Tree) Versions(ctx context.Context, dir, name string, yield func(Version) bool) error {
	if err := validNames(dir, []string{name}); err != nil {
		return err
	}
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	t.logMu.Lock()
	defer t.logMu.Unlock()
	w := newWalk(t, dir, &History{})
	w.begin(name)
	for seen := map[plumbing.Hash]bool{}; w.queue.Len() > 0; {
		commit, group := w.pop()
		if seen[commit] {
			continue
		}
		seen[commit] = true
		if err := w.stepVersions(ctx, commit, group, name, yield); err != nil {
			return err
		}
	}
	return nil
}

// stepVersions calls yield if a commit changed name, and follows its parents.
func (w *walk) stepVersions(ctx context.Context, commit plumbing.Hash, group map[string]bool, name string, yield func(Version) bool) error {
	if err := w.step(ctx, commit, group); err != nil {
		return err
	}
	if change, changed := w.found[name]; changed {
		delete(w.found, name)
		hash, err := w.fileIn(commit, name)
		version := Version{Change: change}
		if hash != plumbing.ZeroHash {
			version.Hash = hash.String()
		}
		if err != nil || !yield(version) {
			return err
		}
	}
	parents, err := w.parents(ctx, commit)
	for _, parent := range parents {
		w.follow(parent, name)
	}
	return err
}

// fileIn returns the hash of a file in a commit that was loaded, zero if there is none.
func (w *walk) fileIn(commit plumbing.Hash, name string) (plumbing.Hash, error) {
	own, err := w.reader.dir(commit)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	entries, err := own.index()
	if found := entries[name]; found.isFile() || found.mode == modeLink {
		return found.hash, err
	}
	return plumbing.ZeroHash, err
}

// Log calls yield for the tip and its ancestors, youngest first by their commit times,
// until yield returns false. yield must not use t.
func (t *Tree) Log(ctx context.Context, yield func(Change) bool) error {
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	t.logMu.Lock()
	defer t.logMu.Unlock()
	w := newWalk(t, ".", &History{})
	w.op = "history"
	w.begin("")
	for seen := map[plumbing.Hash]bool{}; w.queue.Len() > 0; {
		commit, _ := w.pop()
		seen[commit] = true
		if n := t.log.nodes[commit]; !yield(Change{SHA: commit.String(), Message: n.message, CommittedAt: n.committedAt}) {
			return nil
		}
		parents, err := w.parents(ctx, commit)
		if err != nil {
			return err
		}
		for _, parent := range parents {
			if !seen[parent] {
				w.follow(parent, "")
			}
		}
	}
	return nil
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

// walk follows each name from commit to commit until it finds one that changed it.
// It handles all names at a commit together, and the youngest commit first.
type walk struct {
	tree   *Tree
	op     string
	dir    string
	known  *History
	reader *dirReader
	groups map[plumbing.Hash]map[string]bool
	queue  commitQueue
	found  map[string]Change
	// match selects the entries that the name "" stands for. It is nil if each
	// name stands for the entry of that name.
	match func(name string) bool
}

func newWalk(t *Tree, dir string, known *History) *walk {
	return &walk{
		tree: t, op: "history of " + dir, dir: dir, known: known,
		reader: newDirReader(t, dir),
		groups: map[plumbing.Hash]map[string]bool{}, found: map[string]Change{},
	}
}

// matching returns the entries of a directory that the name "" stands for.
func (w *walk) matching(all map[string]entry) map[string]entry {
	matched := map[string]entry{}
	for name, e := range all {
		if w.match(name) {
			matched[name] = e
		}
	}
	return matched
}

// has reports whether a directory has an entry for name.
func (w *walk) has(name string, ownEntries map[string]entry) bool {
	if w.match != nil {
		return len(w.matching(ownEntries)) > 0
	}
	_, ok := ownEntries[name]
	return ok
}

// hasSameEntries reports whether two directories have the same entries for name.
func (w *walk) hasSameEntries(name string, ownEntries, otherEntries map[string]entry) bool {
	if w.match == nil {
		return ownEntries[name] == otherEntries[name]
	}
	return maps.Equal(w.matching(ownEntries), w.matching(otherEntries))
}

// followAll follows the names from the tip to the commits that changed them.
func (w *walk) followAll(ctx context.Context, names []string) error {
	t := w.tree
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	t.logMu.Lock()
	defer t.logMu.Unlock()
	w.begin(names...)
	return w.run(ctx)
}

// begin follows the names from the tip.
func (w *walk) begin(names ...string) {
	t := w.tree
	if t.log.nodes[t.tip] == nil {
		t.log.nodes[t.tip] = newNode(t.commit)
	}
	for _, name := range names {
		w.follow(t.tip, name)
	}
}

func (w *walk) follow(commit plumbing.Hash, name string) {
	group := w.groups[commit]
	if group == nil {
		group = map[string]bool{}
		w.groups[commit] = group
		heap.Push(&w.queue, queued{hash: commit, committedAt: w.tree.log.nodes[commit].committedAt})
	}
	group[name] = true
}

// pop removes the youngest commit from the queue, and returns it with the names to follow.
func (w *walk) pop() (commit plumbing.Hash, group map[string]bool) {
	commit = heap.Pop(&w.queue).(queued).hash
	group = w.groups[commit]
	delete(w.groups, commit)
	return commit, group
}

func (w *walk) run(ctx context.Context) error {
	for w.queue.Len() > 0 {
		if err := ctx.Err(); err != nil {
			return newFault(w.op, err, nil)
		}
		commit, group := w.pop()
		if commit == w.known.tip {
			w.takeKnown(group)
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

// takeKnown moves the names of group with a known result to found. It ends the walk for
// names that no commit up to the known tip ever had.
func (w *walk) takeKnown(group map[string]bool) {
	for name := range group {
		change, ok := w.known.changes[name]
		if ok && change.SHA != "" {
			w.found[name] = change
		}
		if ok {
			delete(group, name)
		}
	}
}

// step compares a commit with its parents, as try_to_simplify_commit of git's
// revision.c does.
func (w *walk) step(ctx context.Context, commit plumbing.Hash, group map[string]bool) error {
	parents, err := w.parents(ctx, commit)
	if err != nil {
		return err
	}
	if err := w.reader.load(ctx, append([]plumbing.Hash{commit}, parents...)); err != nil {
		return err
	}
	own, err := w.reader.dir(commit)
	if err != nil {
		return err
	}
	for _, parent := range parents {
		other, err := w.reader.dir(parent)
		if err != nil {
			return err
		}
		if err := w.followUnchanged(group, own, other, parent); err != nil {
			return err
		}
		if len(group) == 0 {
			return nil
		}
	}
	n := w.tree.log.nodes[commit]
	change := Change{SHA: commit.String(), Message: n.message, CommittedAt: n.committedAt}
	return w.recordChange(group, own, len(parents) == 0, change)
}

// followUnchanged moves the names whose entries are the same in the parent to the
// parent.
func (w *walk) followUnchanged(group map[string]bool, own, other dirTree, parent plumbing.Hash) error {
	if own.hash == other.hash {
		for name := range group {
			w.follow(parent, name)
		}
		clear(group)
		return nil
	}
	ownEntries, err := own.index()
	if err != nil {
		return err
	}
	otherEntries, err := other.index()
	if err != nil {
		return err
	}
	for name := range group {
		if w.hasSameEntries(name, ownEntries, otherEntries) {
			w.follow(parent, name)
			delete(group, name)
		}
	}
	return nil
}

// recordChange ends the walk for names that differ from every parent. A root commit
// changed the names that it has.
func (w *walk) recordChange(group map[string]bool, own dirTree, root bool, change Change) error {
	var ownEntries map[string]entry
	if root {
		var err error
		if ownEntries, err = own.index(); err != nil {
			return err
		}
	}
	for name := range group {
		if !root || w.has(name, ownEntries) {
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
		if w.tree.log.complete {
			return nil, fmt.Errorf("%s: commit %s is missing", w.op, commit)
		}
		if err := w.tree.deepen(ctx, w.op); err != nil {
			return nil, err
		}
	}
}

// commitQueue is a heap of commits, youngest first.
type commitQueue []queued

type queued struct {
	hash        plumbing.Hash
	committedAt time.Time
}

func (q commitQueue) Len() int           { return len(q) }
func (q commitQueue) Less(i, j int) bool { return q[i].committedAt.After(q[j].committedAt) }
func (q commitQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *commitQueue) Push(x any)        { *q = append(*q, x.(queued)) }
func (q *commitQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = slices.Delete(*q, len(*q)-1, len(*q))
	return last
}
