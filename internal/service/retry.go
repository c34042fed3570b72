package service

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// firstRetry is the wait after the first failed sync. It doubles with each failure.
const firstRetry = time.Second

// retries plans the retries of failed syncs of a set.
type retries struct {
	poll time.Duration
	// spread is the factor of all waits, at least 0.75 and less than 1.25. Replicas
	// have different factors. The sets of a process have the same one: those with the
	// same source fail and retry together, and share a list.
	spread float64
	wait   time.Duration // after the last failure; 0 after a success
}

func newSpread() float64 { return 0.75 + rand.Float64()/2 } //nolint:gosec // no secret is made of it

// after returns the wait after a sync with this error. It is 0 if the next poll comes
// first, or after a success. If the forge limits the rate, the wait ends after the
// limit.
func (r *retries) after(err error) time.Duration {
	if err == nil {
		r.wait = 0
		return 0
	}
	r.wait = min(max(firstRetry, 2*r.wait), r.poll)
	if r.wait == r.poll {
		return 0
	}
	wait := time.Duration(float64(r.wait) * r.spread)
	var limited *forge.RateLimitError
	switch {
	case errors.As(err, &limited):
		wait += max(0, time.Until(limited.Until))
	case errors.Is(err, generator.ErrRateLimited):
		return 0
	}
	//promise:failed-syncs-are-retried
	if wait >= r.poll {
		return 0
	}
	return wait
}
