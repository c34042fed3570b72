package plugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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
	// last is the last body that was kept. The ApplicationSets of a set usually send the
	// same input.
	last body
}

// body is a response body. Nothing in it may be modified.
type body struct {
	input   []byte
	content []byte   // nil if the body is not kept
	sets    [][]byte // the parameter sets as in answer, if the body is not kept
	length  string   // of the content, in bytes
}

// maxAnswer bounds the size of a response body in bytes: a large input is repeated in
// each parameter set.
const maxAnswer = 256 << 20

// maxKeptInput bounds the bytes that a kept body has for its input, beside as many as the parameter
// sets have.
const maxKeptInput = 64 << 10

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

// bodyFor returns the response body for a request with this input, which is a JSON object. It
// keeps the body only if the input is small, because each of many sets keeps one. The error is
// errTooLarge.
func (a *answer) bodyFor(input []byte) (body, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last.content != nil && bytes.Equal(a.last.input, input) {
		return a.last, nil
	}
	perSet := len(inputStart) + len(input) + len(setEnd)
	size := len(bodyStart) + a.size + len(a.sets)*perSet + max(len(a.sets)-1, 0)*len(setSeparator) + len(bodyEnd)
	if size > maxAnswer {
		return body{}, errTooLarge
	}
	b := body{input: input, sets: a.sets, length: strconv.Itoa(size)}
	//promise:kept-answers-are-bounded
	if len(input)*(len(a.sets)+1) > a.size+maxKeptInput {
		b.sets = slices.Clone(a.sets) // keep may change the elements
		return b, nil
	}
	a.keep(b, size)
	return a.last, nil
}

// keep sets last to b, whose content has so many bytes. It makes the parameter sets slices of that
// content, so that they need no memory of their own.
func (a *answer) keep(b body, size int) {
	content := bytes.NewBuffer(make([]byte, 0, size))
	_ = b.writeTo(content) // a write to memory can't fail
	b.content, b.sets = content.Bytes(), nil
	start := len(bodyStart)
	for i, set := range a.sets {
		end := start + len(set)
		a.sets[i] = b.content[start:end:end]
		start = end + len(inputStart) + len(b.input) + len(setEnd) + len(setSeparator)
	}
	a.last = b
}

// The text around and between parameter sets, and around the input of a parameter set.
const (
	bodyStart, setSeparator, bodyEnd = `{"output":{"parameters":[`, ",", "]}}\n"
	inputStart, setEnd               = `,"input":`, "}"
)

// writeTo writes the body. It needs no memory for a body that is not kept.
func (b body) writeTo(w io.Writer) error {
	if b.content != nil {
		_, err := w.Write(b.content)
		return err
	}
	afterSet := slices.Concat([]byte(inputStart), b.input, []byte(setEnd))
	before := []byte(bodyStart)
	for _, set := range b.sets {
		for _, part := range [][]byte{before, set, afterSet} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		before = []byte(setSeparator)
	}
	if len(b.sets) > 0 {
		before = nil
	}
	_, err := w.Write(append(before, bodyEnd...))
	return err
}
