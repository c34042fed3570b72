package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4"
)

// description is docs/api/openapi.yaml, in which no object has properties that it does not
// list.
type description struct {
	*openapi3.T
	router routers.Router
}

var loadDescription = sync.OnceValues(func() (description, error) {
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.PlainBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromFile("../docs/api/openapi.yaml")
	if err != nil {
		return description{}, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return description{}, err
	}
	for _, schema := range doc.Components.Schemas {
		closeObjects(schema.Value)
	}
	router, err := legacy.NewRouter(doc)
	return description{doc, router}, err
})

func closeObjects(s *openapi3.Schema) {
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, property := range s.Properties {
		closeObjects(property.Value)
	}
	if s.Items != nil {
		closeObjects(s.Items.Value)
	}
}

func openDescription(t testing.TB) description {
	t.Helper()
	d, err := loadDescription()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// described is a handler whose exchanges are validated against the description.
type described struct {
	http.Handler
	t           testing.TB
	description description
}

func describe(t testing.TB, handler http.Handler) described {
	t.Helper()
	return described{handler, t, openDescription(t)}
}

// Routes returns the routes of the handler.
func (d described) Routes() []*echo.Route {
	return d.Handler.(interface{ Routes() []*echo.Route }).Routes()
}

// maxRecorded bounds the size of a validated body, in bytes.
const maxRecorded = 1 << 20

func (d described) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorded := &recording{ResponseWriter: w, status: http.StatusOK}
	d.Handler.ServeHTTP(recorded, r)
	if recorded.body.Len() > maxRecorded {
		return
	}
	if err := d.check(r, recorded); err != nil {
		d.t.Errorf("%s %s, status %d: %v", r.Method, r.URL, recorded.status, err)
	}
}

// recording keeps the response that a handler writes.
type recording struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recording) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recording) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recording) Write(p []byte) (int, error) {
	if r.body.Len() <= maxRecorded {
		r.body.Write(p)
	}
	return r.ResponseWriter.Write(p)
}

// check returns an error if the description lacks the response. Requests to other paths
// or with other methods must fail with an error body.
func (d described) check(r *http.Request, response *recording) error {
	route, params, err := d.description.router.FindRoute(r)
	if err == nil && strings.HasSuffix(r.URL.Path, "/") { // the router ignores a slash at the end
		err = routers.ErrPathNotFound
	}
	switch {
	case r.Method == http.MethodOptions:
		return nil
	case err != nil && response.status/100 == 2:
		return fmt.Errorf("the operation is not described: %w", err)
	case err != nil:
		return d.description.checkError(response.body.Bytes())
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil && response.status == http.StatusOK && !strings.Contains(name, "token") {
			return fmt.Errorf("the query parameter %q is not described", name)
		}
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 response.status,
		Header:                 response.Header(),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(response.body.Bytes())
	return openapi3filter.ValidateResponse(context.Background(), input)
}

func (d description) checkError(body []byte) error { return d.checkJSON("Error", body) }

// checkJSON validates JSON against a schema of the description.
func (d description) checkJSON(schema string, text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return fmt.Errorf("%w in %s", err, text)
	}
	ref := d.Components.Schemas[schema]
	if ref == nil {
		return fmt.Errorf("there is no schema %s", schema)
	}
	return ref.Value.VisitJSON(value, openapi3.EnableFormatValidation())
}
