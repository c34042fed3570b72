package gitrepo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
)

// Refs are the branches of a repository at one moment.
type Refs struct {
	// DefaultBranch is the branch that HEAD names, or "" where the server
	// doesn't tell or HEAD names a branch that isn't there.
	DefaultBranch string
	// Branches by short name, each with the hash of its tip: 40 hexadecimal
	// digits.
	Branches map[string]string
}

const branchPrefix = "refs/heads/"

// Refs reads one reference advertisement: it is whole, or an error. A
// repository without any commit is ErrEmpty.
func (r *Remote) Refs(ctx context.Context) (Refs, error) {
	ctx, cancel := r.bound(ctx)
	defer cancel()
	adv, err := r.advertise(ctx, "read refs")
	if err != nil {
		return Refs{}, err
	}
	r.remember(adv.Capabilities)
	refs := Refs{Branches: map[string]string{}, DefaultBranch: headBranch(adv)}
	for name, hash := range adv.References {
		if short, ok := strings.CutPrefix(name, branchPrefix); ok {
			refs.Branches[short] = hash.String()
		}
	}
	return refs, nil
}

func headBranch(adv *packp.AdvRefs) string {
	for _, symref := range adv.Capabilities.Get(capability.SymRef) {
		if target, ok := strings.CutPrefix(symref, "HEAD:"+branchPrefix); ok {
			return target
		}
	}
	return ""
}

// CommitInfo is what a commit says of itself.
type CommitInfo struct {
	SHA        string
	AuthorName string
	// Message is whole, with its line breaks.
	Message     string
	AuthoredAt  time.Time
	CommittedAt time.Time
}

// commitBatch is how many commits one request asks for.
const commitBatch = 256

// Commits reads commits without their files, some hundred with each request.
// Only tips of references may be asked for: servers need not give anything
// else. ErrNoFilter means that the server can't leave the files out.
func (r *Remote) Commits(ctx context.Context, shas []string) (map[string]CommitInfo, error) {
	const op = "read commits"
	ctx, cancel := r.bound(ctx)
	defer cancel()
	hashes, err := parseHashes(shas)
	if err != nil {
		return nil, err
	}
	infos := make(map[string]CommitInfo, len(shas))
	for len(hashes) > 0 {
		if err := r.needFilter(ctx, op); err != nil {
			return nil, err
		}
		n := min(commitBatch, len(hashes))
		got, err := r.fetch(ctx, op, want{hashes: hashes[:n:n], depth: 1, filter: packp.FilterTreeDepth(0)})
		if err != nil {
			return nil, err
		}
		if err := addInfos(infos, got); err != nil {
			return nil, newFault(op, err, nil)
		}
		hashes = hashes[n:]
	}
	for _, sha := range shas {
		if _, ok := infos[sha]; !ok {
			return nil, fmt.Errorf("%s: the server did not send %s", op, sha)
		}
	}
	return infos, nil
}

func (r *Remote) needFilter(ctx context.Context, op string) error {
	caps := r.capabilities()
	if caps == nil {
		adv, err := r.advertise(ctx, op)
		if err != nil {
			return err
		}
		caps = adv.Capabilities
		r.remember(caps)
	}
	if !caps.Supports(capability.Filter) {
		return newFault(op, ErrNoFilter, nil)
	}
	return nil
}

func addInfos(infos map[string]CommitInfo, objects map[plumbing.Hash]*raw) error {
	for hash, object := range objects {
		if object.kind != plumbing.CommitObject {
			continue
		}
		c, err := parseCommit(object)
		if err != nil {
			return err
		}
		infos[hash.String()] = CommitInfo{
			SHA: hash.String(), AuthorName: c.Author.Name, Message: c.Message,
			AuthoredAt: c.Author.When, CommittedAt: c.Committer.When,
		}
	}
	return nil
}

func parseHashes(shas []string) ([]plumbing.Hash, error) {
	hashes := make([]plumbing.Hash, 0, len(shas))
	for _, sha := range shas {
		if !plumbing.IsHash(sha) || strings.ToLower(sha) != sha {
			return nil, fmt.Errorf("not the hash of an object: %.50q", sha)
		}
		hashes = append(hashes, plumbing.NewHash(sha))
	}
	return hashes, nil
}
