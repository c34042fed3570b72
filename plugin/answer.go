package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/previewset/previewset/generator"
)

// answer makes the response bodies of getparams.execute for a snapshot. The "input" of
// each parameter set depends on the request.
type answer struct {
	size int // of all parameter sets, in bytes

	mu sync.Mutex
	// sets are the parameter sets as JSON, without the closing brace. After the first
	// request, they are slices of the last body.
	sets [][]byte
	// last is the body for the last request. The ApplicationSets of a set usually send
	// the same input.
	last body
}

// body is a response body. Neither input nor content may be modified.
type body struct {
	input, content []byte
	length         string // of the content, in bytes
}

// maxAnswer bounds the size of a response body in bytes: a large input is repeated in
// each parameter set.
const maxAnswer = 256 << 20

// newAnswer encodes the parameter sets of s.
func newAnswer(s *generator.Snapshot) (*answer, error) {
	a := &answer{sets: make([][]byte, len(s.Previews))}
	for i, p := range s.Previews {
		set, err := json.Marshal(p.Params())
		if err != nil {
			return nil, fmt.Errorf("parameters of %s: %w", p.ID, err)
		}
		a.sets[i] = set[:len(set)-1]
		a.size += len(a.sets[i])
	}
	return a, nil
}

// equal reports whether a has these parameter sets in this order. a may be nil.
func (a *answer) equal(sets [][]byte) bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.EqualFunc(a.sets, sets, bytes.Equal)
}

// bodyFor returns the response body for a request with this input, which is a JSON object.
// The error is errTooLarge.
func (a *answer) bodyFor(input []byte) (body, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.content == nil || !bytes.Equal(a.last.input, input) {
		if err := a.encode(input); err != nil {
			return body{}, err
		}
	}
	return a.last, nil
}

// The text around and between parameter sets, and around the input of a parameter set.
const (
	bodyStart, setSeparator, bodyEnd = `{"output":{"parameters":[`, ",", "]}}\n"
	inputStart, setEnd               = `,"input":`, "}"
)

// encode sets last to the body for input. It makes the parameter sets slices of that body,
// so that they need no memory of their own. The error is errTooLarge.
func (a *answer) encode(input []byte) error {
	perSet := len(inputStart) + len(input) + len(setEnd)
	separators := max(len(a.sets)-1, 0) * len(setSeparator)
	size := len(bodyStart) + a.size + len(a.sets)*perSet + separators + len(bodyEnd)
	if size > maxAnswer {
		return errTooLarge
	}
	content := append(make([]byte, 0, size), bodyStart...)
	for i, set := range a.sets {
		if i > 0 {
			content = append(content, setSeparator...)
		}
		start := len(content)
		content = append(content, set...)
		a.sets[i] = content[start:len(content):len(content)]
		content = append(append(content, inputStart...), input...)
		content = append(content, setEnd...)
	}
	content = append(content, bodyEnd...)
	a.last = body{input: input, content: content, length: strconv.Itoa(len(content))}
	return nil
}
