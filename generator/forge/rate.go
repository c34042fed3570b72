package forge

import (
	"sync"
	"time"
)

// Rate is the newest rate limit that a forge reported for a login. The zero value knows none.
// It is safe for concurrent use.
type Rate struct {
	mu               sync.Mutex
	remaining, limit int
	reset            time.Time
}

// Saw records a rate limit, with the values of Options.OnRate.
func (r *Rate) Saw(remaining, limit int, reset time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remaining, r.limit, r.reset = remaining, limit, reset
}

// ReservedUntil returns the time until which the rest of the rate limit is reserved for lists:
// its reset, if less than a quarter of it is left. It is zero if nothing is reserved.
func (r *Rate) ReservedUntil(now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.limit > 0 && r.remaining < r.limit/4 && r.reset.After(now) {
		return r.reset
	}
	return time.Time{}
}
