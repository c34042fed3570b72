package plugin

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

func (s *service) webhook(c echo.Context) error {
	verifier, ok := s.opts.Webhooks[c.Param("forge")]
	if !ok {
		return fail(http.StatusNotFound, "previewset supports no webhooks at this path", nil)
	}
	header := c.Request().Header
	maxBody, err := verifier.MaxBody(header)
	if err != nil {
		c.Response().Header().Set(echo.HeaderConnection, "close") // otherwise net/http reads the body first
		return err
	}
	body, release, err := readBody(c, maxBody)
	if err != nil {
		return err
	}
	defer release()
	event, relevant, err := verifier.Verify(header, body)
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
