package feedback

import (
	"context"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// The kinds of what the package writes.
const (
	kindComment    = "comment"
	kindStatus     = "status"
	kindDeployment = "deployment"
)

const (
	// burst is the time in which changes of one target are merged.
	burst = time.Second
	// interval is the shortest time between two writes of one target.
	interval = 5 * time.Second
	// spacing is the time between two writes to one repository. GitHub asks for a second
	// (docs: best practices for using the REST API).
	spacing = time.Second
	// minBackoff and maxBackoff bound the wait after failures.
	minBackoff, maxBackoff = 10 * time.Second, 10 * time.Minute
	// patience is how long pull requests wait for the first report of each set of their
	// repository. It is also the time in which a former writer may still write.
	patience = 2 * time.Minute
)

// key identifies a target in its repository.
type key struct{ kind, name string }

// wish is what a target should show. It is immutable.
type wish interface {
	// text identifies what the forge should show, if it shows s now. s is nil if that is not
	// known.
	text(now time.Time, s *shown) string
	// reach makes the forge show it, and returns what the forge then shows.
	reach(ctx context.Context, c *call, s *shown) (*shown, error)
	// set names the set that metrics count the write for.
	set() string
}

// shown is what the forge shows of a target. It is immutable.
type shown struct {
	// text is as wish.text.
	text string
	// comment is that of a pull request; its ID is "" for none. activity is the newest
	// activity of others.
	comment  forge.Comment
	activity time.Time
	// deployments are those of an environment.
	deployments []forge.Deployment
}

// call is one attempt to reach a wish.
type call struct {
	*site
	now    time.Time
	writes int
}

// target is a comment, a status, or the deployments of an environment.
type target struct {
	key
	wish  wish
	shown *shown // nil if it has to be read
	// planned is true if the newest reports have the target.
	planned bool
	running bool
	// due is the time of the next attempt, zero for none, and last that of the last one.
	due, last time.Time
	// recheck is the time at which the target has to be read again, zero for none.
	recheck  time.Time
	failures backoff
	// abandoned is the text that can't be written, until it changes; nil for none.
	abandoned *string
}

// schedule lets t be written soon if the forge does not show its wish.
func (t *target) schedule(now time.Time) {
	if t.running || !t.due.IsZero() {
		return
	}
	text := t.wish.text(now, t.shown)
	if t.abandoned != nil && *t.abandoned == text || t.shown != nil && t.shown.text == text {
		return
	}
	t.due = later(now.Add(burst), t.last.Add(interval))
}

// next returns the time of the next attempt, zero for none.
func (t *target) next() time.Time {
	if t.due.IsZero() || !t.recheck.IsZero() && t.recheck.Before(t.due) {
		return t.recheck
	}
	return t.due
}

// gone reports whether t has nothing left to write.
func (t *target) gone() bool { return !t.planned && !t.running && t.next().IsZero() }

// backoff is a wait that grows with each failure.
type backoff struct {
	failures int
	until    time.Time
}

// fail returns the time from which the next attempt is allowed.
func (b *backoff) fail(now time.Time) time.Time {
	wait := min(minBackoff<<min(b.failures, 10), maxBackoff)
	b.failures++
	b.until = now.Add(wait)
	return b.until
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
