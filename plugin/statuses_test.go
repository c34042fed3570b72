package plugin_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/plugin"
)

// refusing is a verifier that refuses every webhook for the same reason.
type refusing struct{ err error }

func (r refusing) MaxBody(http.Header) (int64, error) { return 1 << 20, nil }

func (r refusing) Verify(http.Header, []byte) (forge.Event, bool, error) {
	return forge.Event{}, false, r.err
}

// TestStatusesOfWebhooks tries each error of a verifier, and other errors.
func TestStatusesOfWebhooks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err    error
		status int
	}{
		{nil, http.StatusAccepted},
		{forge.ErrSignature, http.StatusUnauthorized},
		{forge.ErrMalformed, http.StatusBadRequest},
		{forge.ErrUnsupported, http.StatusBadRequest},
		{errors.New("canary"), http.StatusInternalServerError},
	} {
		errs := []error{tt.err}
		if tt.err != nil {
			errs = append(errs, fmt.Errorf("canary: %w", tt.err))
		}
		for _, err := range errs {
			handler := describe(t, plugin.New(plugin.Options{
				Board: plugin.NewBoard(time.Now), Token: func() string { return "t" }, Log: slog.New(slog.DiscardHandler),
				Webhooks: map[string]forge.Verifier{"github": refusing{err}}, Metrics: http.NotFoundHandler(),
			}))
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/webhooks/github", strings.NewReader("{}")))
			if got := w.Body.String(); w.Code != tt.status || strings.Contains(got, "canary") || strings.Contains(got, `{"message":"`) != (err != nil) {
				t.Errorf("%v: got %d %s, want %d", err, w.Code, got, tt.status)
			}
		}
	}
}
