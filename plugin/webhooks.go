package plugin

import (
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// maxWebhook bounds a webhook's body, in bytes. It has to be read whole before
// its sender is known.
const maxWebhook = 5 << 20

func (s *service) webhook(c echo.Context) error {
	verifier, ok := s.opts.Webhooks[c.Param("forge")]
	if !ok {
		return fail(http.StatusNotFound, "no such forge", nil)
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
