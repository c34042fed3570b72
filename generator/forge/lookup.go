package forge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

const (
	// maxOwnWrites bounds the lookups for one list: a fifth of the requests that GitHub allows
	// in an hour. The rest follows with the next lists.
	maxOwnWrites = 1000
	// maxLookupTime bounds the time that a list waits for lookups.
	maxLookupTime = 30 * time.Second
	lookupWorkers = 8
	// maxFailedLookups is the number of failures that ends the lookups for a list, and
	// lookupPause the time until the next ones.
	maxFailedLookups = 3
	lookupPause      = time.Minute
)

// OwnWrite returns the time of the newest comment of previewset on a pull request, by the
// forge's clock, and the time of the newest activity of others before it. Both are zero if
// they are not known.
type OwnWrite func(ctx context.Context, number int64) (at, activity time.Time, err error)

// Lookup finds the comments that another process wrote, or this one before its last start,
// for one set. It looks up only pull requests whose preview ends if their last update was
// such a comment, and each update once.
type Lookup struct {
	// Idle is the time without activity after which a preview ends; 0 looks up nothing.
	Idle time.Duration
	// Selects reports whether a pull request can have a preview that ends when it is idle.
	Selects func(generator.Change) bool
	// OwnWrites are those of each login that writes comments.
	OwnWrites []OwnWrite
	Now       func() time.Time
	Log       *slog.Logger
}

// lookup is the result of a lookup.
type lookup struct {
	updatedAt time.Time // of the pull request, in the list
	at        time.Time
	failed    bool
}

// run looks up the writes on changes that a does not know. A pull request whose lookup fails
// keeps its time, and the next list looks it up again.
func (o Lookup) run(ctx context.Context, a *Activity, changes []generator.Change) {
	if o.Idle == 0 || len(o.OwnWrites) == 0 || len(a.unknown(changes, o)) == 0 {
		return
	}
	done, ok := a.begin(ctx)
	if !ok {
		return
	}
	defer done()
	all := a.unknown(changes, o) // those that no other set has looked up meanwhile
	r := &round{Lookup: o, activity: a, queue: all[:min(len(all), maxOwnWrites)]}
	bounded, cancel := context.WithTimeout(ctx, maxLookupTime)
	defer cancel()
	var workers sync.WaitGroup
	for range min(lookupWorkers, len(r.queue)) {
		workers.Go(func() { r.work(bounded) })
	}
	workers.Wait()
	if ctx.Err() != nil {
		return
	}
	if left := len(all) - r.asked; r.err == nil && left > 0 {
		r.err = fmt.Errorf("%d pull requests are left for the next list", left)
	}
	a.report(ctx, o.Log, r.err)
}

// unknown returns the pull requests that are to be looked up, those first that were not looked
// up for the longest time.
func (a *Activity) unknown(all []generator.Change, o Lookup) []generator.Change {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := o.Now()
	if now.Before(a.paused) {
		return nil
	}
	var found []generator.Change
	for _, c := range all {
		//promise:comments-of-other-processes-are-no-activity
		if c.Kind == generator.PullRequest && c.UpdatedAt.Add(o.Idle).After(now) && !a.certain(c).Add(o.Idle).After(now) &&
			!a.writes[c.Number].explains(c.UpdatedAt) && o.Selects(c) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y generator.Change) int {
		return cmp.Or(a.lookups[x.Number].at.Compare(a.lookups[y.Number].at), cmp.Compare(x.Number, y.Number))
	})
	return found
}

// begin waits until no other lookups run. It returns false if ctx ends before.
func (a *Activity) begin(ctx context.Context) (done func(), ok bool) {
	a.mu.Lock()
	if a.turn == nil {
		a.turn = make(chan struct{}, 1)
	}
	a.mu.Unlock()
	select {
	case a.turn <- struct{}{}:
		return func() { <-a.turn }, true
	case <-ctx.Done():
		return nil, false
	}
}

// report logs incomplete lookups when they begin and when they end.
func (a *Activity) report(ctx context.Context, log *slog.Logger, err error) {
	a.mu.Lock()
	before := a.failing
	a.failing = err != nil
	a.mu.Unlock()
	switch {
	case err != nil && !before:
		log.WarnContext(ctx, "own comments can't be read: previews of pull requests that were last updated by one stay for longer, or come back",
			"error", err, "remedy", "previewset tries again by itself; docs/feedback.md says which credentials each process needs")
	case err == nil && before:
		log.InfoContext(ctx, "own comments are read again")
	}
}

// round is the lookups for one list.
type round struct {
	Lookup
	activity *Activity

	mu              sync.Mutex
	queue           []generator.Change
	asked, failures int
	err             error // the first
}

// work looks up pull requests until none is left, ctx ends, or too many lookups have failed.
func (r *round) work(ctx context.Context) {
	for {
		c, ok := r.next(ctx)
		if !ok {
			return
		}
		err := r.ask(ctx, c.Number)
		r.finish(c, err, err != nil && ctx.Err() != nil)
	}
}

func (r *round) next(ctx context.Context) (c generator.Change, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 || r.failures >= maxFailedLookups || ctx.Err() != nil {
		return generator.Change{}, false
	}
	c, r.queue = r.queue[0], r.queue[1:]
	r.asked++
	return c, true
}

// ask records the newest write of each login on a pull request.
func (r *round) ask(ctx context.Context, number int64) error {
	for _, newest := range r.OwnWrites {
		at, activity, err := newest(ctx, number)
		if err != nil && !errors.Is(err, generator.ErrNotFound) {
			return err
		}
		if !at.IsZero() && !activity.IsZero() {
			r.activity.Wrote(number, at, activity)
		}
	}
	return nil
}

// finish records the result of a lookup. late is true if it was not complete when the time of
// the round ended.
func (r *round) finish(c generator.Change, err error, late bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, a := r.Now(), r.activity
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lookups == nil {
		a.lookups = map[int64]lookup{}
	}
	a.lookups[c.Number] = lookup{updatedAt: c.UpdatedAt, at: now, failed: err != nil}
	switch {
	case err == nil:
		return
	case late:
		r.asked--
		return
	}
	if r.failures++; r.err == nil {
		r.err = err
	}
	var limit *RateLimitError
	if errors.As(err, &limit) {
		r.failures, a.paused = maxFailedLookups, now.Add(min(limit.Until.Sub(now), MaxWait))
	} else if r.failures == maxFailedLookups {
		a.paused = now.Add(lookupPause)
	}
}
