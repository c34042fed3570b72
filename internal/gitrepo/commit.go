package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	gitobject "github.com/go-git/go-git/v5/plumbing/object"
)

// Signature identifies the author of a commit.
type Signature struct{ Name, Email string }

// CommitOptions are the metadata of a commit.
type CommitOptions struct {
	// Message is stored with exactly one line break at its end.
	Message string
	// Author is also the committer.
	Author Signature
	// When is the time of the commit. Git stores whole seconds.
	When time.Time
	// Sign returns an armored signature of the commit's bytes that `git
	// verify-commit` accepts: see NewSigner. Nil leaves the commit unsigned.
	Sign func(ctx context.Context, payload []byte) (armored string, err error)
}

// Commit is a local commit. Remote.Push sends it.
type Commit struct {
	// base is the tree that the commit was made from: a tree of the server or,
	// if below is not nil, the tree of below.
	base   *Tree
	below  *Commit // the unpushed parent; nil if the parent is at the server
	hash   plumbing.Hash
	object *gitobject.Commit
	// objects are all objects of the commit, including those that were seen at
	// the server before: its branch may have been rewritten since.
	objects map[plumbing.Hash]*raw
}

// SHA returns the hash of the commit.
func (c *Commit) SHA() string { return c.hash.String() }

// Commit applies the edit to t and returns the result as a commit on top of t.
// It sends nothing: see Remote.Push. It reads only the directories on the paths
// to the edited ones. An edit that changes nothing returns nil and
// ErrNothingToCommit. A symbolic link, a submodule or a file where the edit
// needs a directory is an error.
func (t *Tree) Commit(ctx context.Context, e Edit, o CommitOptions) (*Commit, error) {
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	if err := o.validate(); err != nil {
		return nil, err
	}
	created := map[plumbing.Hash]*raw{}
	changes, err := e.plan()
	if err != nil {
		return nil, err
	}
	s := &treeEditor{tree: t, created: created}
	root, err := s.apply(ctx, changes)
	if err != nil {
		return nil, err
	}
	if root == t.commit.TreeHash {
		return nil, ErrNothingToCommit
	}
	return t.newCommit(ctx, root, created, o)
}

// Commit returns a commit on top of c. A push of it pushes both, or neither. The
// edit must be of other directories than c's. The errors are those of
// Tree.Commit.
func (c *Commit) Commit(ctx context.Context, e Edit, o CommitOptions) (*Commit, error) {
	above, err := c.asTree().Commit(ctx, e, o)
	if err != nil {
		return nil, err
	}
	above.below = c
	return above, nil
}

// asTree returns the tree of c. It shares the objects that c's base has read.
func (c *Commit) asTree() *Tree {
	t := &Tree{
		remote: c.base.remote, branch: c.base.branch, tip: c.hash, commit: c.object,
		objects: c.base.nextObjects(), log: c.base.extendedLog(c.object),
	}
	t.objects.add(c.objects)
	t.complete.Store(c.base.complete.Load() && t.keepReachable() == nil)
	return t
}

// from returns the tip at the server that c and the commits below it build on.
func (c *Commit) from() plumbing.Hash {
	for c.below != nil {
		c = c.below
	}
	return c.base.tip
}

// all returns the objects of c and of the unpushed commits below it.
func (c *Commit) all() map[plumbing.Hash]*raw {
	if c.below == nil {
		return c.objects
	}
	all := maps.Clone(c.objects)
	for ; c.below != nil; c = c.below {
		maps.Copy(all, c.below.objects)
	}
	return all
}

func (o CommitOptions) validate() error {
	if strings.Contains(o.Message, "\x00") || strings.TrimSpace(o.Message) == "" {
		return errors.New("a commit needs a message without zero bytes")
	}
	for _, s := range []string{o.Author.Name, o.Author.Email} {
		if strings.TrimSpace(s) == "" || strings.ContainsAny(s, "<>\n\x00") {
			return fmt.Errorf("the author of a commit needs a name and an email address without <, > and line breaks, got %.100q", s)
		}
	}
	return nil
}

func (t *Tree) newCommit(ctx context.Context, root plumbing.Hash, created map[plumbing.Hash]*raw, o CommitOptions) (*Commit, error) {
	// Git stores seconds: other processes read this time from the commit.
	signature := gitobject.Signature{Name: o.Author.Name, Email: o.Author.Email, When: o.When.Truncate(time.Second)}
	c := &gitobject.Commit{
		Author: signature, Committer: signature, TreeHash: root, ParentHashes: []plumbing.Hash{t.tip},
		Message: strings.TrimRight(o.Message, "\n") + "\n",
	}
	if o.Sign != nil {
		payload, err := encodeCommit(c)
		if err != nil {
			return nil, err
		}
		if c.PGPSignature, err = o.Sign(ctx, payload.data); err != nil {
			return nil, fmt.Errorf("sign commit: %w", err)
		}
	}
	object, err := encodeCommit(c)
	if err != nil {
		return nil, err
	}
	c.Hash = addObject(created, object)
	return &Commit{base: t, hash: c.Hash, object: c, objects: created}, nil
}

func encodeCommit(c *gitobject.Commit) (*raw, error) {
	m := &plumbing.MemoryObject{}
	if err := c.Encode(m); err != nil {
		return nil, fmt.Errorf("encode commit: %w", err)
	}
	r, err := m.Reader()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return newRaw(plumbing.CommitObject, data), nil
}
