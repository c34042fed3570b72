package forge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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

// kindsOf returns the kinds of err.
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
		err := forge.Refused(status, "message of the forge")
		if !slices.Equal(kindsOf(err), want[status]) || !strings.Contains(err.Error(), fmt.Sprintf("status %d: message of the forge", status)) {
			t.Errorf("%d: got %v, want %v", status, err, want[status])
		}
		if errors.Is(err, forge.ErrAbsent) != (status == http.StatusNotFound) {
			t.Errorf("%d: got %v, want ErrAbsent: %t", status, err, status == http.StatusNotFound)
		}
		unexplained := forge.Refused(status, "")
		if !slices.Equal(kindsOf(unexplained), want[status]) || errors.Is(unexplained, forge.ErrAbsent) ||
			!strings.Contains(unexplained.Error(), http.StatusText(status)) {
			t.Errorf("%d, without a message: got %v, want %v", status, unexplained, want[status])
		}
		for body, message := range map[string]string{
			`{"message": "text"}`: "text", `{"message": 1}`: "", `{}`: "", `[]`: "", `text`: "", ``: "", `{"error": "x"}`: "",
		} {
			got, want := forge.RefusedJSON(status, []byte(body)), forge.Refused(status, message)
			if got.Error() != want.Error() || errors.Is(got, forge.ErrAbsent) != errors.Is(want, forge.ErrAbsent) {
				t.Errorf("%d %s: got %v, want %v", status, body, got, want)
			}
		}
	}
}

// answered returns the error of a request that gets this answer.
func answered(t *testing.T, method string, status int, body string, header ...string) error {
	t.Helper()
	c := dial(t, func(r *http.Request) (*http.Response, error) { return answer(r, status, body, header...), nil }, forge.Options{})
	return send(t, c, method, root)
}

// The content types include every string of the source code that has no white space.
func TestContentTypesOfAnswers(t *testing.T) {
	t.Parallel()
	accepted := []string{
		"application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.github+json",
		"application/problem+json; x=y", "text/x+json", "+json",
	}
	others := []string{
		"", "text/html", "text/plain", "text/json", "application/jsonx", "application/x-www-form-urlencoded", "application/xml",
		"json", ";", "application/octet-stream", "application/json-seq",
	}
	for _, media := range slices.Concat(accepted, others, literals.Words(t, ".")) {
		err := answered(t, http.MethodGet, http.StatusOK, "{}", "Content-Type", media)
		want := slices.Contains(accepted, media)
		if want != (err == nil) || err != nil && !slices.Equal(kindsOf(err), []error{generator.ErrIncomplete}) {
			t.Errorf("%q: got %v, want success: %t", media, err, want)
		}
	}
}

func TestStatusesOfAnswers(t *testing.T) {
	t.Parallel()
	for status := 200; status < 300; status++ {
		err := answered(t, http.MethodGet, status, "{}")
		if (err == nil) != (status == http.StatusOK) || err != nil && !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("GET: %d: got %v, want success: %t", status, err, status == http.StatusOK)
		}
		if err := answered(t, http.MethodPost, status, "{}"); err != nil {
			t.Errorf("POST: %d: got %v, want none", status, err)
		}
	}
}

// The body of an answer is one JSON value. The answer to a POST is an object.
func TestBodiesOfAnswers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		get, post  bool // whether the body is accepted
	}{
		{"object", "{}", true, true},
		{"object after a line break", "\n{}", true, true},
		{"array", "[]", true, false},
		{"null", "null", true, false},
		{"number", "1", true, false},
		{"empty", "", false, false},
		{"incomplete object", "{", false, false},
		{"two objects", "{}{}", false, false},
		{"object and text", "{}x", false, false},
	} {
		for method, want := range map[string]bool{http.MethodGet: test.get, http.MethodPost: test.post} {
			if err := answered(t, method, http.StatusOK, test.body); (err == nil) != want {
				t.Errorf("%s: %s: got %v, want success: %t", method, test.name, err, want)
			}
		}
	}
}

// HTTP defines these statuses (RFC 9110, 10.2.3; RFC 6585, 4).
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
			var header []string
			if after != "" {
				header = []string{"Retry-After", after}
			}
			err := answered(t, http.MethodGet, status, "{}", header...)
			if errors.Is(err, generator.ErrRateLimited) != limited {
				t.Errorf("%d, Retry-After %q: got %v, want a limit: %v", status, after, err, limited)
			}
		}
	}
}

// The content types include every string of the source code that has no white space.
func TestContentTypesOfWebhooks(t *testing.T) {
	t.Parallel()
	const body = "payload=%7B%22a%22%3A1%7D&x=y"
	payloads := map[string]string{
		"application/json":                                 body,
		"application/json; charset=utf-8":                  body,
		"Application/Json":                                 body,
		"application/x-www-form-urlencoded":                `{"a":1}`,
		"application/x-www-form-urlencoded; charset=utf-8": `{"a":1}`,
	}
	others := []string{"", "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/vnd.github+json", "json", ";"}
	for _, media := range slices.Concat(others, literals.Words(t, "."), slices.Collect(maps.Keys(payloads))) {
		got, err := forge.JSONPayload(media, []byte(body))
		want, supported := payloads[media]
		if supported && (err != nil || string(got) != want) || !supported && !errors.Is(err, forge.ErrUnsupported) {
			t.Errorf("%q: got %q, %v, want %q, supported: %t", media, got, err, want, supported)
		}
	}
}

// The errors are those that clients of forges return for malformed answers.
func TestKindsOfFailures(t *testing.T) {
	t.Parallel()
	var number int
	_, dateErr := time.Parse(time.RFC3339, "canary")
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
		{"a value of another type", json.Unmarshal([]byte(`"canary"`), &number), []error{generator.ErrIncomplete}},
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
