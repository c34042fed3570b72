package plugin

import (
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// maxWebhook bounds the body of a webhook in bytes. The complete body must be read before
// its signature can be checked.
const maxWebhook = 5 << 20

// maxConcurrentWebhooks bounds how many webhooks are read at the same time. Anyone can
// send a webhook, and its body is in memory until its signature has been checked. If a
// valid webhook is refused, the change is found at the next poll.
const maxConcurrentWebhooks = 16

func (s *service) webhook(c echo.Context) error {
	verifier, ok := s.opts.Webhooks[c.Param("forge")]
	if !ok {
		return fail(http.StatusNotFound, "previewset supports no webhooks at this path", nil)
	}
	select {
	case s.webhookSlots <- struct{}{}:
		defer func() { <-s.webhookSlots }()
	default:
		c.Response().Header().Set(echo.HeaderConnection, "close") // otherwise net/http reads the body first
		return fail(http.StatusServiceUnavailable, "previewset is reading too many webhooks: send it again later", nil)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxWebhook))
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	event, relevant, err := verifier.Verify(c.Request().Header, body)
	if err != nil {
		return err
	}
	sets := 0
	if relevant {
		sets = s.opts.OnEvent(event)
	}
	s.opts.Log.InfoContext(c.Request().Context(), "received a webhook", "repository", event.FullName, "relevant", relevant, "sets", sets)
	return c.JSON(http.StatusAccepted, map[string]int{"sets": sets})
}
