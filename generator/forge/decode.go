package forge

import (
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decode decodes the JSON of an answer into value. Names match exactly. If a name occurs
// twice, the last value counts. Invalid UTF-8 is refused. The error is
// generator.ErrIncomplete, and contains no text of the answer.
//
// The JSON library is the one in which encoding/json/v2 is developed. With encoding/json,
// a cold start on GitHub misses its performance goal: see docs/performance.md.
func Decode(body []byte, value any) error {
	if err := json.Unmarshal(body, value, jsontext.AllowDuplicateNames(true)); err != nil {
		field, problem := problemOf(err)
		return Incomplete("the answer cannot be decoded: %s %s", field, problem)
	}
	return nil
}

// Nullable is a value of JSON that can be null. It tells null from a missing value.
type Nullable[T any] struct {
	Value T
	Null  bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (n *Nullable[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	n.Null = decoder.PeekKind() == 'n'
	return json.UnmarshalDecode(decoder, &n.Value)
}

// DecodeItems decodes the JSON of a page, and converts each entry with item. For an entry
// that cannot be decoded, it calls identify, and sets Item.Unreadable. It returns nil for
// JSON null. The error is generator.ErrIncomplete for any other answer that is not a list.
func DecodeItems[T any](body []byte, item func(T) Item, identify func(entry []byte) Item) ([]Item, error) {
	var entries []T
	if Decode(body, &entries) == nil {
		return convert(entries, item), nil
	}
	var raw []jsontext.Value
	if err := unmarshalLeniently(body, &raw); err != nil {
		return nil, Incomplete("the answer is not a list")
	}
	return convert(raw, func(text jsontext.Value) Item {
		var entry T
		err := json.Unmarshal(text, &entry, jsontext.AllowDuplicateNames(true))
		if err == nil {
			return item(entry)
		}
		unreadable := identify(text)
		unreadable.Unreadable.Field, unreadable.Unreadable.Problem = problemOf(err)
		return unreadable
	}), nil
}

// convert converts the entries of a page. It returns nil for nil entries.
func convert[T any](entries []T, item func(T) Item) []Item {
	if entries == nil {
		return nil
	}
	all := make([]Item, len(entries))
	for i, entry := range entries {
		all[i] = item(entry)
	}
	return all
}

// Field returns the value at a path of an object, or the zero value if it cannot be
// decoded. The rest of the object does not matter.
func Field[V any](object []byte, path ...string) (value V) {
	for _, name := range path {
		var fields map[string]jsontext.Value
		if unmarshalLeniently(object, &fields) != nil {
			return value
		}
		object = fields[name]
	}
	var decoded V
	if Decode(object, &decoded) != nil {
		return value
	}
	return decoded
}

// unmarshalLeniently decodes one level of a JSON value, which may contain invalid UTF-8.
func unmarshalLeniently(text []byte, value any) error {
	return json.Unmarshal(text, value, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// problemOf returns the field and the problem of an error of package json, as in
// generator.Unreadable. The text of the error itself may quote the answer.
func problemOf(err error) (field, problem string) {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) {
		return "a text", "is not valid UTF-8" // bodyGuard refuses other errors of syntax
	}
	var path []string
	for token := range semantic.JSONPointer.Tokens() {
		path = append(path, token)
	}
	if len(path) == 0 {
		path = []string{"it"}
	}
	return strings.Join(path, "."), "is not " + nameOf(semantic.GoType)
}

// nameOf returns the kind of JSON values that decode to a type.
func nameOf(t reflect.Type) string {
	switch {
	case t == nil:
		return "valid"
	case t == reflect.TypeFor[time.Time]():
		return "a time"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Int64:
		return "an integer"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}
