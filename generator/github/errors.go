package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
)

// maxErrorText bounds what an error says, in bytes: part of it can come from
// the server.
const maxErrorText = 500

// failure is an error whose text has no credentials in it.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// fail returns err as one of the errors of package generator where it is one,
// with the repository and what was tried.
func (s *Source) fail(doing string, err error) error {
	cause := classify(err)
	text := fmt.Sprintf("github %s: %s: %v", s.fullName(), doing, cause)
	return &failure{text: s.secrets.redact(text), cause: cause}
}

// incomplete returns the error of a list that can't be vouched for.
func incomplete(format string, values ...any) error {
	return fmt.Errorf("%w: %s", generator.ErrIncomplete, fmt.Sprintf(format, values...))
}

func classify(err error) error {
	if known(err) {
		return plain(err)
	}
	var (
		primary     *gogithub.RateLimitError
		secondary   *gogithub.AbuseRateLimitError
		secondFact  *gogithub.TwoFactorAuthError
		response    *gogithub.ErrorResponse
		app         *ghinstallation.HTTPError
		syntax      *json.SyntaxError
		typeOfField *json.UnmarshalTypeError
		moment      *time.ParseError
	)
	switch {
	case errors.As(err, &primary):
		return &RateLimitError{Until: primary.Rate.Reset.Time}
	case errors.As(err, &secondary):
		return &RateLimitError{Until: time.Now().Add(secondary.GetRetryAfter())}
	case errors.As(err, &secondFact):
		return fmt.Errorf("%w: a second factor is wanted", generator.ErrUnauthorized)
	case errors.As(err, &response):
		return ofStatus(response.Response.StatusCode, response.Message)
	case errors.As(err, &app) && app.Response != nil:
		return ofInstallation(app)
	case errors.As(err, &syntax), errors.As(err, &typeOfField), errors.As(err, &moment):
		return fmt.Errorf("%w: the answer is not of the right form: %w", generator.ErrIncomplete, err)
	}
	return plain(err)
}

// known reports whether err tells what it is itself.
func known(err error) bool {
	for _, target := range []error{
		generator.ErrIncomplete, generator.ErrNotFound, generator.ErrRateLimited, generator.ErrUnauthorized,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// plain takes the URL off that net/http puts before its errors: it says no more
// than what was tried, and a redirect's can be the server's choice.
func plain(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}

func ofStatus(status int, message string) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: status %d: %s", generator.ErrUnauthorized, status, message)
	case http.StatusNotFound:
		return fmt.Errorf("%w: status %d: %s", generator.ErrNotFound, status, message)
	}
	return fmt.Errorf("status %d: %s", status, message)
}

// ofInstallation returns what the refusal of an access token means: a wrong
// key, a suspended App, or an installation that is gone.
func ofInstallation(e *ghinstallation.HTTPError) error {
	status := e.Response.StatusCode
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return fmt.Errorf("%w: status %d for a token of the App's installation %d", generator.ErrUnauthorized, status, e.InstallationID)
	}
	return fmt.Errorf("status %d for a token of the App's installation %d", status, e.InstallationID)
}
