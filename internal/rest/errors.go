package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/redact"
)

// failure is an error whose text has no credentials in it.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// Failure returns cause with doing before it, cleaned of the secrets by
// redact.Text: a part of the text can come from the server.
func (s *Secrets) Failure(doing string, cause error) error {
	return &failure{text: redact.Text(fmt.Sprintf("%s: %v", doing, cause), s.all()...), cause: cause}
}

// ErrAbsent is a generator.ErrNotFound in the words of the forge. A 404 without
// any may come from what stands before it, which can refuse a path that the forge
// would have answered.
var ErrAbsent = fmt.Errorf("%w", generator.ErrNotFound)

// Incomplete returns the error of an answer that can't be vouched for.
func Incomplete(format string, values ...any) error {
	return fmt.Errorf("%w: %s", generator.ErrIncomplete, fmt.Sprintf(format, values...))
}

// Refused returns what a status of 400 or more means. message is the forge's
// word on it; "" is that it said none.
func Refused(status int, message string) error {
	said := message != ""
	if !said {
		message = http.StatusText(status)
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fmt.Errorf("%w: status %d: %s", generator.ErrUnauthorized, status, message)
	case status == http.StatusNotFound && said:
		return fmt.Errorf("%w: status %d: %s", ErrAbsent, status, message)
	case status == http.StatusNotFound:
		return fmt.Errorf("%w: status %d: %s", generator.ErrNotFound, status, message)
	}
	return fmt.Errorf("status %d: %s", status, message)
}

// Cause returns err as the client of an API gave it, without what net/http puts
// before its errors: the URL says no more than what was tried, and a redirect's
// can be the server's choice. An answer of the wrong form is
// generator.ErrIncomplete.
func Cause(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	var (
		syntax      *json.SyntaxError
		typeOfField *json.UnmarshalTypeError
		moment      *time.ParseError
	)
	if errors.As(err, &syntax) || errors.As(err, &typeOfField) || errors.As(err, &moment) {
		return fmt.Errorf("%w: the answer is not of the right form: %w", generator.ErrIncomplete, err)
	}
	return err
}
