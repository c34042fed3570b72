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

// Refs are the branches of a repository in one advertisement.
type Refs struct {
	// DefaultBranch is the branch that HEAD names. It is "" if the server does not
	// report it or the branch does not exist.
	DefaultBranch string
	// Branches holds the hash of each branch's tip, 40 hexadecimal digits, by the
	// branch's short name.
	Branches map[string]string
	// Filters is true if the server can send commits without their files, as Commits
	// requires.
	Filters bool
}

const branchPrefix = "refs/heads/"

// Refs reads one reference advertisement. The result is complete, or an error. The
// error is ErrEmpty for a repository without a commit.
func (r *Remote) Refs(ctx context.Context) (Refs, error) {
	ctx, cancel := r.bound(ctx)
	defer cancel()
	adv, err := r.advertise(ctx, "read refs")
	if err != nil {
		return Refs{}, err
	}
	r.remember(adv.Capabilities)
	refs := Refs{Branches: map[string]string{}, DefaultBranch: headBranch(adv), Filters: adv.Capabilities.Supports(capability.Filter)}
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

// CommitInfo is the metadata of a commit.
type CommitInfo struct {
	SHA        string
	AuthorName string
	// Message is the complete message, with its line breaks.
	Message     string
	AuthoredAt  time.Time
	CommittedAt time.Time
}

// commitBatch is the maximum number of commits in one request.
const commitBatch = 256

// Commits reads commits without their files, commitBatch with each request. The
// commits must be tips of references: servers need not send others. The error is
// ErrNoFilter if the server can't leave out the files.
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
			return nil, fmt.Errorf("%.50q is not the hash of an object", sha)
		}
		hashes = append(hashes, plumbing.NewHash(sha))
	}
	return hashes, nil
}
