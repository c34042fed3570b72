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

func (r refusing) Verify(http.Header, []byte) (forge.Event, bool, error) {
	return forge.Event{}, false, r.err
}

// TestStatusesOfWebhooks has each error of a verifier, and errors that none has.
func TestStatusesOfWebhooks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err     error
		status  int
		message string
	}{
		{nil, http.StatusAccepted, `{"sets":0}`},
		{forge.ErrSignature, http.StatusUnauthorized, `{"message":"the signature does not fit"}`},
		{forge.ErrMalformed, http.StatusBadRequest, `{"message":"not a webhook that previewset can read"}`},
		{forge.ErrUnsupported, http.StatusBadRequest, `{"message":"not a webhook that previewset can read"}`},
		{errors.New("canary"), http.StatusInternalServerError, `{"message":"internal error, see previewset's log"}`},
	} {
		errs := []error{tt.err}
		if tt.err != nil {
			errs = append(errs, fmt.Errorf("canary: %w", tt.err))
		}
		for _, err := range errs {
			handler := plugin.New(plugin.Options{
				Board: plugin.NewBoard(time.Now), Token: func() string { return "t" }, Log: slog.New(slog.DiscardHandler),
				Webhooks: map[string]forge.Verifier{"github": refusing{err}}, Metrics: http.NotFoundHandler(),
			})
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/webhooks/github", strings.NewReader("{}")))
			if got := strings.TrimSpace(w.Body.String()); w.Code != tt.status || got != tt.message {
				t.Errorf("%v: got %d %s, want %d %s", err, w.Code, got, tt.status, tt.message)
			}
		}
	}
}
