package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/previewset/previewset/internal/limit"
	"github.com/previewset/previewset/internal/redact"
	"github.com/previewset/previewset/plugin"
)

const (
	// serverTimeout bounds the duration of a request to a service.
	serverTimeout = time.Minute
	// maxServerError bounds the part of an error that is read, in bytes.
	maxServerError = 64 << 10
)

// askServer requests the states of all sets.
func askServer(ctx context.Context, base *url.URL, token string) (all plugin.StatesView, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath("api/v1/previews").String(), nil)
	if err != nil {
		return all, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "application/json")
	client := &http.Client{Timeout: serverTimeout, CheckRedirect: keepToken}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return all, connectionError(err, token)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return all, answerError(response, token)
	}
	if err := requireJSON(response); err != nil {
		return all, err
	}
	body, err := limit.ReadAll(response.Body, plugin.MaxStates)
	if err != nil {
		return all, fmt.Errorf("read the answer: %w", connectionError(err, token))
	}
	if err := json.Unmarshal(body, &all); err != nil || all.Sets == nil {
		return all, errors.New("the answer does not have the states of sets: the URL is not that of previewset, or its version does not match")
	}
	return all, nil
}

// keepToken follows only redirects within a host: others would send the token to somebody
// else. A redirect from http to https is such a redirect.
func keepToken(next *http.Request, before []*http.Request) error {
	first := before[0].URL
	same := next.URL.Host == first.Host && next.URL.Scheme == first.Scheme ||
		next.URL.Hostname() == first.Hostname() && first.Scheme == "http" && next.URL.Scheme == "https"
	//promise:tokens-stay-at-their-host
	if !same {
		return &redirectError{to: next.URL.Scheme + "://" + next.URL.Host}
	}
	if len(before) >= 5 {
		return errors.New("too many redirects: check the URL")
	}
	return nil
}

// redirectError means that a service redirects to another host.
type redirectError struct{ to string }

func (e *redirectError) Error() string {
	return fmt.Sprintf("it redirects to %s, which does not get the token: if previewset is there, use this URL with --server; if that is a login page, use a URL without a login", printable(e.to))
}

// requireJSON returns an error if an answer is no JSON, such as the page of a proxy.
func requireJSON(r *http.Response) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		return fmt.Errorf("the answer is %q, not JSON: the URL is not that of previewset, or a login page is in front of it", printable(cut(kind, 40)))
	}
	return nil
}

// answerError returns the error for an answer whose status is not 200.
func answerError(r *http.Response, token string) error {
	switch r.StatusCode {
	case http.StatusUnauthorized:
		return fmt.Errorf("status 401%s: use the token of auth.readTokenFile in the configuration of the service", detail(r, token))
	case http.StatusForbidden:
		return fmt.Errorf("status 403%s: use the token of auth.readTokenFile in the configuration of the service", detail(r, token))
	case http.StatusNotFound:
		return errors.New("status 404: it has no /api/v1/previews: the URL is not that of previewset, or its version is older than this command")
	}
	return fmt.Errorf("status %d%s", r.StatusCode, detail(r, token))
}

// detail returns the message of an error of previewset, or of another server.
func detail(r *http.Response, token string) string {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxServerError))
	var answer struct {
		Message string `json:"message"`
	}
	switch {
	case strings.Contains(string(body), "HTTP request to an HTTPS server"):
		return ": use https://"
	case requireJSON(r) != nil || json.Unmarshal(body, &answer) != nil || answer.Message == "":
		return ": the answer is not from previewset: check the URL and the proxy in front of it"
	}
	return ": " + redact.Text(answer.Message, token)
}

// connectionError adds a remedy to the error of a request.
func connectionError(err error, token string) error {
	var redirect *redirectError
	var failed *url.Error
	if errors.As(err, &redirect) {
		return redirect
	}
	if errors.As(err, &failed) {
		err = failed.Err
	}
	text := redact.Text(err.Error(), token)
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("the connection is refused: check the host and the port, and that the service runs; in a cluster, forward its port with kubectl port-forward")
	case errors.As(err, &name):
		return fmt.Errorf("%s: check the host", text)
	case errors.As(err, &certificate):
		return fmt.Errorf("%s: use the host of the certificate, or name the file of its authority with $SSL_CERT_FILE", text)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s: use http:// if the service has no TLS", text)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no answer: %s: check the host and the network", text)
	}
	return errors.New(text)
}
