package plugin

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// maxRequest bounds the body of a request, in bytes.
const maxRequest = 1 << 20

var errTooLarge = fail(http.StatusRequestEntityTooLarge, "input.parameters is too large: the answer repeats it for each preview", nil)

func (s *service) getParams(c echo.Context) error {
	start := time.Now()
	set, answer, err := s.answerRequest(c)
	status := http.StatusOK
	if err != nil {
		status, _ = statusOf(err)
	}
	c.Set(scopeKey, set)
	s.opts.OnAnswer(set, status, time.Since(start))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	header.Set(echo.HeaderContentLength, answer.length)
	c.Response().WriteHeader(http.StatusOK)
	return answer.writeTo(c.Response())
}

// answerRequest returns the name of the requested set and the response body. The name is
// "" if the set is not configured or not given, or if the request is not authorized.
func (s *service) answerRequest(c echo.Context) (set string, answer body, err error) {
	if err := s.authorize(c, false); err != nil {
		return "", body{}, err
	}
	set, input, err := s.readRequest(c)
	if err != nil {
		return "", body{}, err
	}
	p, err := s.opts.Board.find(set)
	if errors.Is(err, ErrUnknownSet) {
		return "", body{}, err
	}
	if err != nil {
		return set, body{}, err
	}
	answer, err = p.answer.bodyFor(input)
	return set, answer, err
}

// readRequest returns the requested set and the input parameters as compact JSON.
func (s *service) readRequest(c echo.Context) (set string, input []byte, err error) {
	raw, release, err := readBody(c, maxRequest)
	if err != nil {
		return "", nil, err
	}
	defer release()
	request, err := s.requests.parse(raw)
	if err != nil {
		return "", nil, err
	}
	if set = request.set; !request.hasSet {
		set, err = s.onlySet()
	}
	return set, request.input, err
}

// onlySet returns the name of the set if exactly one is configured.
func (s *service) onlySet() (string, error) {
	if sets := s.opts.Board.Sets(); len(sets) == 1 {
		return sets[0], nil
	}
	return "", fail(http.StatusBadRequest, "input.parameters.set is missing, and the configuration has several sets", nil)
}
