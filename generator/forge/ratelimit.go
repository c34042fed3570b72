package forge

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// RateLimitError says when a forge may be asked again. It is a
// generator.ErrRateLimited.
type RateLimitError struct {
	Until time.Time
}

// Error says until when, in UTC.
func (e *RateLimitError) Error() string {
	return fmt.Sprintf("%v until %s", generator.ErrRateLimited, e.Until.UTC().Format(time.RFC3339))
}

// Unwrap makes e a generator.ErrRateLimited for errors.Is.
func (e *RateLimitError) Unwrap() error {
	return generator.ErrRateLimited
}

const (
	// UnknownWait is for limits that come without a time.
	UnknownWait = time.Minute
	// MaxWait bounds the wait that an answer can ask for: a wrong clock must not
	// stop a source for longer.
	MaxWait = time.Hour
)

// rateGate sends nothing while a rate limit lasts.
type rateGate struct {
	next     http.RoundTripper
	limit    func(*http.Response, time.Time) (time.Duration, bool)
	answered func(http.Header, time.Time)

	mu    sync.Mutex
	until time.Time
}

func (g *rateGate) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.shut(time.Now()); err != nil {
		return nil, err
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if g.answered != nil {
		g.answered(resp.Header, now)
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

func (g *rateGate) shut(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.until) {
		return &RateLimitError{Until: g.until}
	}
	return nil
}

// standardLimit reports whether an answer asks for a later request, and how long to wait:
// a status 429, or a refusal with Retry-After (RFC 9110, 10.2.3).
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

// RetryAfter returns how long the value of a Retry-After asks to wait: from 0 to
// MaxWait for a value in seconds, and UnknownWait for one that can't be read.
func RetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int64(MaxWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now)
	}
	return UnknownWait
}
