package plugin

import (
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// maxWebhook bounds a webhook's body, in bytes. All of it has to be read before its
// sender is known.
const maxWebhook = 5 << 20

// maxReading is how many webhooks are read at the same time: anybody can send
// one, and its body lies in memory until its sender is known. One that is
// refused costs no more than the wait for the next poll.
const maxReading = 16

func (s *service) webhook(c echo.Context) error {
	verifier, ok := s.opts.Webhooks[c.Param("forge")]
	if !ok {
		return fail(http.StatusNotFound, "no such forge", nil)
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	default:
		c.Response().Header().Set(echo.HeaderConnection, "close") // else net/http waits for the body first
		return fail(http.StatusServiceUnavailable, "too many webhooks at once", nil)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxWebhook))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	event, relevant, err := verifier.Verify(c.Request().Header, body)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	sets := 0
	if relevant {
		sets = s.opts.Changed(event)
	}
	s.opts.Log.InfoContext(c.Request().Context(), "webhook", "repository", event.FullName, "relevant", relevant, "sets", sets)
	return c.JSON(http.StatusAccepted, map[string]int{"sets": sets})
}
