package github

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
)

// RateLimitError says when GitHub may be asked again. It is a
// generator.ErrRateLimited.
type RateLimitError struct {
	Until time.Time
}

func (e *RateLimitError) Error() string {
	return fmt.Sprintf("%v until %s", generator.ErrRateLimited, e.Until.UTC().Format(time.RFC3339))
}

// Unwrap makes e a generator.ErrRateLimited for errors.Is.
func (e *RateLimitError) Unwrap() error {
	return generator.ErrRateLimited
}

const (
	// unknownWait is for limits that come without a time: "wait for at least
	// one minute before retrying".
	// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
	unknownWait = time.Minute
	// maxWait bounds what an answer can ask for: the primary limit is renewed
	// each hour. A wrong clock must not silence us for longer.
	maxWait = time.Hour
)

// gate stays shut while a rate limit lasts. go-github has a check of its own,
// but it remembers secondary limits only from a 403 that names one page of the
// documentation, and none from a 429.
type gate struct {
	next   http.RoundTripper
	report func(resource string, remaining, limit int, reset time.Time)

	mu    sync.Mutex
	until time.Time
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.shut(time.Now()); err != nil {
		return nil, err
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	g.tell(resp.Header, now)
	wait, limited := limitOf(resp, now)
	if !limited {
		return resp, nil
	}
	until := now.Add(min(max(wait, time.Second), maxWait))
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.until) {
		g.until = until
	}
	return nil, &RateLimitError{Until: g.until}
}

func (g *gate) shut(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.until) {
		return &RateLimitError{Until: g.until}
	}
	return nil
}

// tell reports the primary limit that an answer names. It takes a reset that
// lies too far ahead back to maxWait, also for go-github, which would refuse to
// go on until then.
func (g *gate) tell(h http.Header, now time.Time) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	reset, ok := resetOf(h)
	if ok && reset.After(now.Add(maxWait)) {
		reset = now.Add(maxWait)
		h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	resource := h.Get("X-RateLimit-Resource")
	if resource == "" {
		resource = "core"
	}
	if g.report != nil {
		g.report(resource, remaining, limit, reset)
	}
}

func resetOf(h http.Header) (time.Time, bool) {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// limitOf reports whether an answer is a rate limit, and how long to wait.
// Which header counts first is GitHub's rule; see unknownWait.
func limitOf(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	if after := resp.Header.Get("Retry-After"); after != "" {
		return retryAfter(after, now), true
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if reset, ok := resetOf(resp.Header); ok {
			return reset.Sub(now), true
		}
		return unknownWait, true
	}
	return unknownWait, resp.StatusCode == http.StatusTooManyRequests || saysSecondary(resp)
}

func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int64(maxWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now)
	}
	return unknownWait
}

// saysSecondary reads the body of a 403, which is in memory, for the only trace
// that some secondary limits leave.
func saysSecondary(resp *http.Response) bool {
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var said struct {
		Message          string `json:"message"`
		DocumentationURL string `json:"documentation_url"`
	}
	if err != nil || json.Unmarshal(body, &said) != nil {
		return false
	}
	return strings.HasSuffix(said.DocumentationURL, "secondary-rate-limits") ||
		strings.HasSuffix(said.DocumentationURL, "#abuse-rate-limits") ||
		strings.Contains(said.Message, "secondary rate limit")
}
