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

// answer is the body of getparams.execute for a snapshot, but for the "input"
// of each parameter set, which is the request's.
type answer struct {
	size int // of all parameter sets, in bytes

	mu sync.Mutex
	// sets are the parameter sets as JSON, without the closing brace. They are
	// parts of the last body as soon as there is one.
	sets [][]byte
	// last answers the last request. The ApplicationSets of a set usually ask
	// with the same input.
	last body
}

// body is what is sent. Neither input nor content may be written to.
type body struct {
	input, content []byte
	length         string // of the content, in bytes
}

// maxAnswer bounds an answer's size, in bytes: a large input is repeated in
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

// says reports whether a has these parameter sets, in this order. It may be nil.
func (a *answer) says(sets [][]byte) bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.EqualFunc(a.sets, sets, bytes.Equal)
}

// to returns the body of the answer to a request with this input, a JSON
// object. It fails with errTooLarge.
func (a *answer) to(input []byte) (body, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.content == nil || !bytes.Equal(a.last.input, input) {
		if err := a.fill(input); err != nil {
			return body{}, err
		}
	}
	return a.last, nil
}

// What stands around and between parameter sets, and around each one's input.
const (
	head, between, tail   = `{"output":{"parameters":[`, ",", "]}}\n"
	beforeInput, endOfSet = `,"input":`, "}"
)

// fill makes last the body for input, and has the parameter sets lie in it instead
// of in memory of their own. It fails with errTooLarge.
func (a *answer) fill(input []byte) error {
	each := len(between) + len(beforeInput) + len(input) + len(endOfSet)
	size := len(head) + a.size + len(a.sets)*each + len(tail)
	if size > maxAnswer {
		return errTooLarge
	}
	content := append(make([]byte, 0, size), head...)
	for i, set := range a.sets {
		if i > 0 {
			content = append(content, between...)
		}
		start := len(content)
		content = append(content, set...)
		a.sets[i] = content[start:len(content):len(content)]
		content = append(append(content, beforeInput...), input...)
		content = append(content, endOfSet...)
	}
	content = append(content, tail...)
	a.last = body{input: input, content: content, length: strconv.Itoa(len(content))}
	return nil
}
