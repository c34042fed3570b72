package github

import (
	"net/http"
	"strconv"
	"time"
)

// Kind is the API operation of a call.
type Kind string

// The kinds of calls. KindOther is any operation that the fake does not have.
const (
	KindRepository   Kind = "repository"
	KindPulls        Kind = "pulls"
	KindPull         Kind = "pull"
	KindBranches     Kind = "branches"
	KindBranch       Kind = "branch"
	KindCommit       Kind = "commit"
	KindInstallation Kind = "installation"
	KindToken        Kind = "token"
	KindUser         Kind = "user"
	KindComments     Kind = "comments"
	KindComment      Kind = "comment"
	KindStatuses     Kind = "statuses"
	KindCheckRuns    Kind = "check runs"
	KindDeployments  Kind = "deployments"
	KindOther        Kind = "other"
)

// Count counts calls by their outcome.
type Count struct {
	Counted     int // answered; each uses one call of the quota
	NotModified int // answered with 304; these do not use the quota
	Refused     int // rejected because of credentials or a rate limit
	Faulted     int // answered by the fault hook
}

func (c Count) plus(d Count) Count {
	return Count{
		Counted:     c.Counted + d.Counted,
		NotModified: c.NotModified + d.NotModified,
		Refused:     c.Refused + d.Refused,
		Faulted:     c.Faulted + d.Faulted,
	}
}

// Calls returns the outcomes of the calls so far: of the given kinds, or of all kinds
// if none is given.
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

// Writes returns the number of requests that wrote feedback.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// rate is the state of the primary rate limit and of a secondary rate limit.
type rate struct {
	limit, remaining int
	reset            time.Time
	throttle         int // status of the secondary limit; 0 is no limit
	retryAfter       time.Duration
}

// Quota sets the remaining calls of the primary rate limit and its reset time.
func (s *Server) Quota(remaining int, reset time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.remaining, s.rate.reset = remaining, reset
}

// Throttle rejects every request as a secondary rate limit does: with status 403 or
// 429, and Retry-After rounded down to seconds. Status 0 removes the limit.
func (s *Server) Throttle(status int, retryAfter time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate.throttle, s.rate.retryAfter = status, retryAfter
}

func (r rate) writeHeader(w http.ResponseWriter) {
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

// refuse returns the error response to a request that a rate limit or bad credentials
// forbid, or nil.
func (s *Server) refuse(w http.ResponseWriter, e *exchange) *result {
	if s.rate.throttle != 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(s.rate.retryAfter/time.Second)))
		return failure(s.rate.throttle, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", docsSecondary)
	}
	if refusal := s.authenticate(e); refusal != nil {
		return refusal
	}
	if s.rate.remaining <= 0 && time.Now().Before(s.rate.reset) {
		s.rate.writeHeader(w)
		return failure(http.StatusForbidden, "API rate limit exceeded for user ID 1.", docsPrimary)
	}
	return nil
}
