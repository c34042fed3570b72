package plugin

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// maxCallerMemory bounds the memory that all callers use together, in bytes: their
	// connections, and what they send before they are authorized. The memory limit in
	// manifests/base has as much left beside 10,000 previews.
	maxCallerMemory = 128 << 20
	// fullRate is the rate in bytes per second of a new caller, and of one that is not slow.
	fullRate = 1 << 20
	// restRate is the rate of a caller that has got its answer. fullRate falls to it in 14 s.
	restRate = 1
	// maxWaitForMemory bounds the time to wait for the memory of callers that were ended.
	maxWaitForMemory = 5 * time.Second
	// pauseOfWarnings is the least time between two warnings about ended callers.
	pauseOfWarnings = time.Minute
)

var errBusy = fail(http.StatusServiceUnavailable, "too many callers send requests at the same time: send it again later", nil)

// callers bounds the memory of all callers. If a caller needs memory that is in use, callers
// ends the slowest caller. So callers that keep connections or requests open do not lock out the
// others. It is safe for concurrent use.
type callers struct {
	// onEnd is called when a caller is ended, at most once in pauseOfWarnings.
	onEnd func()

	mu      sync.Mutex
	used    int64 // reserved bytes
	leaving int64 // the part of used that ended callers still have to release
	all     map[*caller]bool
	// released counts all bytes that were released. freed is closed, and replaced, when it
	// becomes more.
	released int64
	freed    chan struct{}
	warned   time.Time // of the last call of onEnd
}

// caller is a connection, and what its request uses. callers.mu protects its fields.
type caller struct {
	callers *callers
	close   func() // closes the connection
	// interrupt ends the request with an answer. It is nil if only close can end it.
	interrupt func()
	held      int64 // reserved bytes
	// rate is the rate in bytes per second at which the caller was sending at the time at.
	rate float64
	at   time.Time
	// kept is true if the caller must not be ended: its request is authorized.
	kept bool
	// waiting is true while the caller waits for the service: for memory, or for the use of its
	// complete body. It must not be ended, either.
	waiting bool
	// trusted is true if a request of the connection was authorized.
	trusted bool
	ended   bool
}

func newCallers(onEnd func()) *callers {
	return &callers{onEnd: onEnd, all: map[*caller]bool{}, freed: make(chan struct{})}
}

// join adds a caller whose connection uses so many bytes. If there is no memory for it, the
// caller is ended at once.
func (cs *callers) join(memory int64, closeConn func()) *caller {
	c := &caller{callers: cs, close: closeConn}
	cs.mu.Lock()
	cs.all[c] = true
	cs.mu.Unlock()
	c.begin(memory)
	return c
}

// add changes the memory of a caller.
func (cs *callers) add(c *caller, bytes int64) {
	cs.used += bytes
	c.held += bytes
	if c.ended {
		cs.leaving += bytes
	}
	if bytes < 0 {
		cs.released -= bytes
		close(cs.freed)
		cs.freed = make(chan struct{})
	}
}

// makeRoom ends callers until there are so many bytes for c, or will be when the ended callers
// have released theirs. It returns false if c itself is the slowest, or all others are kept.
func (cs *callers) makeRoom(bytes int64, c *caller) bool {
	for {
		//promise:callers-have-bounded-memory
		if cs.used-cs.leaving+bytes <= maxCallerMemory {
			return true
		}
		slowest := cs.slowest()
		if slowest == nil || slowest == c {
			return false
		}
		cs.end(slowest)
	}
}

// slowest returns the caller that sends at the lowest rate, and one that is not trusted if there
// is any; nil if all are kept. Of callers that send nothing, it is the one that has done so for the
// longest time.
func (cs *callers) slowest() *caller {
	now := time.Now()
	var slowest *caller
	var lowest float64
	for c := range cs.all {
		if c.kept || c.waiting || c.ended {
			continue
		}
		rate := c.rateAt(now)
		if slowest == nil || slowest.trusted && !c.trusted || slowest.trusted == c.trusted && rate < lowest {
			slowest, lowest = c, rate
		}
	}
	return slowest
}

// rateAt returns the rate in bytes per second. It falls with time, so that a caller that sends
// nothing is soon slower than one that sends.
func (c *caller) rateAt(now time.Time) float64 {
	return c.rate * math.Exp(-now.Sub(c.at).Seconds())
}

// end ends a caller. It keeps its memory until it releases it.
func (cs *callers) end(c *caller) {
	c.ended = true
	cs.leaving += c.held
	if c.interrupt != nil {
		c.interrupt()
	} else {
		c.close()
	}
	if now := time.Now(); now.Sub(cs.warned) > pauseOfWarnings {
		cs.warned = now
		cs.onEnd()
	}
}

// begin notes that the caller has connected, or has sent the headers of a request. From then on
// its connection uses so many bytes.
func (c *caller) begin(memory int64) { c.restart(memory, fullRate) }

// rest notes that the caller has got its answer, and its connection uses so many bytes. It is ended
// before callers that wait for their first answer: many quick requests must not end those.
func (c *caller) rest(memory int64) { c.restart(memory, restRate) }

func (c *caller) restart(memory int64, rate float64) {
	cs := c.callers
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.rate, c.at, c.kept, c.interrupt = rate, time.Now(), false, nil
	cs.add(c, memory-c.held)
	if !cs.makeRoom(0, c) && !c.ended {
		cs.end(c)
	}
}

// leave removes the caller, and releases its memory.
func (c *caller) leave() {
	cs := c.callers
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.add(c, -c.held)
	delete(cs.all, c)
}

// startWait protects the caller until endWait. Afterwards, only close can end its request.
func (c *caller) startWait() {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	c.waiting, c.interrupt = true, nil
}

// trust protects the caller until begin. Later, others are ended before it.
func (c *caller) trust() {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	c.kept, c.trusted = true, true
}

// interruptible sets how the request of the caller is ended.
func (c *caller) interruptible(interrupt func()) {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	if c.ended {
		interrupt()
	}
	c.interrupt = interrupt
}

func (c *caller) isEnded() bool {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	return c.ended
}

// receive notes that the caller has sent so many bytes.
func (c *caller) receive(bytes int) {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	now := time.Now()
	c.rate, c.at = min(fullRate, c.rateAt(now)+float64(bytes)), now
}

// reserve reserves memory, and waits until ended callers have released as much as is missing. The
// caller must release it. The error is errBusy.
func (c *caller) reserve(bytes int64) error {
	target, err := c.startReserve(bytes)
	if err != nil {
		return err
	}
	defer c.endWait()
	expired := time.NewTimer(maxWaitForMemory)
	defer expired.Stop()
	for {
		released, freed := c.callers.progress()
		if released >= target {
			return nil
		}
		select {
		case <-freed:
		case <-expired.C:
			c.release(bytes)
			return errBusy
		}
	}
}

// startReserve reserves memory that is available when callers.released has reached target.
func (c *caller) startReserve(bytes int64) (target int64, err error) {
	cs := c.callers
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.ended || !cs.makeRoom(bytes, c) {
		return 0, errBusy
	}
	cs.add(c, bytes)
	c.waiting = true
	return cs.released + cs.used - maxCallerMemory, nil
}

// endWait ends the wait for the service. Its time does not make the caller slower.
func (c *caller) endWait() {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	c.waiting, c.at = false, time.Now()
}

// progress returns the bytes that were released, and a channel that is closed when they become
// more.
func (cs *callers) progress() (released int64, freed <-chan struct{}) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.released, cs.freed
}

// release releases reserved memory.
func (c *caller) release(bytes int64) {
	c.callers.mu.Lock()
	defer c.callers.mu.Unlock()
	c.callers.add(c, -bytes)
}

// callerKey is the key of the caller in the context of a request.
type callerKey struct{}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// knowCaller notes the begin of a request. It gives requests a caller that come from another server
// than that of NewServer.
func (s *service) knowCaller(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		if caller := callerOf(ctx); caller != nil {
			caller.begin(requestMemory(c.Request()))
			return next(c)
		}
		caller := s.callers.join(requestMemory(c.Request()), func() {})
		defer caller.leave()
		c.SetRequest(c.Request().WithContext(context.WithValue(ctx, callerKey{}, caller)))
		return next(c)
	}
}
