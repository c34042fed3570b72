package forge

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// RateLimitError is a generator.ErrRateLimited with the time at which requests are
// allowed again.
type RateLimitError struct {
	Until time.Time
}

// Error contains the time in UTC, as RFC 3339.
func (e *RateLimitError) Error() string {
	return fmt.Sprintf("%v until %s", generator.ErrRateLimited, e.Until.UTC().Format(time.RFC3339))
}

// Unwrap makes e a generator.ErrRateLimited for errors.Is.
func (e *RateLimitError) Unwrap() error {
	return generator.ErrRateLimited
}

const (
	// UnknownWait is the wait for a rate limit without a time.
	UnknownWait = time.Minute
	// MaxWait bounds the wait that a response can request, so that a wrong clock does
	// not stop a source for longer.
	MaxWait = time.Hour
)

// rateGate sends no requests while a rate limit lasts.
type rateGate struct {
	next       http.RoundTripper
	limit      func(*http.Response, time.Time) (time.Duration, bool)
	onResponse func(http.Header, time.Time)

	mu    sync.Mutex
	until time.Time
}

func (g *rateGate) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.checkLimit(time.Now()); err != nil {
		return nil, err
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if g.onResponse != nil {
		g.onResponse(resp.Header, now)
	}
	wait, limited := g.limit(resp, now)
	if !limited {
		return resp, nil
	}
	until := now.Add(min(max(wait, time.Second), MaxWait))
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.until) {
		g.until = until
	}
	return nil, &RateLimitError{Until: g.until}
}

// checkLimit returns a RateLimitError while a rate limit lasts.
func (g *rateGate) checkLimit(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.until) {
		return &RateLimitError{Until: g.until}
	}
	return nil
}

// standardLimit reports whether a response is a rate limit, and how long to wait: a
// status 429, or a status 403 or 503 with Retry-After (RFC 9110, 10.2.3).
func standardLimit(resp *http.Response, now time.Time) (time.Duration, bool) {
	after := resp.Header.Get("Retry-After")
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return RetryAfter(after, now), true
	case http.StatusForbidden, http.StatusServiceUnavailable:
		return RetryAfter(after, now), after != ""
	}
	return 0, false
}

// RetryAfter returns the time to wait according to the value of a Retry-After header: 0
// to MaxWait for a number of seconds, the time until a date, and UnknownWait for a value
// that can't be parsed.
func RetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int64(MaxWait/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return date.Sub(now)
	}
	return UnknownWait
}
