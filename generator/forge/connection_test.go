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

// recorder answers every request with an empty object and records the last request.
type recorder struct{ last *http.Request }

func (t *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	t.last = r
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader("{}")),
	}, nil
}

// connect returns a connection to https://git.acme.dev that uses the current value of
// token.
func connect(t *testing.T, token *string) (*recorder, *forge.Connection) {
	t.Helper()
	transport := &recorder{}
	connection, err := forge.Connect(forge.Server{
		Base: &url.URL{Scheme: "https", Host: "git.acme.dev"},
		Credentials: forge.Token("Bearer", func() (string, error) {
			if *token == "" {
				return "", errors.New("no such file")
			}
			return *token, nil
		}),
	}, forge.Options{HTTP: transport, MaxBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	return transport, connection
}

func get(t *testing.T, c *forge.Connection, url string) error {
	t.Helper()
	return send(t, c, http.MethodGet, url)
}

// send returns the error of a request.
func send(t *testing.T, c *forge.Connection, method, url string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Client.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func TestCredentialsAreSentToOneHost(t *testing.T) {
	t.Parallel()
	token := "canary"
	transport, connection := connect(t, &token)
	for _, url := range []string{"https://evil.example/", "http://git.acme.dev/", "https://git.acme.dev:8443/"} {
		if err := get(t, connection, url); err == nil || transport.last != nil {
			t.Errorf("%s: got error %v and request %v, want an error and no request", url, err, transport.last)
		}
	}
	if err := get(t, connection, "https://git.acme.dev/x"); err != nil || transport.last.Header.Get("Authorization") != "Bearer canary" {
		t.Errorf("got error %v and request %v, want a request with the token", err, transport.last)
	}
	token = ""
	if err := get(t, connection, "https://git.acme.dev/x"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("no token: got %v, want the error of the token", err)
	}
}

// A failure contains no credential in use and no credential from before a rotation.
func TestFailuresRedactSecrets(t *testing.T) {
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
	if want := "list: incomplete list: (redacted) and (redacted)"; err.Error() != want || !errors.Is(err, generator.ErrIncomplete) {
		t.Errorf("got %q, want %q", err, want)
	}
	if long := connection.Failure("list", errors.New(strings.Repeat("é", 1000))).Error(); len(long) > 500 || !strings.HasSuffix(long, "é…") {
		t.Errorf("got %d bytes: %s, want at most 500 that end with …", len(long), long)
	}
}
