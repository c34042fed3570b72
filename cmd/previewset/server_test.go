package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/plugin"
)

// Each answer that is not that of previewset has a message with a remedy. No message has the
// token.
func TestServerErrorsHaveRemedies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"wrong token":     {answerWith(401, "application/json", `{"message":"the bearer token is missing or wrong"}`), "status 401: the bearer token is missing or wrong: use the token of auth.readTokenFile in the configuration of the service"},
		"forbidden":       {answerWith(403, "application/json", `{"message":"it opens only states"}`), "status 403: it opens only states: use the token of auth.readTokenFile"},
		"older version":   {answerWith(404, "application/json", `{"message":"Not Found"}`), "or its version is older than this command"},
		"page of a proxy": {answerWith(200, "text/html; charset=utf-8", "<html>Log in</html>"), `the answer is "text/html", not JSON: the URL is not that of previewset, or a login page is in front of it`},
		"other JSON":      {answerWith(200, "application/json", `{"hello":"world"}`), "the answer does not have the states of sets"},
		"JSON that ends":  {answerWith(200, "application/json", `{"sets":[{`), "the answer does not have the states of sets"},
		"error of proxy":  {answerWith(502, "text/html", "<h1>Bad gateway</h1>"), "status 502: the answer is not from previewset"},
		"error":           {answerWith(500, "application/json", message(t, "your token "+pluginToken+" \x1b[31m")), "status 500: your token (redacted)"},
		"TLS only":        {answerWith(400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n"), "status 400: use https://"},
		"redirect":        {answerWith(302, "text/html", "", "Location", "https://login.test/?next=x"), "it redirects to https://login.test, which does not get the token"},
		"redirects":       {answerWith(302, "text/html", "", "Location", "/api/v1/previews"), "too many redirects"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.handler)
			defer server.Close()
			for _, args := range [][]string{{"list"}, {"explain", "42"}} {
				status, stdout, stderr := ask(t, server.URL, args...)
				if status != statusFailed || stdout != "" || !strings.Contains(stderr, test.want) || !strings.Contains(stderr, server.URL) || strings.Contains(stderr, pluginToken) {
					t.Errorf("%v: got %d %s%s, want %s", args, status, stdout, stderr, test.want)
				}
			}
		})
	}
}

// message returns the body of an error.
func message(t *testing.T, text string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"message": text})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestUnreachableServersHaveRemedies(t *testing.T) {
	t.Parallel()
	refused, plain := httptest.NewServer(nil), httptest.NewServer(http.NotFoundHandler())
	refused.Close()
	defer plain.Close()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer encrypted.Close()
	for url, want := range map[string]string{
		refused.URL:   "the connection is refused: check the host and the port",
		encrypted.URL: "or name the file of its authority with $SSL_CERT_FILE",
		strings.Replace(plain.URL, "http:", "https:", 1): "use http:// if the service has no TLS",
	} {
		if status, _, stderr := ask(t, url, "list"); status != statusFailed || !strings.Contains(stderr, want) {
			t.Errorf("%s: got %d %s, want %s", url, status, stderr, want)
		}
	}
	if status, _, stderr := ask(t, plain.URL, "list", "--token-file", "/does/not/exist"); status != statusFailed {
		t.Errorf("got %d %s, want a failure", status, stderr)
	}
}

// A token is sent only to the host that the user names.
func TestTokenStaysAtItsHost(t *testing.T) {
	t.Parallel()
	var tokens atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			tokens.Add(1)
		}
	}))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL+"/api/v1/previews", http.StatusTemporaryRedirect))
	defer server.Close()
	if status, _, stderr := ask(t, server.URL, "list"); status != statusFailed || !strings.Contains(stderr, "it redirects to "+other.URL) || tokens.Load() > 0 {
		t.Errorf("got %d %s and %d tokens at the other host, want none", status, stderr, tokens.Load())
	}
}

func TestServerBelowPath(t *testing.T) {
	t.Parallel()
	inner := statesServer(t, shopStates(time.Now()))
	outer := httptest.NewServer(http.StripPrefix("/preview", inner.Config.Handler))
	defer outer.Close()
	if status, got, stderr := ask(t, outer.URL+"/preview/", "list", "--set", "shop"); status != statusDone {
		t.Errorf("got %d %s%s, want the states", status, got, stderr)
	}
}

func TestTokenFromEnvironment(t *testing.T) {
	t.Setenv(tokenVariable, pluginToken)
	server := statesServer(t, plugin.StatesView{Sets: []plugin.SetView{{Set: "shop"}}})
	var out strings.Builder
	if status := Run(t.Context(), []string{"list", "--server", server.URL}, &out, &out); status != statusDone || out.String() != "no changes\n" {
		t.Errorf("got %d %s, want no changes", status, out.String())
	}
	t.Setenv(tokenVariable, pluginToken+"\nother")
	want := "token: environment variable PREVIEWSET_TOKEN has several lines or control characters: it must have only the token\n"
	if status := Run(t.Context(), []string{"list", "--server", server.URL}, &out, &out); status != statusFailed || !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %d %s, want %s", status, out.String(), want)
	}
	t.Setenv(tokenVariable, "")
	want = "token: empty secret: environment variable PREVIEWSET_TOKEN is not set: name a file with --token-file, or set $PREVIEWSET_TOKEN"
	if status := Run(t.Context(), []string{"list", "--server", server.URL}, &out, &out); status != statusFailed || !strings.Contains(out.String(), want) {
		t.Errorf("got %d %s, want %s", status, out.String(), want)
	}
}
