package plugin

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// maxStreams bounds the number of streams of events at the same time.
const maxStreams = 100

// heartbeat is the time between two comments in a stream without events. Proxies and
// clients use heartbeats to detect a lost connection.
const heartbeat = 15 * time.Second

// events writes server-sent events (HTML Living Standard, section 9.2) until the client or
// the service ends the request.
func (s *service) events(c echo.Context) error {
	select {
	case s.streamSlots <- struct{}{}:
		defer func() { <-s.streamSlots }()
	default:
		return fail(http.StatusServiceUnavailable, "too many streams are open: try again later", nil)
	}
	err := s.stream(c)
	if err != nil && c.Response().Committed {
		s.opts.Log.DebugContext(c.Request().Context(), "a stream of events ended", "error", err)
		return nil
	}
	return err
}

func (s *service) stream(c echo.Context) error {
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	sets, changed := s.opts.Board.view()
	if sets, err = selectSets(sets, query.values("set")); err != nil {
		return err
	}
	ctx := c.Request().Context()
	st := &stream{names: query.values("set"), done: ctx.Done(), response: c.Response(), control: http.NewResponseController(c.Response())}
	defer st.interruptAfter(ctx)()
	if err := st.start(sets); err != nil {
		return err
	}
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-ticker.C:
			if err := st.write(": heartbeat\n\n"); err != nil {
				return err
			}
		}
		// The token may have been rotated.
		if err := s.authorize(c, true); err != nil {
			return err
		}
		sets, changed = s.opts.Board.view()
		if err := st.update(sets); err != nil {
			return err
		}
	}
}
