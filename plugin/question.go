package plugin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"unicode/utf8"
)

const errNotAnObject = "input.parameters must be an object, and its set a string"

// question is what a request asks.
type question struct {
	set   string
	named bool // false where it leaves out the set
	// input has its parameters as compact JSON. It must not be written to.
	input []byte
}

// getParamsRequest is what Argo CD sends (argo-cd,
// applicationset/services/plugin: ServiceRequest).
type getParamsRequest struct {
	ApplicationSetName string `json:"applicationSetName"`
	Input              struct {
		Parameters json.RawMessage `json:"parameters"`
	} `json:"input"`
}

// parseQuestion reads the body of a request. What it returns depends on nothing
// else.
func parseQuestion(body []byte) (question, error) {
	var request getParamsRequest
	if err := json.Unmarshal(body, &request); err != nil || !utf8.Valid(body) {
		return question{}, fail(http.StatusBadRequest, "the body is not the JSON that Argo CD's plugin generator sends", err)
	}
	input := request.Input.Parameters
	if len(input) == 0 || string(input) == "null" {
		input = []byte("{}")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, input); err != nil {
		return question{}, fail(http.StatusBadRequest, "input.parameters is not JSON", err)
	}
	set, named, err := setOf(input)
	return question{set: set, named: named, input: compact.Bytes()}, err
}

// setOf returns the set that input asks for. It decodes input as Argo CD decodes it
// in the answer, which repeats it: what Argo CD could not decode is refused here.
func setOf(input []byte) (set string, named bool, err error) {
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

// memory has the last question that was understood, and the body of its request. An
// ApplicationSet sends the same bytes each time, and parsing them takes longer than
// everything else before the answer is sent. Its zero value is empty; its methods
// may be called from several goroutines.
type memory struct {
	last atomic.Pointer[understood]
}

type understood struct {
	body []byte
	question
}

// understand returns the question in the body of a request, which must not be
// written to any more.
func (m *memory) understand(body []byte) (question, error) {
	if last := m.last.Load(); last != nil && bytes.Equal(last.body, body) {
		return last.question, nil
	}
	q, err := parseQuestion(body)
	if err == nil {
		m.last.Store(&understood{body, q})
	}
	return q, err
}
