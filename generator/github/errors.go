package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
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
		return refused(response)
	}
	return err
}

// refused returns the error for a status of 400 or more. GitHub has no status of its own for
// a locked conversation, an archived repository and a missing commit: the message tells.
func refused(r *gogithub.ErrorResponse) error {
	status, message := r.Response.StatusCode, r.Message
	switch {
	case status == http.StatusForbidden && strings.Contains(message, "archived"):
		return forge.ErrArchived
	case status == http.StatusForbidden && strings.Contains(message, "issue is locked"):
		return forge.ErrConversationLocked
	case status == http.StatusUnprocessableEntity && (strings.HasPrefix(message, "No commit found") || strings.HasPrefix(message, "No ref found")):
		return fmt.Errorf("%w: status %d: %s", generator.ErrNotFound, status, message)
	}
	for _, e := range r.Errors {
		if e.Message != "" {
			message += ": " + e.Message
		}
	}
	return forge.Refused(status, message)
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
