package service_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/secret"
	"github.com/previewset/previewset/internal/service"
)

// status returns the status of a request with a token.
func (h *harness) status(token string) int {
	h.t.Helper()
	status, _ := h.ask("shop", token)
	return status
}

// A changed token takes effect. A token that can't be used is reported once, and the old token
// stays valid.
func TestTokenFileThatChanges(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("shop", "br-cart")
	rotate := func(old, token string) {
		t.Helper()
		h.write("token", token+"\n")
		h.await("the rotated token", func() bool { return h.status(token) == http.StatusOK })
		if got := h.status(old); got != http.StatusUnauthorized {
			t.Errorf("old token: got %d, want %d", got, http.StatusUnauthorized)
		}
	}
	rotate(bearerToken, "second")
	refusals := func() int { return strings.Count(h.logText(), "the token can't be used: the old one stays in use") }
	current := "second"
	for n, broken := range []string{"", " \n", "$previewset:token\n", strings.Repeat("x", 64<<10+1)} {
		before := refusals()
		h.write("token", broken)
		h.await("a report", func() bool { return refusals() > before })
		h.awaitSyncs("shop", 3)
		if reports := refusals() - before; reports != 1 {
			t.Errorf("%.20q: got %d reports, want 1", broken, reports)
		}
		if got := h.status(current); got != http.StatusOK {
			t.Errorf("%.20q: got %d with the old token, want %d", broken, got, http.StatusOK)
		}
		for _, token := range []string{"", strings.TrimSpace(broken)} {
			want := http.StatusUnauthorized
			if len(token) > 16<<10 {
				want = http.StatusRequestHeaderFieldsTooLarge
			}
			if got := h.status(token); got != want {
				t.Errorf("%.20q: got %d with token %.20q, want %d", broken, got, token, want)
			}
		}
		next := fmt.Sprintf("good-%d", n)
		rotate(current, next) // ends the fault, so that the next one is reported
		current = next
	}
	if err := os.Remove(h.file("token")); err != nil {
		t.Fatal(err)
	}
	before := refusals()
	h.await("a report of the absent file", func() bool { return refusals() > before })
	if got := h.status(current); got != http.StatusOK {
		t.Errorf("absent file: got %d with the old token, want %d", got, http.StatusOK)
	}
	rotate(current, "third")
}

// The configuration can name another file.
func TestTokenOfChangedConfiguration(t *testing.T) {
	t.Parallel()
	h, app := newHarness(t), newApp(t, "cart")
	h.configure("1s", "sets:\n"+branchSet("shop", app.URL()))
	h.start()
	h.awaitIDs("shop", "br-cart")
	h.write("other", "of the other file\n")
	text, err := os.ReadFile(h.file("config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("config.yaml", strings.Replace(string(text), h.file("token"), h.file("other"), 1))
	h.await("the token of the other file", func() bool { return h.status("of the other file") == http.StatusOK })
	if got := h.status(bearerToken); got != http.StatusUnauthorized {
		t.Errorf("token of the old file: got %d, want %d", got, http.StatusUnauthorized)
	}
}

// run runs the service with a token until it listens, and returns the error or its URL.
func run(t *testing.T, given string, auth config.Auth, listen string) (string, error) {
	t.Helper()
	app := newApp(t, "cart")
	c, err := config.Parse("config.yaml", []byte("apiVersion: previewset.dev/v1alpha1\nkind: Config\nauth: {tokenEnv: X}\nsets:\n"+branchSet("shop", app.URL())))
	if err != nil {
		t.Fatal(err)
	}
	c.Auth, c.Poll = auth, config.Duration(time.Second)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	listening, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- service.Run(ctx, service.Options{
			Config: c, Token: given, Listen: listen, Listening: func(a net.Addr) { listening <- a }, Log: slog.New(slog.DiscardHandler),
		})
	}()
	t.Cleanup(cancel)
	select {
	case err := <-ended:
		return "", err
	case address := <-listening:
		t.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("got %v at the end, want none", err)
			}
		})
		return "http://" + address.String(), nil
	}
}

func TestRunRefusesUnusableToken(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.write("empty", "\n")
	h.write("dollar", "$previewset:token\n")
	h.write("large", strings.Repeat("x", 64<<10+1))
	for name, want := range map[string]error{"empty": secret.ErrEmpty, "absent": os.ErrNotExist, "dollar": nil, "large": nil} {
		_, err := run(t, "", config.Auth{TokenFile: h.file(name)}, "127.0.0.1:0")
		if err == nil || want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), h.file(name)) {
			t.Errorf("%s: got %v, want an error that names the file", name, err)
		}
	}
	if _, err := run(t, "", config.Auth{}, "127.0.0.1:0"); !errors.Is(err, secret.ErrEmpty) {
		t.Errorf("no token: got %v, want %v", err, secret.ErrEmpty)
	}
}

// A token that the caller gives has precedence over the configuration, and stays.
func TestGivenTokenStays(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	url, err := run(t, "given", config.Auth{TokenFile: h.file("token")}, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = url
	h.await("an answer", func() bool { return h.status("given") == http.StatusOK })
	h.awaitSyncs("shop", 3)
	if got := h.status(bearerToken); got != http.StatusUnauthorized {
		t.Errorf("token of the file: got %d, want %d", got, http.StatusUnauthorized)
	}
	if got := h.status("given"); got != http.StatusOK {
		t.Errorf("given token: got %d, want %d", got, http.StatusOK)
	}
}

func TestRunReportsAddressThatItCannotListenOn(t *testing.T) {
	t.Parallel()
	busy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	for _, address := range []string{busy.Addr().String(), "127.0.0.1", "127.0.0.1:nope", "127.0.0.1:99999"} {
		_, err := run(t, "given", config.Auth{}, address)
		if err == nil || strings.Count(err.Error(), fmt.Sprintf("%q", address)) != 1 {
			t.Errorf("%s: got %v, want an error with the address", address, err)
		}
	}
}
