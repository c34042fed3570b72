package answers_test

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Both sides are asked for the same: a list of previews in which nothing is
// missing.
func TestBothSidesAnswerTheSame(t *testing.T) {
	const previews = 100
	plugin := newPlugin(t, previews)
	ours := fetch(t, serve(t, plugin))
	if theirs := fetch(t, serve(t, newEcho(contentOf(t, plugin)))); !bytes.Equal(ours, theirs) {
		t.Error("the peer writes other bytes")
	}
	var answer struct {
		Output struct {
			Parameters []map[string]any `json:"parameters"`
		} `json:"output"`
	}
	if err := json.Unmarshal(ours, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Output.Parameters) != previews {
		t.Fatalf("%d parameter sets", len(answer.Output.Parameters))
	}
	for name, value := range answer.Output.Parameters[0] {
		if value == "" && name != "flags" && name != "variant" {
			t.Errorf("%s is empty: real previews have one", name)
		}
	}
}

// The callers see to it that answers are what they should be.
func TestCallersLookAtAnswers(t *testing.T) {
	answer := bytes.Repeat([]byte("x"), 1<<20)
	address := serve(t, newEcho(answer))
	c := newCallers(t, address, 1)
	if err := c.exchange(0, len(answer)); err != nil {
		t.Error(err)
	}
	if err := c.exchange(0, len(answer)-1); err == nil {
		t.Error("an answer of another length passes")
	}
	refused := newCallers(t, serve(t, newEcho(answer)), 1)
	refused.request = bytes.Replace(refused.request, []byte("execute"), []byte("nothing"), 1)
	if err := refused.exchange(0, len(answer)); err == nil {
		t.Error("a refusal passes")
	}
}
