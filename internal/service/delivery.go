package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// maxObserve bounds how long an observer may take for one outcome.
	maxObserve = 2 * time.Minute
	// maxWait bounds how long a sync waits for an observer.
	maxWait = time.Second
)

// delivery gives the outcomes of one set to one observer, one at a time.
type delivery struct {
	observer observer
	log      *slog.Logger

	mu   sync.Mutex
	next *outcome      // what came while the observer was busy, nil for nothing
	free chan struct{} // closed while the observer is not busy
}

func newDelivery(o observer, log *slog.Logger) *delivery {
	free := make(chan struct{})
	close(free)
	return &delivery{observer: o, log: log, free: free}
}

// hand gives o to the observer and waits for it, for maxWait at most. It does not
// wait for an observer that is still busy with an earlier outcome.
func (d *delivery) hand(ctx context.Context, o outcome) {
	if d.begin(o) {
		go d.work(ctx, o)
		d.await()
	}
}

// begin makes the observer busy with o, or keeps o for it where it is busy already.
func (d *delivery) begin(o outcome) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.free:
		d.free = make(chan struct{})
		return true
	default:
	}
	if d.next != nil {
		o = o.after(*d.next)
	}
	d.next = &o
	return false
}

// work has the observer handle o, and what comes meanwhile.
func (d *delivery) work(ctx context.Context, o outcome) {
	for more := true; more; {
		d.observe(ctx, o)
		o, more = d.end(ctx)
	}
}

// end returns what came while the observer was busy. It is free where that is
// nothing, or the syncs have ended.
func (d *delivery) end(ctx context.Context) (o outcome, more bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == nil || ctx.Err() != nil {
		close(d.free)
		return outcome{}, false
	}
	o, d.next = *d.next, nil
	return o, true
}

// await waits until the observer is free, for maxWait at most.
func (d *delivery) await() {
	d.mu.Lock()
	free := d.free
	d.mu.Unlock()
	select {
	case <-free:
	case <-time.After(maxWait):
	}
}

// observe calls the observer. The value of a panic is logged only where the runtime
// made it: others can hold anything that was at hand, a credential too.
func (d *delivery) observe(ctx context.Context, o outcome) {
	ctx, cancel := context.WithTimeout(ctx, maxObserve)
	defer cancel()
	log := d.log.With("set", o.set, "observer", fmt.Sprintf("%T", d.observer))
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			log.WarnContext(ctx, "an observer takes too long: it gets the next outcome when it returns")
		}
	})
	defer stop()
	defer func() {
		if r := recover(); r != nil {
			cause, _ := r.(runtime.Error)
			log.ErrorContext(ctx, "panic in an observer",
				"type", fmt.Sprintf("%T", r), "error", cause, "stack", string(debug.Stack()))
		}
	}()
	d.observer.observe(ctx, o)
}
