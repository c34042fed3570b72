package plugin

import (
	"context"
	"fmt"
	"log/slog"
	"net"
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
	// ReadToken returns the bearer token that gives access only to the state. If it is "" or
	// ReadToken is nil, there is none.
	ReadToken func() string
	// Webhooks verify the webhooks of forges, by the last segment of the path.
	Webhooks map[string]forge.Verifier
	// OnEvent is called for each verified event that is relevant. It starts the syncs
	// and returns the number of sets that the event concerns.
	OnEvent func(forge.Event) int
	// Metrics serves /metrics.
	Metrics http.Handler
	// OnAnswer is called for each request of getparams.execute, before the response is
	// sent. set is "" if the requested set is not configured, and if the request is not
	// authorized.
	OnAnswer func(set string, status int, took time.Duration)
	Log      *slog.Logger
}

type service struct {
	opts        Options
	requests    requestCache
	refusals    refusals
	callers     *callers      // of requests that come from another server than that of NewServer
	streamSlots chan struct{} // holds a value for each stream of events
}

// New returns the service's handler.
func New(o Options) http.Handler {
	if o.ReadToken == nil {
		o.ReadToken = func() string { return "" }
	}
	s := &service{opts: o, callers: newCallers(func() {}), streamSlots: make(chan struct{}, maxStreams)}
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(s.knowCaller, s.logAccepted, s.recover)
	e.POST("/api/v1/getparams.execute", s.getParams)
	e.GET("/api/v1/previews", s.states, s.forState)
	e.GET("/api/v1/events", s.events, s.forState)
	e.GET("/api/v1/sets/:set/previews", s.previews, s.forState)
	e.POST("/webhooks/:forge", s.webhook)
	e.GET("/healthz", healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", s.metrics)
	return e
}

// maxHeader bounds the headers of a request, in bytes. It is more than Argo CD and forges send, and
// what most proxies accept.
const maxHeader = 16 << 10

// slopOfHeader is what net/http reads beyond MaxHeaderBytes before it refuses a request, in bytes.
const slopOfHeader = 4 << 10

// NewServer returns a server for handler with timeouts and bounded memory. The plugin client of
// Argo CD has a timeout of 30 s. Shutdown ends the contexts of all requests, so that streams end.
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	running, end := context.WithCancel(context.Background())
	conns := &connections{callers: newCallers(func() {
		log.Warn("too many callers keep connections or requests open: the slowest ones are ended", "bytes", maxCallerMemory)
	})}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader - slopOfHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return running },
		ConnContext:       conns.accepted,
		ConnState:         conns.changed,
	}
	//promise:streams-end-when-the-service-stops
	server.RegisterOnShutdown(end)
	return server
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

// metricsMemory is the memory of a request of metrics, in bytes.
const metricsMemory = 4 << 20

func (s *service) metrics(c echo.Context) error {
	caller := callerOf(c.Request().Context())
	if err := caller.reserve(metricsMemory); err != nil {
		return err
	}
	defer caller.release(metricsMemory)
	s.opts.Metrics.ServeHTTP(c.Response(), c.Request())
	return nil
}

func healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

func (s *service) readyz(c echo.Context) error {
	if !s.opts.Board.Ready() {
		return fail(http.StatusServiceUnavailable, "not every set has been read yet", nil)
	}
	return c.String(http.StatusOK, "ok\n")
}
