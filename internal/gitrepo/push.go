package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

const (
	// checkTimeout bounds the look at the tip after a push that went wrong. It
	// is done even if the caller's context has ended: whether the server took
	// the push must be known.
	checkTimeout = 10 * time.Second
	// checkDepth is how far below a foreign tip a commit of ours is looked for.
	checkDepth = 64
)

// Push moves the branch forward to c, if it is where c, or the lowest of the
// commits that it goes with, was made from: the server compares and swaps. It never forces. It returns the tree at the new
// tip, which shares what c's base had at hand.
//
// Whatever goes wrong, the tip is read again: if it is c, or on top of c, the
// push has succeeded, even if its answer was lost. If it moved otherwise the
// error is ErrMoved: fetch and plan again. If it did not move, the error is
// ErrRejected with the server's words where it refused, or the fault that
// happened.
//
// A push that has begun goes on when ctx is cancelled, until the time-out: some
// servers end git in the middle of it when the client goes, and git then leaves
// a lock in the repository that refuses every later push (seen with Gitea 1.26).
func (r *Remote) Push(ctx context.Context, branch string, c *Commit) (*Tree, error) {
	op := "push " + branch
	if err := validBranch(branch); err != nil {
		return nil, err
	}
	if c.base.remote != r || c.base.branch != branch {
		return nil, fmt.Errorf("%s: the commit was made for another branch", op)
	}
	if err := ctx.Err(); err != nil {
		return nil, newFault(op, err, nil)
	}
	bounded, cancel := r.bound(context.WithoutCancel(ctx))
	defer cancel()
	sent, err := r.send(bounded, op, branch, c)
	if err != nil || !sent {
		if err = r.check(ctx, op, branch, c, err); err != nil {
			return nil, err
		}
	}
	return c.pushed(), nil
}

// send sends the commit. It returns true if the server said that it took it.
func (r *Remote) send(ctx context.Context, op, branch string, c *Commit) (bool, error) {
	s, secrets, err := r.connector.receive(ctx)
	if err != nil {
		return false, newFault(op, err, secrets)
	}
	defer func() { _ = s.Close() }()
	sent, err := r.update(ctx, s, branch, c)
	if err != nil {
		return false, newFault(op, withContext(ctx, err), secrets)
	}
	return sent, nil
}

// update asks the server where the branch is before it sends anything, unless
// the server is one that compares and swaps without that: one round trip less.
// Where such a one gives no report it is asked after all, which also tells what
// became of the first attempt, and from then on.
func (r *Remote) update(ctx context.Context, s transport.ReceivePackSession, branch string, c *Commit) (bool, error) {
	pack, err := writePack(c.all())
	if err != nil {
		return false, err
	}
	if caps := r.receives(); caps != nil {
		if report, words, err := receive(ctx, s, caps, branch, c, pack); report != nil {
			return outcome(report, words, err)
		}
		r.beWary()
	}
	adv, err := r.readRefs(ctx, s)
	if err != nil {
		return false, readOnly(err)
	}
	switch tip := adv.References[branchPrefix+branch]; tip {
	case c.hash:
		return true, nil
	case c.from():
	default:
		return false, ErrMoved
	}
	return outcome(receive(ctx, s, adv.Capabilities, branch, c, pack))
}

// outcome is true if the server said that it took the commit. No report, or one
// that doesn't name the branch, says nothing.
func outcome(report *packp.ReportStatus, words string, err error) (bool, error) {
	if err != nil {
		return false, rejection(report, err, words)
	}
	return report != nil && len(report.CommandStatuses) == 1, nil
}

// readOnly tells "you may not write" from "who are you": HTTP 403 and 401.
func readOnly(err error) error {
	if errors.Is(err, transport.ErrAuthorizationFailed) {
		return fmt.Errorf("%w: not writable", ErrRejected)
	}
	return err
}

// rejection is ErrRejected where the server reported a refusal, with what its
// hooks said.
func rejection(report *packp.ReportStatus, err error, words string) error {
	if report == nil {
		return readOnly(err)
	}
	reason := err.Error()
	for _, status := range report.CommandStatuses {
		if status.Error() != nil {
			reason = status.Status
		}
	}
	if lostRace(reason) {
		return fmt.Errorf("%w: %s", ErrMoved, reason)
	}
	if words != "" {
		reason += ": " + words
	}
	return fmt.Errorf("%w: %s", ErrRejected, reason)
}

// lostRace recognises the words for a tip that is not, or is just ceasing to
// be, what the push expects: refs.c and receive-pack.c of git, and the clients'
// words for the same, which servers have taken over.
func lostRace(reason string) bool {
	for _, words := range []string{
		"failed to update ref", "cannot lock ref", "incorrect old value", "fetch first", "non-fast-forward", "stale info",
	} {
		if strings.Contains(reason, words) {
			return true
		}
	}
	return false
}

// check finds out what became of a push whose outcome is fault, or unknown
// where fault is nil.
func (r *Remote) check(ctx context.Context, op, branch string, c *Commit, fault error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(checkTimeout, r.timeout))
	defer cancel()
	tip, err := r.readTip(ctx, op, branch)
	switch {
	case err != nil && fault != nil && !errors.Is(err, ErrAuth):
		return fault
	case err != nil:
		return err
	case tip == c.hash:
		return nil
	case tip != c.from():
		if r.contains(ctx, op, tip, c.hash) {
			return nil
		}
		return newFault(op, ErrMoved, nil)
	case fault == nil:
		return newFault(op, fmt.Errorf("%w: the server did not say why", ErrRejected), nil)
	}
	return fault // also ErrMoved: it moved, and moved back, or the server can't lock it
}

// contains reports whether ours is among the newest commits of tip, as far as
// that can be told cheaply. Where it can't, planning again finds nothing left
// to do.
func (r *Remote) contains(ctx context.Context, op string, tip, ours plumbing.Hash) bool {
	if r.mode() == modePlain {
		return false
	}
	got, err := r.fetch(ctx, op, want{hashes: []plumbing.Hash{tip}, depth: checkDepth, filter: treeOnly})
	return err == nil && got[ours] != nil
}
