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
	// Token returns the bearer token that callers must send. An empty one lets
	// nobody in.
	Token func() string
	// Webhooks verify what forges send, by the name in the path.
	Webhooks map[string]forge.Verifier
	// Changed is called for each event that was verified; it starts the syncs
	// and returns how many sets the event concerns.
	Changed func(forge.Event) int
	// Metrics serves /metrics.
	Metrics http.Handler
	// Answered is called after each answer. set is "" where the request named
	// none that there is.
	Answered func(set string, status int, took time.Duration)
	Log      *slog.Logger
}

type service struct {
	opts    Options
	memory  memory
	reading chan struct{} // holds one for each webhook that is being read
}

// New returns the service's handler.
func New(o Options) http.Handler {
	s := &service{opts: o, reading: make(chan struct{}, maxReading)}
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

// NewServer returns a server for handler with time-outs: the plugin client of
// Argo CD gives up after 30 s.
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

// recover turns a panic into a 500, so that one request can't end the process.
// Its value is logged only where the runtime made it: others can hold anything
// that was at hand, a credential too.
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
		return fail(http.StatusServiceUnavailable, "not every set was read yet", nil)
	}
	return c.String(http.StatusOK, "ok\n")
}
