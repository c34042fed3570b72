package github

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

//go:embed testdata/openapi.json
var description []byte

// loadRouter returns the router to the operations of GitHub's OpenAPI description. It
// parses the description once because that is slow.
var loadRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// conformance validates exchanges against GitHub's OpenAPI description.
type conformance struct {
	router routers.Router
	// valid caches the digests of responses that conform. Most responses repeat, and
	// the validation of a page of 100 entries is slow.
	valid sync.Map // of [sha256.Size]byte
}

func loadConformance(t testing.TB) *conformance {
	t.Helper()
	router, err := loadRouter()
	if err != nil {
		t.Fatalf("load GitHub's description: %v", err)
	}
	return &conformance{router: router}
}

// check returns an error if an exchange violates the description. Responses with a
// status that the description does not list are not validated: it omits most errors.
func (c *conformance) check(e *exchange, requestBody []byte, response *http.Response, responseBody []byte) error {
	if e.kind == KindOther {
		return fmt.Errorf("no such operation")
	}
	input, err := c.request(e, requestBody)
	if err != nil {
		return err
	}
	if err := checkQueryParameters(input); err != nil {
		return err
	}
	ctx := context.Background()
	if err := openapi3filter.ValidateRequest(ctx, input); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	if response.StatusCode == http.StatusNotModified {
		if len(responseBody) > 0 {
			return fmt.Errorf("response: status 304 with a body")
		}
		return nil
	}
	digest := sha256.Sum256(fmt.Appendf(nil, "%s %d %q %s", e.kind, response.StatusCode, response.Header["Content-Type"], responseBody))
	if _, ok := c.valid.Load(digest); ok {
		return nil
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 response.StatusCode,
		Header:                 response.Header,
		Options:                input.Options,
	}
	answer.SetBodyBytes(responseBody)
	if err := openapi3filter.ValidateResponse(ctx, answer); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	c.valid.Store(digest, nil)
	return nil
}

// checkQueryParameters rejects query parameters that the operation does not have.
// GitHub ignores them, so a misspelled parameter would go unnoticed.
func checkQueryParameters(input *openapi3filter.RequestValidationInput) error {
	for name := range input.Request.URL.Query() {
		if input.Route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("request: the operation has no query parameter %q", name)
		}
	}
	return nil
}

// request maps the request to the paths of the description: to api.github.com, and
// from repository numbers to /repos/{owner}/{repo}.
func (c *conformance) request(e *exchange, body []byte) (*openapi3filter.RequestValidationInput, error) {
	path, segments := "/repos/owner/name", belowRepository(e.path)
	if segments == nil {
		path, segments = "", e.path
	}
	for _, segment := range segments {
		// The router unescapes a path before it splits the path into segments.
		path += "/" + url.PathEscape(strings.ReplaceAll(segment, "/", "%2F"))
	}
	target := "https://api.github.com" + path + "?" + e.request.URL.RawQuery
	r, err := http.NewRequest(e.request.Method, target, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		return nil, err
	}
	r.Header = e.request.Header.Clone()
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return nil, fmt.Errorf("no such operation: %w", err)
	}
	options := &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}, nil
}
