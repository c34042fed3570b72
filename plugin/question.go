package plugin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
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

// setOf returns the set that parameters ask for. They are read as whoever gets
// them back reads them, so that what he can't read is refused here.
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

// maxMemory bounds how many questions are remembered, and maxRemembered the
// body of each, in bytes: together less than 4 MiB.
const (
	maxMemory     = 512
	maxRemembered = 2 << 10
)

// memory has the questions that were understood, by the body of the request. An
// ApplicationSet sends the same bytes each time, and to read them takes longer
// than all else that happens before the answer is sent. Its zero value is
// empty; its methods may be called from several goroutines.
type memory struct {
	mu        sync.RWMutex
	questions map[string]question
}

// understand returns the question in the body of a request.
func (m *memory) understand(body []byte) (question, error) {
	m.mu.RLock()
	q, known := m.questions[string(body)]
	m.mu.RUnlock()
	if known {
		return q, nil
	}
	q, err := parseQuestion(body)
	if err == nil && len(body) <= maxRemembered {
		m.remember(body, q)
	}
	return q, err
}

func (m *memory) remember(body []byte, q question) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.questions == nil || len(m.questions) >= maxMemory {
		m.questions = map[string]question{} // those who still ask are soon in it again
	}
	m.questions[string(body)] = q
}
