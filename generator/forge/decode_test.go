package forge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/test/fuzzing"
)

// entry is an entry of a list with a field of each type.
type entry struct {
	Number int64     `json:"number"`
	Title  string    `json:"title"`
	Draft  bool      `json:"draft"`
	Labels []string  `json:"labels"`
	At     time.Time `json:"at"`
	Head   struct {
		SHA string `json:"sha"`
	} `json:"head"`
}

func decodeEntries(body string) ([]forge.Item, error) {
	return forge.DecodeItems([]byte(body),
		func(e entry) forge.Item {
			return forge.Item{Change: generator.Change{Number: e.Number, Title: e.Title, HeadSHA: e.Head.SHA}}
		},
		func(text []byte) forge.Item {
			return forge.Item{Change: generator.Change{Number: forge.Field[int64](text, "number"), HeadSHA: forge.Field[string](text, "head", "sha")}}
		})
}

func TestEntriesAreDecodedOneByOne(t *testing.T) {
	t.Parallel()
	bad := func(number int64, head, field, problem string) forge.Item {
		return forge.Item{
			Change:     generator.Change{Number: number, HeadSHA: head},
			Unreadable: generator.Unreadable{Field: field, Problem: problem},
		}
	}
	for name, test := range map[string]struct {
		body string
		want forge.Item // of the second of two entries
	}{
		"string":         {`{"number":2,"title":7,"head":{"sha":"a"}}`, bad(2, "a", "title", "is not a string")},
		"boolean":        {`{"number":2,"draft":"canary","head":{"sha":"a"}}`, bad(2, "a", "draft", "is not a boolean")},
		"list":           {`{"number":2,"labels":{"canary":1},"head":{"sha":"a"}}`, bad(2, "a", "labels", "is not a list")},
		"element":        {`{"number":2,"labels":["x",7],"head":{"sha":"a"}}`, bad(2, "a", "labels.1", "is not a string")},
		"time":           {`{"number":2,"at":"canary","head":{"sha":"a"}}`, bad(2, "a", "at", "is not a time")},
		"number as time": {`{"number":2,"at":7,"head":{"sha":"a"}}`, bad(2, "a", "at", "is not a time")},
		"object":         {`{"number":2,"head":"canary"}`, bad(2, "", "head", "is not an object")},
		"nested":         {`{"number":2,"head":{"sha":[]}}`, bad(2, "", "head.sha", "is not a string")},
		"number":         {`{"number":"2","head":{"sha":"a"}}`, bad(0, "a", "number", "is not an integer")},
		"large number":   {`{"number":9223372036854775808}`, bad(0, "", "number", "is not an integer")},
		"fraction":       {`{"number":1.5}`, bad(0, "", "number", "is not an integer")},
		"not an object":  {`"canary"`, bad(0, "", "it", "is not an object")},
		"invalid UTF-8":  {"{\"number\":2,\"title\":\"canary\xff\",\"head\":{\"sha\":\"a\"}}", bad(2, "a", "a text", "is not valid UTF-8")},
		"unknown field":  {"{\"number\":2,\"canary\":\"\xff\"}", bad(2, "", "a text", "is not valid UTF-8")},
		"invalid UTF-8 in the key": {
			"{\"number\":2,\"title\":7,\"head\":{\"sha\":\"\xff\"}}", bad(2, "", "title", "is not a string"),
		},
		"two values of a field": {`{"number":1,"title":7,"number":2}`, bad(2, "", "title", "is not a string")},
		"null":                  {`null`, forge.Item{}},
	} {
		got, err := decodeEntries(`[{"number":1},` + test.body + `]`)
		if err != nil || len(got) != 2 || got[0].Number != 1 || got[0].Unreadable.Field != "" || !reflect.DeepEqual(got[1], test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
}

func TestOtherAnswersAreNoEntries(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `"canary"`, `7`, `true`, `{"canary":[]}`} {
		if got, err := decodeEntries(body); got != nil || !errors.Is(err, generator.ErrIncomplete) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, %v, want %v", body, got, err, generator.ErrIncomplete)
		}
	}
	if got, err := decodeEntries(`null`); got != nil || err != nil {
		t.Errorf("null: got %v, %v, want no entries", got, err)
	}
	if got, err := decodeEntries(`[]`); got == nil || len(got) > 0 || err != nil {
		t.Errorf("empty list: got %v, %v, want an empty list", got, err)
	}
}

func TestDecodeErrorsQuoteNoAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"at":"canary"}`, `{"number":"canary"}`, `{"draft":"canary"}`, `["canary"]`, "{\"canary\":\"\xff\"}", `{"canary`} {
		err := forge.Decode([]byte(body), &entry{})
		if !errors.Is(err, generator.ErrIncomplete) || strings.Contains(fmt.Sprint(err), "canary") {
			t.Errorf("%s: got %v, want %v", body, err, generator.ErrIncomplete)
		}
	}
}

// FuzzEntries decodes lists. Each entry becomes one item.
func FuzzEntries(f *testing.F) {
	for _, seed := range []string{`{"number":1}`, `{"number":"1"}`, `null`, `{"number":1,"at":"x"}`, `{"head":7},{"number":2}`, `1,2`} {
		f.Add(seed)
	}
	judged := fuzzing.Judged(f, 6)
	f.Fuzz(func(t *testing.T, entries string) {
		var want []json.RawMessage
		if json.Unmarshal([]byte("["+entries+"]"), &want) != nil {
			return
		}
		judged()
		got, err := decodeEntries("[" + entries + "]")
		if err != nil || len(got) != len(want) {
			t.Errorf("got %d items, %v, want %d", len(got), err, len(want))
		}
		for _, item := range got {
			if (item.Unreadable.Field == "") != (item.Unreadable.Problem == "") {
				t.Errorf("got %+v, want a field and a problem, or neither", item.Unreadable)
			}
		}
	})
}
