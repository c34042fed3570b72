package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/previewset/previewset/generator/forge"
)

// Errors of a Board.
var (
	ErrUnknownSet = errors.New("no such set")
	ErrNotReady   = errors.New("not known yet")
	ErrStale      = errors.New("too old")
)

// unavailable is the error for a set without a snapshot, or with one that is too old.
type unavailable struct {
	kind    error     // ErrNotReady or ErrStale
	takenAt time.Time // of the snapshot; zero if there is none
	maxAge  time.Duration
	reason  string // why the last sync failed; "" if it did not fail
}

// Error returns the message for callers. It does not change while the fault lasts.
func (u *unavailable) Error() string {
	text := "the set is not known yet: previewset has not read it since it started"
	if !u.takenAt.IsZero() {
		text = fmt.Sprintf("the newest snapshot of the set is from %s and older than maxAge (%s)", u.takenAt.UTC().Format(time.RFC3339), u.maxAge)
	}
	if u.reason != "" {
		text += ": " + withLog(u.reason)
	}
	return text
}

func (u *unavailable) Unwrap() error { return u.kind }

// withLog adds the place of the details to the reason why a sync failed.
func withLog(reason string) string { return reason + ", see previewset's log" }

// failure is an error with a message for the caller. The message is short and does not
// change, because Argo CD copies it into a condition of the ApplicationSet.
type failure struct {
	status  int
	message string
	cause   error
}

func (f *failure) Error() string {
	if f.cause == nil {
		return f.message
	}
	return f.message + ": " + f.cause.Error()
}

func (f *failure) Unwrap() error { return f.cause }

func fail(status int, message string, cause error) error {
	return &failure{status, message, cause}
}

// statusOf returns the status and the message that a caller gets for an error.
func statusOf(err error) (status int, message string) {
	var withMessage *failure
	var routing *echo.HTTPError
	var notAvailable *unavailable
	switch {
	case errors.As(err, &withMessage):
		return withMessage.status, withMessage.message
	case errors.Is(err, ErrUnknownSet):
		return http.StatusNotFound, "the set is not in previewset's configuration"
	case errors.As(err, &notAvailable):
		return http.StatusServiceUnavailable, notAvailable.Error()
	case errors.Is(err, forge.ErrSignature):
		return http.StatusUnauthorized, "the signature is not valid"
	case errors.Is(err, forge.ErrMalformed), errors.Is(err, forge.ErrUnsupported):
		return http.StatusBadRequest, "the body is not a webhook that previewset supports"
	case errors.As(err, &routing):
		return routing.Code, http.StatusText(routing.Code)
	}
	return http.StatusInternalServerError, "internal error, see previewset's log"
}

// routingError returns the error of a request that no route takes, in words for the log.
func routingError(r *http.Request, status int) error {
	switch status {
	case http.StatusNotFound:
		return errors.New("previewset has no such path")
	case http.StatusMethodNotAllowed:
		return fmt.Errorf("the path does not support the method %.20s", r.Method) // net/http has checked its characters
	}
	return errors.New(http.StatusText(status))
}

// maxLoggedPath bounds a path in the log, in characters. Anyone can send a request.
const maxLoggedPath = 100

// loggedPath returns the path of a request for the log. The query can have secrets, and is not
// part of it.
func loggedPath(r *http.Request) string {
	path := []rune(strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return unicode.ReplacementChar
		}
		return c
	}, r.URL.Path))
	if len(path) > maxLoggedPath {
		return string(path[:maxLoggedPath]) + "…"
	}
	return string(path)
}

// handleError answers a request with an error. It logs each cause once at level Info,
// until a request of the same route succeeds.
func (s *service) handleError(err error, c echo.Context) {
	status, message := statusOf(err)
	ctx := c.Request().Context()
	cause, level, path := refused{status, message}, slog.LevelDebug, c.Path()
	var routing *echo.HTTPError
	switch {
	case errors.Is(err, ErrUnknownSet):
		cause.message = err.Error() // with the name
	case errors.As(err, &routing):
		path = loggedPath(c.Request())
		cause.message, err = path, routingError(c.Request(), status)
	}
	if s.refusals.begin(scopeOf(c), cause) {
		level = slog.LevelInfo
	}
	s.opts.Log.Log(ctx, level, "a request was refused", "status", status, "path", path, "error", err)
	if c.Response().Committed {
		return
	}
	if errors.Is(err, errBusy) {
		c.Response().Header().Set(echo.HeaderRetryAfter, "5")
	}
	body, _ := json.Marshal(map[string]string{"message": message}) // strings can't fail
	if err := c.JSONBlob(status, body); err != nil {
		s.opts.Log.DebugContext(ctx, "a response could not be sent", "error", err)
	}
}
