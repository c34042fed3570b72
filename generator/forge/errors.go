package forge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
	"github.com/previewset/previewset/internal/redact"
)

// failure is an error whose text contains no credentials.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// Failure prefixes err with the operation that failed. The text is one line without the
// credentials in use (redact.Text). The result wraps err, or the cause of an error of
// net/http.
func (c *Connection) Failure(operation string, err error) error {
	err = network.Explain(cause(err))
	return &failure{text: redact.Text(fmt.Sprintf("%s: %v", operation, err), c.secrets.all()...), cause: err}
}

// ErrAbsent is a generator.ErrNotFound with a message of the forge. A status 404 without
// a message may come from a proxy in front of the forge, which can refuse a path that
// exists on the forge.
var ErrAbsent = fmt.Errorf("%w", generator.ErrNotFound)

// Incomplete returns a generator.ErrIncomplete with a reason.
func Incomplete(format string, values ...any) error {
	return fmt.Errorf("%w: %s", generator.ErrIncomplete, fmt.Sprintf(format, values...))
}

// Refused returns the error for a status of 400 or more. message is the message of the
// forge, or "".
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
	return fmt.Errorf("%w: %s", network.Status(status), message)
}

// RefusedJSON is Refused for a body such as {"message": "not found"}.
func RefusedJSON(status int, body []byte) error {
	var answer struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &answer) != nil {
		answer.Message = ""
	}
	return Refused(status, answer.Message)
}

// statusErrors converts responses with a status of 400 or more to errors. The errors of
// forges' client libraries lack the status and may contain the complete body.
type statusErrors struct {
	next    http.RoundTripper
	refused func(status int, body []byte) error
}

func (t statusErrors) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil || resp.StatusCode < http.StatusBadRequest {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body) // bodyGuard has read and bounded it
	if err != nil {
		return nil, err
	}
	return nil, t.refused(resp.StatusCode, body)
}

// cause returns err without the prefix of net/http. The prefix contains the URL, which
// repeats the operation, and which the server chooses if it redirects. An answer that
// cannot be decoded is generator.ErrIncomplete.
func cause(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	if err != nil && strings.Contains(err.Error(), "timeout awaiting response headers") {
		return network.TimeoutError{After: headerTimeout}
	}
	if errors.Is(err, generator.ErrIncomplete) {
		return err
	}
	var (
		syntax      *json.SyntaxError
		typeOfField *json.UnmarshalTypeError
		badTime     *time.ParseError
	)
	if errors.As(err, &syntax) || errors.As(err, &typeOfField) || errors.As(err, &badTime) {
		const text = "the answer cannot be decoded" // the text of err may quote the answer
		return &failure{text: Incomplete(text).Error(), cause: errors.Join(generator.ErrIncomplete, err)}
	}
	return err
}
