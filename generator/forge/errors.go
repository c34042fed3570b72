package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Failure returns err with what was tried before it, as one line without the
// credentials in use (redact.Text). It wraps err, or what an error of net/http was
// about.
func (c *Connection) Failure(doing string, err error) error {
	err = cause(err)
	return &failure{text: redact.Text(fmt.Sprintf("%s: %v", doing, err), c.secrets.all()...), cause: err}
}

// ErrAbsent is a generator.ErrNotFound with the forge's own message. A 404 without a
// message may come from a proxy before the forge, which can refuse a path that the
// forge would have answered.
var ErrAbsent = fmt.Errorf("%w", generator.ErrNotFound)

// Incomplete returns the error of an answer that can't be trusted to be complete.
func Incomplete(format string, values ...any) error {
	return fmt.Errorf("%w: %s", generator.ErrIncomplete, fmt.Sprintf(format, values...))
}

// Refused returns the error of a status of 400 or more. message is the forge's
// own; "" is none.
func Refused(status int, message string) error {
	absent := generator.ErrNotFound
	if message == "" {
		message = http.StatusText(status)
	} else {
		absent = ErrAbsent
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: status %d: %s", generator.ErrUnauthorized, status, message)
	case http.StatusNotFound:
		return fmt.Errorf("%w: status %d: %s", absent, status, message)
	}
	return fmt.Errorf("status %d: %s", status, message)
}

// RefusedJSON is Refused for a body such as {"message": "not found"}.
func RefusedJSON(status int, body []byte) error {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		said.Message = ""
	}
	return Refused(status, said.Message)
}

// refusals makes errors of answers of 400 and more. Clients of forges make texts
// of such answers that lack the status and may have all of the body.
type refusals struct {
	next    http.RoundTripper
	refused func(status int, body []byte) error
}

func (t refusals) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil || resp.StatusCode < http.StatusBadRequest {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body) // in memory, and bounded
	if err != nil {
		return nil, err
	}
	return nil, t.refused(resp.StatusCode, body)
}

// cause returns err as the client of an API gave it, without the text that
// net/http puts before its errors: the URL says no more than what was tried, and a
// redirect's can be the server's choice. An answer of the wrong form is
// generator.ErrIncomplete.
func cause(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	if errors.Is(err, generator.ErrIncomplete) {
		return err
	}
	var (
		syntax      *json.SyntaxError
		typeOfField *json.UnmarshalTypeError
		moment      *time.ParseError
	)
	if errors.As(err, &syntax) || errors.As(err, &typeOfField) || errors.As(err, &moment) {
		return wrongForm(err)
	}
	return err
}

// wrongForm returns the error of an answer that could not be decoded.
func wrongForm(err error) error {
	return fmt.Errorf("%w: the answer is not of the right form: %w", generator.ErrIncomplete, err)
}
