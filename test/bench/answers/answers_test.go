package answers_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Both sides return the same list of previews, and no parameter of it is missing.
func TestBothSidesAnswerTheSame(t *testing.T) {
	const previews = 100
	plugin := newPlugin(t, previews)
	ours := fetch(t, serve(t, plugin))
	if echo := fetch(t, serve(t, newEcho(contentOf(t, plugin)))); !bytes.Equal(ours, echo) {
		t.Error("the answer of Echo differs from previewset's")
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
		t.Fatalf("got %d parameter sets, want %d", len(answer.Output.Parameters), previews)
	}
	for name, value := range answer.Output.Parameters[0] {
		if value == "" && name != "flags" && strings.TrimPrefix(name, "label_") != "variant" {
			t.Errorf("parameter %s is empty, want a value as in real previews", name)
		}
	}
}

func TestCallersCheckAnswers(t *testing.T) {
	answer := bytes.Repeat([]byte("x"), 1<<20)
	address := serve(t, newEcho(answer))
	c := newCallers(t, address, 1)
	if err := c.exchange(0, len(answer)); err != nil {
		t.Error(err)
	}
	if err := c.exchange(0, len(answer)-1); err == nil {
		t.Error("exchange accepted an answer of another length")
	}
	notFound := newCallers(t, serve(t, newEcho(answer)), 1)
	notFound.request = bytes.Replace(notFound.request, []byte("execute"), []byte("nothing"), 1)
	if err := notFound.exchange(0, len(answer)); err == nil {
		t.Error("exchange accepted status 404")
	}
}
