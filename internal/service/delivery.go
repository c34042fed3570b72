package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

	mu     sync.Mutex
	queued *outcome      // merged outcomes since the observer became busy; nil for none
	idle   chan struct{} // closed while the observer is not busy
}

func newDelivery(o observer, log *slog.Logger) *delivery {
	idle := make(chan struct{})
	close(idle)
	return &delivery{observer: o, log: log, idle: idle}
}

// deliver passes o to the observer and waits for it, for at most maxWait. It does not
// wait if the observer is still busy with an earlier outcome.
func (d *delivery) deliver(ctx context.Context, o outcome) {
	if d.startOrQueue(o) {
		go d.run(ctx, o)
		d.waitUntilIdle()
	}
}

// startOrQueue makes an idle observer busy and returns true. If the observer is already
// busy, it queues o and returns false.
func (d *delivery) startOrQueue(o outcome) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.idle:
		d.idle = make(chan struct{})
		return true
	default:
	}
	if d.queued != nil {
		o = o.mergedWith(*d.queued)
	}
	d.queued = &o
	return false
}

// run calls the observer with o, and then with outcomes that were queued meanwhile.
func (d *delivery) run(ctx context.Context, o outcome) {
	for more := true; more; {
		d.observe(ctx, o)
		o, more = d.takeQueued(ctx)
	}
}

// takeQueued returns the queued outcome. If there is none, or the syncs have ended, it
// makes the observer idle and returns false.
func (d *delivery) takeQueued(ctx context.Context) (o outcome, more bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queued == nil || ctx.Err() != nil {
		close(d.idle)
		return outcome{}, false
	}
	o, d.queued = *d.queued, nil
	return o, true
}

// waitUntilIdle waits until the observer is idle, for at most maxWait.
func (d *delivery) waitUntilIdle() {
	d.mu.Lock()
	idle := d.idle
	d.mu.Unlock()
	select {
	case <-idle:
	//promise:syncs-do-not-wait-for-observers
	case <-time.After(maxWait):
	}
}

// observe calls the observer.
func (d *delivery) observe(ctx context.Context, o outcome) {
	ctx, cancel := context.WithTimeout(ctx, maxObserve)
	defer cancel()
	log := d.log.With("set", o.set, "observer", fmt.Sprintf("%T", d.observer))
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			log.WarnContext(ctx, "an observer takes too long: it gets the next outcome after it returns")
		}
	})
	defer stop()
	//promise:observers-cannot-crash-the-process
	defer func() {
		if r := recover(); r != nil {
			logPanic(ctx, log, "panic in an observer", r)
		}
	}()
	d.observer.observe(ctx, o)
}
