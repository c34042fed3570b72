package plugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// maxRequest bounds the body of a request, in bytes.
const maxRequest = 1 << 20

var errTooLarge = fail(http.StatusRequestEntityTooLarge, "the parameters are too large to be repeated for each preview", nil)

const errNotAnObject = "input.parameters must be an object, and its set a string"

// getParamsRequest is what Argo CD sends (argo-cd,
// applicationset/services/plugin: ServiceRequest).
type getParamsRequest struct {
	ApplicationSetName string `json:"applicationSetName"`
	Input              struct {
		Parameters json.RawMessage `json:"parameters"`
	} `json:"input"`
}

func (s *service) getParams(c echo.Context) error {
	start := time.Now()
	set, body, err := s.answerTo(c)
	status := http.StatusOK
	if err != nil {
		status, _ = statusOf(err)
	}
	s.opts.Answered(set, status, time.Since(start))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	return c.JSONBlob(http.StatusOK, body)
}

// answerTo returns the name of the set that was asked for, if there is such a
// set, and the answer.
func (s *service) answerTo(c echo.Context) (set string, body []byte, err error) {
	set, input, err := s.readRequest(c)
	if err != nil {
		return "", nil, err
	}
	p, err := s.opts.Board.find(set)
	if errors.Is(err, ErrUnknownSet) {
		return "", nil, err
	}
	if err != nil {
		return set, nil, err
	}
	body, err = p.answer.body(input)
	return set, body, err
}

// readRequest returns the set that is asked for and the parameters as compact
// JSON.
func (s *service) readRequest(c echo.Context) (set string, input []byte, err error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxRequest))
	if err != nil {
		return "", nil, fmt.Errorf("body: %w", err)
	}
	var request getParamsRequest
	if err := json.Unmarshal(raw, &request); err != nil || !utf8.Valid(raw) {
		return "", nil, fail(http.StatusBadRequest, "the body is not the JSON that Argo CD's plugin generator sends", err)
	}
	input = request.Input.Parameters
	if len(input) == 0 || string(input) == "null" {
		input = []byte("{}")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, input); err != nil {
		return "", nil, fail(http.StatusBadRequest, "input.parameters is not JSON", err)
	}
	set, err = s.setOf(input)
	return set, compact.Bytes(), err
}

// setOf returns the set that parameters ask for. They are read as whoever gets
// them back reads them, so that what he can't read is refused here.
func (s *service) setOf(input []byte) (string, error) {
	var parameters map[string]any
	if err := json.Unmarshal(input, &parameters); err != nil {
		return "", fail(http.StatusBadRequest, errNotAnObject, err)
	}
	switch set := parameters["set"].(type) {
	case string:
		return set, nil
	case nil:
		return s.onlySet()
	}
	return "", fail(http.StatusBadRequest, errNotAnObject, nil)
}

func (s *service) onlySet() (string, error) {
	if sets := s.opts.Board.Sets(); len(sets) == 1 {
		return sets[0], nil
	}
	return "", fail(http.StatusBadRequest, "input.parameters.set is missing, and the configuration has several sets", nil)
}
