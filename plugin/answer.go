package plugin

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/previewset/previewset/generator"
)

// answer is the body of getparams.execute for a snapshot, but for the "input"
// of each parameter set, which is the request's. It is cut where that goes.
type answer struct {
	pieces [][]byte
	size   int // of all pieces, in bytes

	mu     sync.Mutex
	bodies map[string][]byte // by input
}

// maxBodies is how many bodies are kept for the next who ask with the same
// input, as all ApplicationSets of a set usually do.
const maxBodies = 4

// maxAnswer bounds an answer's size, in bytes: a large input is repeated in
// each parameter set.
const maxAnswer = 256 << 20

func newAnswer(s *generator.Snapshot) (*answer, error) {
	a := &answer{bodies: map[string][]byte{}}
	piece := []byte(`{"output":{"parameters":[`)
	for i, p := range s.Previews {
		object, err := json.Marshal(p.Params())
		if err != nil {
			return nil, fmt.Errorf("parameters of %s: %w", p.ID, err)
		}
		if i > 0 {
			piece = []byte("},")
		}
		piece = append(piece, object[:len(object)-1]...)
		a.add(append(piece, `,"input":`...))
	}
	if len(s.Previews) > 0 {
		piece = []byte("}")
	}
	a.add(append(piece, "]}}\n"...))
	return a, nil
}

func (a *answer) add(piece []byte) {
	a.pieces = append(a.pieces, piece)
	a.size += len(piece)
}

// body returns the answer to a request with this input, a JSON object. It must
// not be written to.
func (a *answer) body(input []byte) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if body, ok := a.bodies[string(input)]; ok {
		return body, nil
	}
	body, err := a.fill(input)
	if err == nil && len(a.bodies) < maxBodies {
		a.bodies[string(input)] = body
	}
	return body, err
}

func (a *answer) fill(input []byte) ([]byte, error) {
	slots := len(a.pieces) - 1
	size := a.size + slots*len(input)
	if size > maxAnswer {
		return nil, errTooLarge
	}
	body := make([]byte, 0, size)
	for i, piece := range a.pieces {
		if i > 0 {
			body = append(body, input...)
		}
		body = append(body, piece...)
	}
	return body, nil
}
