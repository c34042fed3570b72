package plugin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"unicode/utf8"
)

const errNotAnObject = "input.parameters must be an object, and its set a string"

// request is a parsed request of getparams.execute.
type request struct {
	set    string
	hasSet bool // false if the request does not name a set
	// input holds the input parameters as compact JSON. It must not be modified.
	input []byte
}

// serviceRequest is the JSON that Argo CD sends (argo-cd, applicationset/services/plugin:
// ServiceRequest).
type serviceRequest struct {
	ApplicationSetName string `json:"applicationSetName"`
	Input              struct {
		Parameters json.RawMessage `json:"parameters"`
	} `json:"input"`
}

// parseRequest parses the body of a request. The result depends only on the body.
func parseRequest(body []byte) (request, error) {
	var decoded serviceRequest
	if err := json.Unmarshal(body, &decoded); err != nil || !utf8.Valid(body) {
		return request{}, fail(http.StatusBadRequest, "the body is not the JSON that Argo CD's plugin generator sends", err)
	}
	input := decoded.Input.Parameters
	if len(input) == 0 || string(input) == "null" {
		input = []byte("{}")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, input); err != nil {
		return request{}, fail(http.StatusBadRequest, "input.parameters is not JSON", err)
	}
	set, hasSet, err := setOf(input)
	return request{set: set, hasSet: hasSet, input: compact.Bytes()}, err
}

// setOf returns the set in the input parameters. It decodes input in the same way as Argo
// CD decodes it from the response, which repeats input, and refuses input that Argo CD
// cannot decode.
func setOf(input []byte) (set string, hasSet bool, err error) {
	var parameters map[string]any
	if err := json.Unmarshal(input, &parameters); err != nil {
		return "", false, fail(http.StatusBadRequest, errNotAnObject, err)
	}
	switch set := parameters["set"].(type) {
	case string:
		return set, true, nil
	case nil:
		return "", false, nil
	}
	return "", false, fail(http.StatusBadRequest, errNotAnObject, nil)
}

// requestCache caches the last parsed request with its body. An ApplicationSet sends the
// same bytes each time, and parsing them takes longer than the rest of the work before the
// response is sent. The zero value is empty. It is safe for concurrent use.
type requestCache struct {
	last atomic.Pointer[cachedRequest]
}

type cachedRequest struct {
	body []byte
	request
}

// parse parses the body of a request. The caller must not modify body afterwards.
func (c *requestCache) parse(body []byte) (request, error) {
	if last := c.last.Load(); last != nil && bytes.Equal(last.body, body) {
		return last.request, nil
	}
	parsed, err := parseRequest(body)
	if err == nil {
		c.last.Store(&cachedRequest{body, parsed})
	}
	return parsed, err
}
