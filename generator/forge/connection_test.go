package forge_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// wire answers every request with an empty object, and remembers the last one.
type wire struct{ last *http.Request }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.last = r
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader("{}")),
	}, nil
}

// connect returns a connection to https://git.acme.dev with the token of the
// moment.
func connect(t *testing.T, token *string) (*wire, *forge.Connection) {
	t.Helper()
	w := &wire{}
	connection, err := forge.Connect(forge.Server{
		Base: &url.URL{Scheme: "https", Host: "git.acme.dev"},
		Credentials: forge.Token("Bearer", func() (string, error) {
			if *token == "" {
				return "", errors.New("no such file")
			}
			return *token, nil
		}),
	}, forge.Options{HTTP: w, MaxBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	return w, connection
}

func get(t *testing.T, c *forge.Connection, url string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Client.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func TestCredentialsGoToOneHost(t *testing.T) {
	t.Parallel()
	token := "canary"
	w, connection := connect(t, &token)
	for _, url := range []string{"https://evil.example/", "http://git.acme.dev/", "https://git.acme.dev:8443/"} {
		if err := get(t, connection, url); err == nil || w.last != nil {
			t.Errorf("%s: %v, and sent", url, err)
		}
	}
	if err := get(t, connection, "https://git.acme.dev/x"); err != nil || w.last.Header.Get("Authorization") != "Bearer canary" {
		t.Errorf("%v, %v", err, w.last)
	}
	token = ""
	if err := get(t, connection, "https://git.acme.dev/x"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("no token: %v", err)
	}
}

// Failures hold no credential in use, and none from before a rotation.
func TestFailuresHoldNoSecrets(t *testing.T) {
	t.Parallel()
	token := ""
	_, connection := connect(t, &token)
	for i := range 9 {
		token = fmt.Sprintf("canary-%d", i)
		for range 2 {
			if err := get(t, connection, "https://git.acme.dev/"); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := connection.Failure("list", fmt.Errorf("%w: canary-8\n and canary-7", generator.ErrIncomplete))
	if err.Error() != "list: incomplete list: (redacted) and (redacted)" || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("%q", err)
	}
	if long := connection.Failure("list", errors.New(strings.Repeat("é", 1000))).Error(); len(long) > 500 || !strings.HasSuffix(long, "é…") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
}
