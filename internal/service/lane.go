package service

import (
	"context"
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
	// patience is how long a sync waits for an observer.
	patience = time.Second
)

// lane brings the outcomes of one set to one observer.
type lane struct {
	observer observer
	log      *slog.Logger

	mu   sync.Mutex
	next *outcome      // what came while the observer was busy, nil for nothing
	free chan struct{} // closed while the observer is not busy
}

func newLane(o observer, log *slog.Logger) *lane {
	free := make(chan struct{})
	close(free)
	return &lane{observer: o, log: log, free: free}
}

// hand brings o to the observer and waits for it, for patience at most. It does not
// wait for an observer that is still busy with an earlier outcome.
func (l *lane) hand(ctx context.Context, o outcome) {
	if l.begin(o) {
		go l.work(ctx, o)
		l.await()
	}
}

// begin makes the observer busy with o, or keeps o for it where it is busy already.
func (l *lane) begin(o outcome) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.free:
		l.free = make(chan struct{})
		return true
	default:
	}
	if l.next != nil {
		o = o.after(*l.next)
	}
	l.next = &o
	return false
}

// work has the observer handle o, and what comes meanwhile.
func (l *lane) work(ctx context.Context, o outcome) {
	for more := true; more; {
		l.observe(ctx, o)
		o, more = l.end()
	}
}

// end returns what came while the observer was busy. It is free where that is
// nothing.
func (l *lane) end() (o outcome, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == nil {
		close(l.free)
		return outcome{}, false
	}
	o, l.next = *l.next, nil
	return o, true
}

// await waits until the observer is free, for patience at most.
func (l *lane) await() {
	l.mu.Lock()
	free := l.free
	l.mu.Unlock()
	select {
	case <-free:
	case <-time.After(patience):
	}
}

// observe calls the observer. The value of a panic is logged only where the runtime
// made it: others can hold anything that was at hand, a credential too.
func (l *lane) observe(ctx context.Context, o outcome) {
	ctx, cancel := context.WithTimeout(ctx, maxObserve)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			cause, _ := r.(runtime.Error)
			l.log.ErrorContext(ctx, "panic in an observer", "set", o.set, "observer", fmt.Sprintf("%T", l.observer),
				"type", fmt.Sprintf("%T", r), "error", cause, "stack", string(debug.Stack()))
		}
	}()
	l.observer.observe(ctx, o)
}
