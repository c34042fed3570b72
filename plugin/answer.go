package plugin

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"github.com/previewset/previewset/generator"
)

// answer is the body of getparams.execute for a snapshot, but for the "input"
// of each parameter set, which is the request's.
type answer struct {
	size int // of all objects, in bytes

	mu sync.Mutex
	// objects are the parameter sets as JSON, without the closing brace. They are
	// parts of a body as soon as one is kept.
	objects [][]byte
	bodies  map[string]body // by input
}

// body is what is sent. Its content must not be written to.
type body struct {
	content []byte
	length  string // of the content, in bytes
}

// maxBodies is how many bodies are kept for the next who ask with the same
// input, as all ApplicationSets of a set usually do.
const maxBodies = 4

// maxAnswer bounds an answer's size, in bytes: a large input is repeated in
// each parameter set.
const maxAnswer = 256 << 20

// newAnswer returns the answer for s. What it says of previews that are as they
// were is taken from the answer before, which may be that of no snapshot; that
// answer itself, where nothing is another.
func newAnswer(s *generator.Snapshot, before *posting) (*answer, error) {
	known := before.objects()
	a := &answer{objects: make([][]byte, 0, len(s.Previews)), bodies: map[string]body{}}
	kept := 0
	for i, p := range s.Previews {
		k, ok := known[p.ID]
		if !ok || !reflect.DeepEqual(*k.preview, p) {
			object, err := json.Marshal(p.Params())
			if err != nil {
				return nil, fmt.Errorf("parameters of %s: %w", p.ID, err)
			}
			a.add(object[:len(object)-1])
			continue
		}
		a.add(k.object)
		if k.at == i {
			kept++
		}
	}
	if before.answer != nil && kept == len(s.Previews) && kept == len(known) {
		return before.answer, nil
	}
	return a, nil
}

// object is what an answer says of a preview, and where.
type object struct {
	preview *generator.Placed
	object  []byte
	at      int
}

// objects returns those of the posting's answer, by id.
func (p *posting) objects() map[string]object {
	if p.answer == nil {
		return nil
	}
	p.answer.mu.Lock()
	defer p.answer.mu.Unlock()
	known := make(map[string]object, len(p.answer.objects))
	for i := range p.snapshot.Previews {
		preview := &p.snapshot.Previews[i]
		known[preview.ID] = object{preview, p.answer.objects[i], i}
	}
	return known
}

func (a *answer) add(object []byte) {
	a.objects = append(a.objects, object)
	a.size += len(object)
}

// body returns the answer to a request with this input, a JSON object.
func (a *answer) body(input []byte) (body, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b, ok := a.bodies[string(input)]; ok {
		return b, nil
	}
	b, err := a.fill(input)
	if err == nil && len(a.bodies) < maxBodies {
		a.keep(input, b)
	}
	return b, err
}

// keep keeps b for the next who ask with this input, and has the objects lie in
// the first that is kept instead of in memory of their own.
func (a *answer) keep(input []byte, b body) {
	if len(a.bodies) == 0 {
		at := len(head)
		for i, object := range a.objects {
			end := at + len(object)
			a.objects[i] = b.content[at:end:end]
			at = end + len(beforeInput) + len(input) + len(endOfSet) + len(between)
		}
	}
	a.bodies[string(input)] = b
}

// What stands around and between parameter sets, and around each one's input.
const (
	head, between, tail   = `{"output":{"parameters":[`, ",", "]}}\n"
	beforeInput, endOfSet = `,"input":`, "}"
)

func (a *answer) fill(input []byte) (body, error) {
	each := len(between) + len(beforeInput) + len(input) + len(endOfSet)
	size := len(head) + a.size + len(a.objects)*each + len(tail)
	if size > maxAnswer {
		return body{}, errTooLarge
	}
	content := append(make([]byte, 0, size), head...)
	for i, object := range a.objects {
		if i > 0 {
			content = append(content, between...)
		}
		content = append(append(content, object...), beforeInput...)
		content = append(append(content, input...), endOfSet...)
	}
	content = append(content, tail...)
	return body{content: content, length: strconv.Itoa(len(content))}, nil
}
