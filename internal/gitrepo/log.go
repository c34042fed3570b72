package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

// Depths that history is read to, one after the other; then all of it.
const (
	firstDepth  = 32
	deepen      = 8
	deepestStep = 2048
)

// maxKeptNodes bounds the history that is handed on from tip to tip.
const maxKeptNodes = 4096

// node is what a walk needs of a commit.
type node struct {
	tree    plumbing.Hash
	parents []plumbing.Hash
	message string
	at      time.Time
}

// commitLog is the part of a tip's history that is at hand. Walks of several
// directories share it.
type commitLog struct {
	nodes map[plumbing.Hash]*node
	// depth that was asked for last; whole once nothing was left out on
	// purpose. The parents of a node may be missing until then.
	depth int
	whole bool
	// trees on the ways to directories, but not the directories themselves.
	trees map[plumbing.Hash]*raw
}

func newLog() *commitLog {
	return &commitLog{nodes: map[plumbing.Hash]*node{}, trees: map[plumbing.Hash]*raw{}}
}

func newNode(c *gitobject.Commit) *node {
	return &node{tree: c.TreeHash, parents: c.ParentHashes, message: c.Message, at: c.Committer.When}
}

// extendedLog returns a log for a commit on top of t: what t has read, if all
// of the commit's parents are part of it, else nothing.
func (t *Tree) extendedLog(c *gitobject.Commit) *commitLog {
	t.logging.Lock()
	defer t.logging.Unlock()
	log := newLog()
	if t.log.nodes[t.tip] == nil && len(t.log.nodes) > 0 {
		t.log.nodes[t.tip] = newNode(t.commit) // no walk has begun at this tip
	}
	for _, parent := range c.ParentHashes {
		if t.log.nodes[parent] == nil {
			return log
		}
	}
	switch {
	case len(c.ParentHashes) == 0 || len(t.log.nodes) > maxKeptNodes:
	case t.whole.Load() && len(c.ParentHashes) == 1 && c.ParentHashes[0] == t.tip:
		// All trees of this tip are at hand, none of what was before it.
		log.nodes[t.tip] = t.log.nodes[t.tip]
		log.trees = t.objects.ofKind(plumbing.TreeObject)
	case !t.whole.Load():
		log.nodes, log.trees = maps.Clone(t.log.nodes), maps.Clone(t.log.trees)
		log.depth, log.whole = t.log.depth, t.log.whole
	}
	return log
}

// deepen reads more history. It must be called with t.logging held.
func (t *Tree) deepen(ctx context.Context, op string) error {
	depth := firstDepth
	if t.log.depth > 0 {
		depth = t.log.depth * deepen
	}
	if depth > deepestStep {
		depth = 0
	}
	w := want{hashes: []plumbing.Hash{t.tip}, depth: depth}
	if t.remote.mode() != modePlain {
		w.filter = packp.FilterTreeDepth(0)
	}
	got, err := t.remote.fetch(ctx, op, w)
	if errors.Is(err, errRefused) {
		return newFault(op, ErrMoved, nil)
	}
	if err != nil {
		return err
	}
	t.log.depth, t.log.whole = depth, depth == 0
	return t.log.take(got, w.filter == "")
}

// take adds what was received. Where it came without a filter, its trees are
// all that walks will ever get.
func (l *commitLog) take(got map[plumbing.Hash]*raw, keepTrees bool) error {
	for hash, object := range got {
		switch object.kind {
		case plumbing.CommitObject:
			c, err := parseCommit(object)
			if err != nil {
				return fmt.Errorf("commit %s: %w", hash, err)
			}
			l.nodes[hash] = newNode(c)
		case plumbing.TreeObject:
			if keepTrees {
				l.trees[hash] = object
			}
		}
	}
	return nil
}

// parents returns the parents of a commit. ok is false where they have yet to
// be read. A server whose own repository is shallow has no more than it has:
// there the boundary is the beginning, as it is for git log on that server.
func (l *commitLog) parents(hash plumbing.Hash) (parents []plumbing.Hash, ok bool) {
	n := l.nodes[hash]
	if n == nil {
		return nil, false
	}
	for _, parent := range n.parents {
		if l.nodes[parent] == nil {
			return nil, l.whole
		}
	}
	return n.parents, true
}
