package plugin

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/previewset/previewset/generator/forge"
)

// Options of the service.
type Options struct {
	Board *Board
	// Token returns the bearer token that callers must send. If it is "", every request
	// is refused.
	Token func() string
	// Webhooks verify the webhooks of forges, by the last segment of the path.
	Webhooks map[string]forge.Verifier
	// OnEvent is called for each verified event that is relevant. It starts the syncs
	// and returns the number of sets that the event concerns.
	OnEvent func(forge.Event) int
	// Metrics serves /metrics.
	Metrics http.Handler
	// OnAnswer is called for each request of getparams.execute, before the response is
	// sent. set is "" if the requested set is not configured.
	OnAnswer func(set string, status int, took time.Duration)
	Log      *slog.Logger
}

type service struct {
	opts         Options
	requests     requestCache
	webhookSlots chan struct{} // holds a value for each webhook that is being read
}

// New returns the service's handler.
func New(o Options) http.Handler {
	s := &service{opts: o, webhookSlots: make(chan struct{}, maxConcurrentWebhooks)}
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(s.recover)
	e.POST("/api/v1/getparams.execute", s.getParams, s.authorize)
	e.GET("/api/v1/sets/:set/previews", s.previews, s.authorize)
	e.POST("/webhooks/:forge", s.webhook)
	e.GET("/healthz", healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", echo.WrapHandler(o.Metrics))
	return e
}

// NewServer returns a server for handler with timeouts. The plugin client of Argo CD has
// a timeout of 30 s.
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// recover converts a panic to a status 500, so that one request can't end the process. It
// logs the value of the panic only if it is a runtime.Error. Other values can contain
// credentials.
func (s *service) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				cause, _ := r.(runtime.Error)
				s.opts.Log.ErrorContext(c.Request().Context(), "panic in a handler", "path", c.Path(),
					"type", fmt.Sprintf("%T", r), "error", cause, "stack", string(debug.Stack()))
				err = fail(http.StatusInternalServerError, "internal error, see previewset's log", nil)
			}
		}()
		return next(c)
	}
}

func healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

func (s *service) readyz(c echo.Context) error {
	if !s.opts.Board.Ready() {
		return fail(http.StatusServiceUnavailable, "not every set has been read yet", nil)
	}
	return c.String(http.StatusOK, "ok\n")
}
