package plugin

import (
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"
)

// maxRefusals bounds the causes that refusals remembers for one scope. Clients choose a
// part of some messages.
const maxRefusals = 10

// scopeKey is the key of the set that a request is about, in an echo.Context.
const scopeKey = "set"

// refusals are the causes for which requests are refused. Clients poll, so each cause is logged
// only once. They are safe for concurrent use.
type refusals struct {
	mu    sync.Mutex
	known map[scope]map[refused]bool
}

// scope is a route and a configured set. set is "" if the set is not known.
type scope struct{ route, set string }

// refused is a cause: the status and the message.
type refused struct {
	status  int
	message string
}

func scopeOf(c echo.Context) scope {
	set, _ := c.Get(scopeKey).(string)
	return scope{c.Path(), set}
}

// begin records a cause, and reports whether it is a new one. A scope that has too many
// causes has no new ones.
func (r *refusals) begin(s scope, cause refused) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	causes := r.known[s]
	//promise:refusals-are-logged-once
	if causes[cause] || len(causes) == maxRefusals {
		return false
	}
	if causes == nil {
		causes = map[refused]bool{}
	}
	if r.known == nil {
		r.known = map[scope]map[refused]bool{}
	}
	causes[cause] = true
	r.known[s] = causes
	return true
}

// end forgets the causes of a scope, and those of its route without a set, after a request
// that was not refused. It reports whether there were any.
func (r *refusals) end(s scope) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	ended := false
	for _, s := range []scope{s, {route: s.route}} {
		ended = ended || len(r.known[s]) > 0
		delete(r.known, s)
	}
	return ended
}

// logAccepted logs the first request of a route that is not refused after others were.
func (s *service) logAccepted(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err == nil && c.Response().Status < http.StatusBadRequest && s.refusals.end(scopeOf(c)) {
			s.opts.Log.InfoContext(c.Request().Context(), "requests are no longer refused", "path", c.Path())
		}
		return err
	}
}
