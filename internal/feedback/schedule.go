package feedback

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

const (
	// workers bounds concurrent calls.
	workers = 2
	// maxCall bounds one attempt, and farewell what is left of it when Run has to end. A lost
	// Lease leaves five seconds (leaseDuration minus renewDeadline of client-go).
	maxCall, farewell = time.Minute, 3 * time.Second
	// idle is the time after which Run looks for work without a signal.
	idle = time.Hour
)

// dispatch starts the writes that are due, and returns the time until the next one.
func (w *Writer) dispatch(ctx context.Context) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.options.Now()
	next := now.Add(idle)
	for _, s := range w.sites {
		if !s.replan.IsZero() && !now.Before(s.replan) {
			s.plan(now, w.started)
		}
		if !s.replan.IsZero() {
			next = earlier(next, s.replan)
		}
	}
	for w.busy < workers { // a worker that ends signals
		s, t, at := w.first(now)
		if t == nil || at.After(now) {
			if t != nil {
				next = earlier(next, at)
			}
			break
		}
		w.start(ctx, s, t, now)
	}
	return next.Sub(now)
}

// first returns the target that has waited longest among those that may be written first.
func (w *Writer) first(now time.Time) (where *site, next *target, at time.Time) {
	for _, s := range w.sites {
		blocked := s.blocked(now)
		for _, t := range s.targets {
			if t.running || t.next().IsZero() {
				continue
			}
			from := later(later(t.next(), blocked), s.gates[t.kind].until)
			ready, best := !from.After(now), next != nil && !at.After(now)
			switch {
			case next == nil, ready && !best, !ready && !best && from.Before(at), ready && best && t.next().Before(next.next()):
				where, next, at = s, t, from
			}
		}
	}
	return where, next, at
}

// blocked returns the time from which calls to s are allowed.
func (s *site) blocked(now time.Time) time.Time {
	until := later(s.free, s.limited)
	for _, m := range s.members {
		if m.Rate == nil {
			continue
		}
		until = later(until, earlier(m.Rate.ReservedUntil(now), now.Add(forge.MaxWait)))
	}
	return until
}

func (w *Writer) start(ctx context.Context, s *site, t *target, now time.Time) {
	w.busy++
	t.running = true
	if !t.recheck.IsZero() && !now.Before(t.recheck) {
		t.shown, t.recheck = nil, time.Time{}
	}
	wanted, before, c := t.wish, t.shown, &call{site: s, now: now}
	go func() {
		after, err := w.attempt(ctx, wanted, c, before)
		w.finish(ctx, t, wanted, c, after, err)
	}()
}

// errPanic is the error of an attempt that panics.
var errPanic = errors.New("panic")

// attempt calls wanted.reach with a context that outlives ctx by farewell. It logs a panic.
func (w *Writer) attempt(ctx context.Context, wanted wish, c *call, before *shown) (after *shown, err error) {
	//promise:writers-cannot-crash-the-process
	defer func() {
		if r := recover(); r != nil {
			after, err = nil, errPanic
			cause, _ := r.(runtime.Error) // other values can contain a credential
			w.options.Log.ErrorContext(ctx, "panic in the writer of feedback: it tries again later",
				"set", wanted.set(), "type", fmt.Sprintf("%T", r), "error", cause, "stack", string(debug.Stack()))
		}
	}()
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxCall)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(farewell):
			cancel()
		case <-bounded.Done():
		}
	})
	defer stop()
	return wanted.reach(bounded, c, before)
}

// finish records the result of an attempt.
func (w *Writer) finish(ctx context.Context, t *target, wanted wish, c *call, after *shown, err error) {
	if w.options.OnWrite != nil && (c.writes > 0 || err != nil) {
		w.options.OnWrite(wanted.set(), t.kind, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.options.Now()
	w.busy--
	t.running, t.due, t.last = false, time.Time{}, now
	t.shown, t.abandoned = after, nil
	if c.writes > 0 {
		c.free = now.Add(spacing)
		if until := w.started.Add(patience); now.Before(until) {
			t.recheck = until
		}
	}
	if err != nil {
		w.failed(ctx, t, wanted, c.site, now, err)
	} else {
		t.failures, *c.gates[t.kind] = backoff{}, backoff{}
		w.recovered(ctx, c.site, t.kind)
	}
	t.schedule(now)
	if t.gone() {
		delete(c.targets, t.key)
	}
	w.signal()
}

// failed decides when t is tried again.
func (w *Writer) failed(ctx context.Context, t *target, wanted wish, s *site, now time.Time, err error) {
	var limit *forge.RateLimitError
	t.shown = nil
	switch {
	case errors.As(err, &limit):
		s.limited = earlier(limit.Until, now.Add(forge.MaxWait))
		t.due = s.limited
		return
	case errors.Is(err, generator.ErrNotFound), errors.Is(err, forge.ErrLocked):
		text := wanted.text(now, nil)
		t.abandoned = &text
		w.options.Log.InfoContext(ctx, "feedback waits for the next change", "set", wanted.set(), "kind", t.kind, "of", t.name, "error", err)
	case ctx.Err() != nil: // Run ends
	default:
		t.due = later(t.failures.fail(now), s.gates[t.kind].fail(now))
		w.report(ctx, s, wanted.set(), t.kind, err)
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
