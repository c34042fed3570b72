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

// Signature names who makes a commit.
type Signature struct{ Name, Email string }

// CommitOptions say what a commit tells of itself.
type CommitOptions struct {
	// Message; a line break is added at its end where there is none.
	Message string
	// Author is the committer too.
	Author Signature
	// When it is made, to the second.
	When time.Time
	// Sign returns an armored signature of the commit's bytes, for `git
	// verify-commit`: see NewSigner. Nil leaves the commit unsigned.
	Sign func(ctx context.Context, payload []byte) (armored string, err error)
}

// Commit is a commit that was made, but not yet pushed.
type Commit struct {
	// base is what the commit was made from: at the server, or what below is
	// once that is pushed.
	base   *Tree
	below  *Commit // nil where base is at the server
	hash   plumbing.Hash
	object *gitobject.Commit
	// objects are all that was made, also what was seen at the server before:
	// since then its branch may have been rewritten.
	objects map[plumbing.Hash]*raw
}

// SHA returns the hash of the commit.
func (c *Commit) SHA() string { return c.hash.String() }

// Commit makes a commit on top of t that has the edit in it. Nothing is sent:
// see Remote.Push. Of the tree, only the directories on the ways to those of
// the edit are read. An edit that changes nothing returns nil and
// ErrNothingToCommit. A symbolic link, submodule or file where the edit needs
// a directory is an error.
func (t *Tree) Commit(ctx context.Context, e Edit, o CommitOptions) (*Commit, error) {
	ctx, cancel := t.remote.bound(ctx)
	defer cancel()
	if err := o.validate(); err != nil {
		return nil, err
	}
	made := map[plumbing.Hash]*raw{}
	changes, err := e.plan()
	if err != nil {
		return nil, err
	}
	s := &surgery{tree: t, made: made}
	root, err := s.run(ctx, changes)
	if err != nil {
		return nil, err
	}
	if root == t.commit.TreeHash {
		return nil, ErrNothingToCommit
	}
	return t.newCommit(ctx, root, made, o)
}

// Commit makes another commit, on top of c: pushing it pushes both, or neither.
// It is for edits of other directories than c's; its errors are those of
// Tree.Commit.
func (c *Commit) Commit(ctx context.Context, e Edit, o CommitOptions) (*Commit, error) {
	above, err := c.pushed().Commit(ctx, e, o)
	if err != nil {
		return nil, err
	}
	above.below = c
	return above, nil
}

// pushed returns the tree at c. It shares what c's base had at hand.
func (c *Commit) pushed() *Tree {
	t := &Tree{
		remote: c.base.remote, branch: c.base.branch, tip: c.hash, commit: c.object,
		objects: c.base.nextObjects(), log: c.base.extendedLog(c.object),
	}
	t.objects.add(c.objects)
	t.whole.Store(c.base.whole.Load() && t.keepReachable() == nil)
	return t
}

// from returns the tip, at the server, that c goes on top of.
func (c *Commit) from() plumbing.Hash {
	for c.below != nil {
		c = c.below
	}
	return c.base.tip
}

// all returns the objects of c and of the commits below it that go with it.
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
			return fmt.Errorf("a commit's author needs a name and an address without <, > and line breaks, not %.100q", s)
		}
	}
	return nil
}

func (t *Tree) newCommit(ctx context.Context, root plumbing.Hash, made map[plumbing.Hash]*raw, o CommitOptions) (*Commit, error) {
	who := gitobject.Signature{Name: o.Author.Name, Email: o.Author.Email, When: o.When}
	c := &gitobject.Commit{
		Author: who, Committer: who, TreeHash: root, ParentHashes: []plumbing.Hash{t.tip},
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
	c.Hash = keep(made, object)
	return &Commit{base: t, hash: c.Hash, object: c, objects: made}, nil
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
