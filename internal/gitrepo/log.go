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

// Depths to which history is read: firstDepth, then depthFactor times as deep with
// each request, up to maxDepth. The next request reads all of it.
const (
	firstDepth  = 32
	depthFactor = 8
	maxDepth    = 2048
)

// maxKeptNodes bounds the number of commits that are passed on to the next tip.
const maxKeptNodes = 4096

// node holds the data of a commit that a walk needs.
type node struct {
	tree        plumbing.Hash
	parents     []plumbing.Hash
	message     string
	committedAt time.Time
}

// commitLog is the part of a tip's history that was read. Walks of several
// directories share it.
type commitLog struct {
	nodes map[plumbing.Hash]*node
	// depth is the depth of the last request. complete is true after a request
	// without a depth: until then the parents of a node may be missing.
	depth    int
	complete bool
	// trees are the trees on the paths to directories, without the directories.
	trees map[plumbing.Hash]*raw
}

func newLog() *commitLog {
	return &commitLog{nodes: map[plumbing.Hash]*node{}, trees: map[plumbing.Hash]*raw{}}
}

func newNode(c *gitobject.Commit) *node {
	return &node{tree: c.TreeHash, parents: c.ParentHashes, message: c.Message, committedAt: c.Committer.When}
}

// extendedLog returns a log for a commit on top of t: that of t if it has all
// parents of the commit, otherwise an empty one.
func (t *Tree) extendedLog(c *gitobject.Commit) *commitLog {
	t.logMu.Lock()
	defer t.logMu.Unlock()
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
	case t.complete.Load() && len(c.ParentHashes) == 1 && c.ParentHashes[0] == t.tip:
		// All trees of this tip were read, and none of older commits.
		log.nodes[t.tip] = t.log.nodes[t.tip]
		log.trees = t.objects.ofKind(plumbing.TreeObject)
	case !t.complete.Load():
		log.nodes, log.trees = maps.Clone(t.log.nodes), maps.Clone(t.log.trees)
		log.depth, log.complete = t.log.depth, t.log.complete
	}
	return log
}

// deepen reads more history. It must be called with t.logging held.
func (t *Tree) deepen(ctx context.Context, op string) error {
	depth := firstDepth
	if t.log.depth > 0 {
		depth = t.log.depth * depthFactor
	}
	if depth > maxDepth {
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
	t.log.depth, t.log.complete = depth, depth == 0
	return t.log.add(got, w.filter == "")
}

// add adds received objects. keepTrees is true for an answer without a filter: a
// server without filters sends no other trees to walks.
func (l *commitLog) add(got map[plumbing.Hash]*raw, keepTrees bool) error {
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

// parents returns the parents of a commit. ok is false if they were not read yet.
// If the server's own repository is shallow, the commits at its boundary have no
// parents, as for git log on that server.
func (l *commitLog) parents(hash plumbing.Hash) (parents []plumbing.Hash, ok bool) {
	n := l.nodes[hash]
	if n == nil {
		return nil, false
	}
	for _, parent := range n.parents {
		if l.nodes[parent] == nil {
			return nil, l.complete
		}
	}
	return n.parents, true
}
