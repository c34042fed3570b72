package github

import (
	"net/http"
	"strconv"
	"time"
)

// Kind is a kind of call.
type Kind string

// The kinds of calls.
const (
	KindRepository   Kind = "repository"
	KindPulls        Kind = "pulls"
	KindPull         Kind = "pull"
	KindBranches     Kind = "branches"
	KindBranch       Kind = "branch"
	KindCommit       Kind = "commit"
	KindInstallation Kind = "installation"
	KindToken        Kind = "token"
	KindOther        Kind = "other"
)

// Count is how calls ended.
type Count struct {
	Counted     int // answered, at the price of one from the quota
	NotModified int // answered with 304, for nothing
	Refused     int // by credentials or a rate limit
	Faulted     int // by the fault hook
}

func (c Count) plus(d Count) Count {
	return Count{
		Counted:     c.Counted + d.Counted,
		NotModified: c.NotModified + d.NotModified,
		Refused:     c.Refused + d.Refused,
		Faulted:     c.Faulted + d.Faulted,
	}
}

// Calls returns how the calls of the given kinds ended so far; of all kinds
// where none is given.
func (s *Server) Calls(kinds ...Kind) Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum Count
	if len(kinds) == 0 {
		for _, c := range s.calls {
			sum = sum.plus(c)
		}
	}
	for _, kind := range kinds {
		sum = sum.plus(s.calls[kind])
	}
	return sum
}

func (s *Server) count(kind Kind, change func(*Count)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calls[kind]
	change(&c)
	s.calls[kind] = c
}

// rate is the primary quota and, for as long as throttle lasts, a secondary
// limit.
type rate struct {
	limit, remaining int
	reset            time.Time
	throttle         int // status, or 0
	retryAfter       time.Duration
}

// Quota sets what is left of the primary rate limit, and when it is renewed.
func (s *Server) Quota(remaining int, reset time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.remaining, s.rate.reset = remaining, reset
}

// Throttle refuses everything as a secondary rate limit does: with 403 or 429
// and Retry-After in whole seconds. A status of 0 ends it.
func (s *Server) Throttle(status int, retryAfter time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.throttle, s.rate.retryAfter = status, retryAfter
}

func (r rate) tell(w http.ResponseWriter) {
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(r.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(r.remaining, 0)))
	h.Set("X-RateLimit-Used", strconv.Itoa(r.limit-max(r.remaining, 0)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(r.reset.Unix(), 10))
	h.Set("X-RateLimit-Resource", "core")
}

const (
	docsPrimary   = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
	docsSecondary = docsPrimary + "#about-secondary-rate-limits"
)

// refuse returns the answer to a request that must not be served.
func (s *Server) refuse(w http.ResponseWriter, e *exchange) *result {
	if s.rate.throttle != 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(s.rate.retryAfter/time.Second)))
		return failure(s.rate.throttle, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", docsSecondary)
	}
	if refusal := s.authenticate(e); refusal != nil {
		return refusal
	}
	if s.rate.remaining <= 0 && time.Now().Before(s.rate.reset) {
		s.rate.tell(w)
		return failure(http.StatusForbidden, "API rate limit exceeded for user ID 1.", docsPrimary)
	}
	return nil
}
