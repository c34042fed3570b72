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

// Newest returns the newest rate limit. limit is 0 if none is known.
func (r *Rate) Newest() (remaining, limit int, reset time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.remaining, r.limit, r.reset
}
