package forge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/test/literals"
)

// kinds are the errors that callers distinguish.
var kinds = []error{generator.ErrUnauthorized, generator.ErrNotFound, generator.ErrIncomplete, generator.ErrRateLimited}

// kindsOf returns those of kinds that err is.
func kindsOf(err error) (found []error) {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			found = append(found, kind)
		}
	}
	return found
}

func TestStatusesOfRefusals(t *testing.T) {
	t.Parallel()
	want := map[int][]error{
		http.StatusUnauthorized: {generator.ErrUnauthorized}, http.StatusForbidden: {generator.ErrUnauthorized}, http.StatusNotFound: {generator.ErrNotFound},
	}
	for status := 400; status < 600; status++ {
		err := forge.Refused(status, "words of the forge")
		if !slices.Equal(kindsOf(err), want[status]) || !strings.Contains(err.Error(), fmt.Sprintf("status %d: words of the forge", status)) {
			t.Errorf("%d: got %v, want %v", status, err, want[status])
		}
		if errors.Is(err, forge.ErrAbsent) != (status == http.StatusNotFound) {
			t.Errorf("%d: got ErrAbsent: %v", status, err)
		}
		silent := forge.Refused(status, "")
		if !slices.Equal(kindsOf(silent), want[status]) || errors.Is(silent, forge.ErrAbsent) || !strings.Contains(silent.Error(), http.StatusText(status)) {
			t.Errorf("%d, without a message: got %v", status, silent)
		}
		for body, message := range map[string]string{
			`{"message": "words"}`: "words", `{"message": 1}`: "", `{}`: "", `[]`: "", `words`: "", ``: "", `{"error": "x"}`: "",
		} {
			if got, want := forge.RefusedJSON(status, []byte(body)), forge.Refused(status, message); got.Error() != want.Error() || errors.Is(got, forge.ErrAbsent) != errors.Is(want, forge.ErrAbsent) {
				t.Errorf("%d %s: got %v, want %v", status, body, got, want)
			}
		}
	}
}

// canned answers every request in the same way.
type canned struct {
	status int
	header http.Header
	body   string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Request: r, Header: c.header, Body: io.NopCloser(strings.NewReader(c.body))}, nil
}

// answered returns the error of a request that is answered with c.
func answered(t *testing.T, c canned, method string) error {
	t.Helper()
	connection, err := forge.Connect(forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}, forge.Options{HTTP: c})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "https://git.acme.dev/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := connection.Client.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// TestContentTypesOfAnswers tries every word of the source code as a content type,
// and others.
func TestContentTypesOfAnswers(t *testing.T) {
	t.Parallel()
	fine := []string{
		"application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.github+json", "application/problem+json; x=y", "text/x+json", "+json",
	}
	others := []string{"", "text/html", "text/plain", "text/json", "application/jsonx", "application/x-www-form-urlencoded", "application/xml", "json", ";", "application/octet-stream", "application/json-seq"}
	for _, media := range slices.Concat(fine, others, literals.Words(t, ".")) {
		err := answered(t, canned{http.StatusOK, http.Header{"Content-Type": {media}}, "{}"}, http.MethodGet)
		if slices.Contains(fine, media) != (err == nil) || err != nil && !slices.Equal(kindsOf(err), []error{generator.ErrIncomplete}) {
			t.Errorf("%q: got %v", media, err)
		}
	}
}

func TestStatusesOfAnswers(t *testing.T) {
	t.Parallel()
	asJSON := http.Header{"Content-Type": {"application/json"}}
	for status := 200; status < 300; status++ {
		err := answered(t, canned{status, asJSON, "{}"}, http.MethodGet)
		if (err == nil) != (status == http.StatusOK) || err != nil && !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("GET: %d: got %v", status, err)
		}
		if err := answered(t, canned{status, asJSON, "{}"}, http.MethodPost); err != nil {
			t.Errorf("POST: %d: got %v", status, err)
		}
	}
	for body, wanted := range map[string]struct{ get, post bool }{
		"{}": {true, true}, "\n{}": {true, true}, "[]": {true, false}, "null": {true, false}, "1": {true, false}, "": {}, "{": {}, "{}{}": {}, "{}x": {},
	} {
		if err := answered(t, canned{http.StatusOK, asJSON, body}, http.MethodGet); (err == nil) != wanted.get {
			t.Errorf("GET: %q: got %v", body, err)
		}
		if err := answered(t, canned{http.StatusOK, asJSON, body}, http.MethodPost); (err == nil) != wanted.post {
			t.Errorf("POST: %q: got %v", body, err)
		}
	}
}

// TestStatusesOfLimits checks the rules of HTTP (RFC 9110, 10.2.3; RFC 6585, 4).
func TestStatusesOfLimits(t *testing.T) {
	t.Parallel()
	for status := 300; status < 600; status++ {
		if status/100 == 3 && status != http.StatusNotModified {
			continue // the client follows it
		}
		for after, limited := range map[string]bool{
			"":  status == http.StatusTooManyRequests,
			"7": status == http.StatusTooManyRequests || status == http.StatusForbidden || status == http.StatusServiceUnavailable,
		} {
			header := http.Header{"Content-Type": {"application/json"}}
			if after != "" {
				header.Set("Retry-After", after)
			}
			err := answered(t, canned{status, header, "{}"}, http.MethodGet)
			if errors.Is(err, generator.ErrRateLimited) != limited {
				t.Errorf("%d, Retry-After %q: got %v, want a limit: %v", status, after, err, limited)
			}
		}
	}
}

// TestContentTypesOfWebhooks tries every content type of the source, and others.
func TestContentTypesOfWebhooks(t *testing.T) {
	t.Parallel()
	const body = "payload=%7B%22a%22%3A1%7D&x=y"
	want := map[string]string{
		"application/json": body, "application/json; charset=utf-8": body, "Application/Json": body,
		"application/x-www-form-urlencoded": `{"a":1}`, "application/x-www-form-urlencoded; charset=utf-8": `{"a":1}`,
	}
	others := []string{"", "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/vnd.github+json", "json", ";"}
	for _, media := range slices.Concat(others, literals.Words(t, "."), []string{
		"application/json", "application/json; charset=utf-8", "Application/Json", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
	}) {
		got, err := forge.JSONPayload(media, []byte(body))
		if text, known := want[media]; known && (err != nil || string(got) != text) || !known && !errors.Is(err, forge.ErrUnsupported) {
			t.Errorf("%q: got %q, %v", media, got, err)
		}
	}
}

// TestKindsOfFailures uses the errors that clients of forges return for malformed
// answers.
func TestKindsOfFailures(t *testing.T) {
	t.Parallel()
	var number int
	_, dateErr := time.Parse(time.RFC3339, "soon")
	connection, err := forge.Connect(forge.Server{Base: &url.URL{Scheme: "https", Host: "git.acme.dev"}}, forge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		err  error
		want []error
	}{
		{"a syntax error", json.Unmarshal([]byte("{"), &number), []error{generator.ErrIncomplete}},
		{"a value of another type", json.Unmarshal([]byte(`"x"`), &number), []error{generator.ErrIncomplete}},
		{"a date of another form", dateErr, []error{generator.ErrIncomplete}},
		{"an incomplete answer", forge.Incomplete("page %d", 2), []error{generator.ErrIncomplete}},
		{"a rate limit", &forge.RateLimitError{}, []error{generator.ErrRateLimited}},
		{"a repository that is absent", forge.ErrAbsent, []error{generator.ErrNotFound}},
		{"credentials that are refused", generator.ErrUnauthorized, []error{generator.ErrUnauthorized}},
		{"a fault of the network", io.ErrUnexpectedEOF, nil},
	} {
		for _, err := range []error{tt.err, fmt.Errorf("x: %w", tt.err), &url.Error{Op: "Get", URL: "https://canary.example", Err: tt.err}} {
			got := connection.Failure("list", err)
			if !slices.Equal(kindsOf(got), tt.want) || !errors.Is(got, tt.err) || strings.Contains(got.Error(), "canary") {
				t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}
