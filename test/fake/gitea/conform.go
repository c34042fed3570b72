package gitea

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

//go:embed testdata/openapi.json
var description []byte

// loadRouter returns the router to the operations of Gitea's description. It parses the
// description once because that is slow.
var loadRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// check returns an error if an exchange violates the description. Responses with a status
// that the description does not list are not validated: it omits most errors.
func check(router routers.Router, r *http.Request, body []byte, answer *httptest.ResponseRecorder) error {
	inner := r.Clone(context.Background())
	inner.Body = http.NoBody
	if len(body) > 0 {
		inner.Body = io.NopCloser(bytes.NewReader(body))
	}
	route, params, err := router.FindRoute(inner)
	if err != nil {
		return fmt.Errorf("no such operation: %w", err)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: inner, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	for name := range inner.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("request: the operation has no query parameter %q", name)
		}
	}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	output := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: answer.Code, Header: answer.Header(), Options: input.Options}
	output.SetBodyBytes(answer.Body.Bytes())
	if err := openapi3filter.ValidateResponse(context.Background(), output); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	return nil
}
