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

	"github.com/previewset/previewset/internal/network"
)

const (
	// checkTimeout bounds the read of the tip after a failed push. The tip is read
	// even if the caller's context has ended, because the caller must know whether
	// the server accepted the push.
	checkTimeout = 10 * time.Second
	// checkDepth is the number of commits, from a foreign tip down, that are
	// searched for a pushed commit.
	checkDepth = 64
)

// Push moves the branch forward to c if its tip is still the one that c and the
// unpushed commits below it build on: the server compares and swaps. Push never
// forces. It returns the tree at the new tip, which shares the objects that c's
// base has read.
//
// After any failure Push reads the tip again. If the tip is c or a descendant of c,
// the push has succeeded, and only its response was lost. If the tip has moved
// otherwise, the error is ErrMoved: fetch and plan again. If it has not moved, the
// error is ErrRejected with the server's message if the server refused the push,
// ErrLocked if the server could not lock the branch, or else the original fault.
//
// A push that has begun continues after ctx is cancelled, until the time-out. Some
// servers kill git when the client disconnects. Git then leaves a lock in the
// repository that blocks every later push (seen with Gitea 1.26).
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
		if err = r.verifyOutcome(ctx, op, branch, c, err); err != nil {
			return nil, err
		}
	}
	return c.asTree(), nil
}

// send sends the commit. It returns true if the server reported success.
func (r *Remote) send(ctx context.Context, op, branch string, c *Commit) (bool, error) {
	s, l, err := r.connector.receive(ctx)
	if err != nil {
		return false, newFault(op, err, l.secrets())
	}
	defer func() { _ = s.Close() }()
	sent, err := r.update(ctx, s, branch, c)
	if err != nil {
		return false, newFault(op, withContext(ctx, err), l.secrets())
	}
	return sent, nil
}

// update reads the tip of the branch and then sends the commit. It skips the read,
// which saves a round trip, if the server is known to compare and swap by itself.
// If such a server sends no report, update then reads the tip, which shows the
// outcome of the first attempt, and all later pushes read it first.
func (r *Remote) update(ctx context.Context, s transport.ReceivePackSession, branch string, c *Commit) (bool, error) {
	pack, err := writePack(c.all())
	if err != nil {
		return false, err
	}
	//promise:pushes-never-force
	if caps := r.assumedReceiveCaps(); caps != nil {
		if report, output, err := receive(ctx, s, caps, branch, c, pack); report != nil {
			return outcome(report, output, err)
		}
		r.requireAdvertisement()
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

// outcome returns true if the server reported success. If there is no report, or
// the report does not name the branch, the outcome is unknown: false without an
// error.
func outcome(report *packp.ReportStatus, output string, err error) (bool, error) {
	//promise:rejected-pushes-are-errors
	if err != nil {
		return false, rejection(report, err, output)
	}
	return report != nil && len(report.CommandStatuses) == 1, nil
}

// readOnly turns HTTP 403, which means that the user may not push, into
// ErrRejected. HTTP 401 stays an authentication error.
func readOnly(err error) error {
	if errors.Is(err, transport.ErrAuthorizationFailed) {
		return fmt.Errorf("%w: the user may not write to the repository", ErrRejected)
	}
	return err
}

// rejection returns the error of a failed push: ErrMoved or ErrRejected if the
// server reported a refusal, with the output of its hooks.
func rejection(report *packp.ReportStatus, err error, output string) error {
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
	if output != "" {
		reason += ": " + output
	}
	if report.UnpackStatus != "ok" {
		return fmt.Errorf("%w: %w: %s", ErrRejected, ErrStorage, reason)
	}
	return fmt.Errorf("%w: %s", ErrRejected, reason)
}

// lostRace recognizes the reasons of servers for a tip that is not, or is no
// longer, the tip that the push expects: those of git's refs.c and receive-pack.c,
// and those of Git clients, which some servers use.
func lostRace(reason string) bool {
	for _, phrase := range []string{
		"failed to update ref", "cannot lock ref", "incorrect old value", "fetch first", "non-fast-forward", "stale info",
	} {
		if strings.Contains(reason, phrase) {
			return true
		}
	}
	return false
}

// verifyOutcome reads the tip after a push that failed with fault, or whose outcome
// is unknown if fault is nil. It returns nil if the push has succeeded.
func (r *Remote) verifyOutcome(ctx context.Context, op, branch string, c *Commit, fault error) error {
	ctx, cancel := network.WithTimeout(context.WithoutCancel(ctx), min(checkTimeout, r.timeout))
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
		if r.tipContains(ctx, op, tip, c.hash) {
			return nil
		}
		return newFault(op, ErrMoved, nil)
	case fault == nil:
		return newFault(op, fmt.Errorf("%w: the server gave no reason", ErrRejected), nil)
	case errors.Is(fault, ErrMoved): // the server can't lock the branch, or its tip moved and moved back
		reason := strings.TrimPrefix(fault.Error(), op+": "+ErrMoved.Error())
		return newLocked(op, reason)
	}
	return fault
}

// tipContains reports whether ours is among the newest commits of tip. It returns
// false if it can't find out cheaply: the caller then plans again, and finds
// nothing to do.
func (r *Remote) tipContains(ctx context.Context, op string, tip, ours plumbing.Hash) bool {
	if r.mode() == modePlain {
		return false
	}
	got, err := r.fetch(ctx, op, want{hashes: []plumbing.Hash{tip}, depth: checkDepth, filter: treeOnly})
	return err == nil && got[ours] != nil
}
