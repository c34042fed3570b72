package github

import (
	"context"
	"errors"
	"fmt"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// classify converts errors of go-github to those of packages forge and generator.
func classify(err error) error {
	if isClassified(err) {
		return err
	}
	var (
		primary      *gogithub.RateLimitError
		secondary    *gogithub.AbuseRateLimitError
		secondFactor *gogithub.TwoFactorAuthError
		response     *gogithub.ErrorResponse
	)
	switch {
	case errors.As(err, &primary):
		return &forge.RateLimitError{Until: primary.Rate.Reset.Time}
	case errors.As(err, &secondary):
		return &forge.RateLimitError{Until: time.Now().Add(secondary.GetRetryAfter())}
	case errors.As(err, &secondFactor):
		return fmt.Errorf("%w: GitHub requires a second factor", generator.ErrUnauthorized)
	case errors.As(err, &response):
		return forge.Refused(response.Response.StatusCode, response.Message)
	}
	return err
}

// isClassified reports whether callers can already identify err with errors.Is.
func isClassified(err error) bool {
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
