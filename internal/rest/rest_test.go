package rest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// wire answers every request with an empty object, and remembers the last.
type wire struct{ last *http.Request }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.last = r
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader("{}")),
	}, nil
}

// api returns a transport to https://git.acme.dev with the token of the moment.
func api(token *string) (*wire, *rest.Secrets, http.RoundTripper) {
	w, secrets := &wire{}, &rest.Secrets{}
	base := &url.URL{Scheme: "https", Host: "git.acme.dev"}
	t := rest.New(rest.Options{Base: base, HTTP: w, MaxBytes: 100, Secrets: secrets})
	return w, secrets, rest.WithToken(t, "Bearer", func() (string, error) {
		if *token == "" {
			return "", errors.New("no such file")
		}
		return *token, nil
	})
}

func get(t *testing.T, transport http.RoundTripper, url string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func TestCredentialsGoToOneHost(t *testing.T) {
	token := "canary"
	w, _, transport := api(&token)
	for _, url := range []string{"https://evil.example/", "http://git.acme.dev/", "https://git.acme.dev:8443/"} {
		if err := get(t, transport, url); err == nil || w.last != nil {
			t.Errorf("%s: %v, and sent", url, err)
		}
	}
	if err := get(t, transport, "https://git.acme.dev/x"); err != nil || w.last.Header.Get("Authorization") != "Bearer canary" {
		t.Errorf("%v, %v", err, w.last)
	}
	token = ""
	if err := get(t, transport, "https://git.acme.dev/x"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("no token: %v", err)
	}
}

// TestFailuresHoldNoSecrets: those in use, and those from before a rotation.
func TestFailuresHoldNoSecrets(t *testing.T) {
	token := ""
	_, secrets, transport := api(&token)
	for i := range 9 {
		token = fmt.Sprintf("canary-%d", i)
		for range 2 {
			if err := get(t, transport, "https://git.acme.dev/"); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := secrets.Failure("list", fmt.Errorf("%w: canary-8\n and canary-7", generator.ErrIncomplete))
	if err.Error() != "list: incomplete list: (redacted) and (redacted)" || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("%q", err)
	}
	if long := secrets.Failure("list", errors.New(strings.Repeat("é", 1000))).Error(); len(long) > 500 || !strings.HasSuffix(long, "é…") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
}
