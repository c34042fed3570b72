package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/previewset/previewset/generator/forge"
)

// Errors of a Board.
var (
	ErrUnknownSet = errors.New("no such set")
	ErrNotReady   = errors.New("not known yet")
	ErrStale      = errors.New("too old")
)

// unknown says of a set that is not known, or not any more, since when and why.
type unknown struct {
	kind   error
	since  time.Time // of a set that was known
	maxAge time.Duration
	why    string // "" where nothing has failed
}

// Error returns what callers get. It stays the same for as long as the fault lasts.
func (u *unknown) Error() string {
	text := "the set is not known yet: previewset has not read it since it started"
	if !u.since.IsZero() {
		text = fmt.Sprintf("what is known of the set is from %s and older than maxAge (%s)", u.since.UTC().Format(time.RFC3339), u.maxAge)
	}
	if u.why != "" {
		text += ": " + u.why + ", see previewset's log"
	}
	return text
}

func (u *unknown) Unwrap() error { return u.kind }

// failure is an error with the words that a caller may see: short and stable,
// since Argo CD copies them into a condition of the ApplicationSet.
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

// statusOf is the one map from errors to what a caller gets.
func statusOf(err error) (status int, message string) {
	var known *failure
	var routing *echo.HTTPError
	var tooLarge *http.MaxBytesError
	var doubt *unknown
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, "the body is too large"
	case errors.As(err, &known):
		return known.status, known.message
	case errors.Is(err, ErrUnknownSet):
		return http.StatusNotFound, "no such set in previewset's configuration"
	case errors.As(err, &doubt):
		return http.StatusServiceUnavailable, doubt.Error()
	case errors.Is(err, forge.ErrSignature):
		return http.StatusUnauthorized, "the signature does not fit"
	case errors.Is(err, forge.ErrMalformed), errors.Is(err, forge.ErrUnsupported):
		return http.StatusBadRequest, "not a webhook that previewset can read"
	case errors.As(err, &routing):
		return routing.Code, http.StatusText(routing.Code)
	}
	return http.StatusInternalServerError, "internal error, see previewset's log"
}

func (s *service) handleError(err error, c echo.Context) {
	status, message := statusOf(err)
	ctx := c.Request().Context()
	s.opts.Log.InfoContext(ctx, "request refused", "status", status, "path", c.Path(), "error", err)
	if c.Response().Committed {
		return
	}
	body, _ := json.Marshal(map[string]string{"message": message}) // strings can't fail
	if err := c.JSONBlob(status, body); err != nil {
		s.opts.Log.DebugContext(ctx, "answer not sent", "error", err)
	}
}
