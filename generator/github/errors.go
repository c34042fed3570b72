package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// fail returns err as one of the errors of package generator where it is one,
// with the repository and what was tried.
func (s *Source) fail(doing string, err error) error {
	return s.secrets.Failure(fmt.Sprintf("github %s: %s", s.fullName(), doing), classify(err))
}

func classify(err error) error {
	if known(err) {
		return rest.Cause(err)
	}
	var (
		primary    *gogithub.RateLimitError
		secondary  *gogithub.AbuseRateLimitError
		secondFact *gogithub.TwoFactorAuthError
		response   *gogithub.ErrorResponse
		app        *ghinstallation.HTTPError
	)
	switch {
	case errors.As(err, &primary):
		return &rest.RateLimitError{Until: primary.Rate.Reset.Time}
	case errors.As(err, &secondary):
		return &rest.RateLimitError{Until: time.Now().Add(secondary.GetRetryAfter())}
	case errors.As(err, &secondFact):
		return fmt.Errorf("%w: a second factor is wanted", generator.ErrUnauthorized)
	case errors.As(err, &response):
		return rest.Refused(response.Response.StatusCode, response.Message)
	case errors.As(err, &app) && app.Response != nil:
		return ofInstallation(app)
	}
	return rest.Cause(err)
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
