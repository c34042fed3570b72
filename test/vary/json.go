package vary

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// JSON returns copies of a JSON value in each of which the field at a path, such as
// "labels.0.name", is missing or has another value, with a name of that value: "missing",
// "null", a JSON type that the field does not have, "empty", or a number out of bounds.
// Each text in these values is "canary". JSON panics if there is no such field.
func JSON(value []byte, path string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		names := strings.Split(path, ".")
		values := otherValues(at(decoded(value), names))
		for _, name := range slices.Sorted(maps.Keys(values)) {
			root := decoded(value)
			set(at(root, names[:len(names)-1]), names[len(names)-1], values[name])
			text, err := json.Marshal(root)
			if err != nil {
				panic(err)
			}
			if !yield(name, text) {
				return
			}
		}
	}
}

// missing is the value of a field that is removed.
type missing struct{}

// otherValues returns values, by name, that a field with the value old could have.
func otherValues(old any) map[string]any {
	values := map[string]any{
		"missing": missing{}, "null": nil,
		"string": "canary", "number": 7.5, "bool": true, "list": []any{"canary"}, "object": map[string]any{"canary": 1},
	}
	switch old.(type) {
	case string:
		delete(values, "string")
		values["empty"] = ""
	case float64:
		delete(values, "number")
		values["fraction"], values["oversized"], values["negative"] = 1.5, json.Number("9223372036854775808"), -1
	case bool:
		delete(values, "bool")
	case []any:
		delete(values, "list")
	case map[string]any:
		delete(values, "object")
		values["empty"] = map[string]any{}
	}
	return values
}

func decoded(text []byte) (value any) {
	if err := json.Unmarshal(text, &value); err != nil {
		panic(err)
	}
	return value
}

// at returns the value at a path of value.
func at(value any, path []string) any {
	for _, name := range path {
		switch parent := value.(type) {
		case []any:
			value = parent[index(name)]
		case map[string]any:
			child, ok := parent[name]
			if !ok {
				panic(fmt.Sprintf("no field %q", name))
			}
			value = child
		}
	}
	return value
}

// set changes or removes a field of an object, or an element of a list, which it cannot
// remove.
func set(parent any, name string, value any) {
	switch parent := parent.(type) {
	case []any:
		if value == (missing{}) {
			value = nil
		}
		parent[index(name)] = value
	case map[string]any:
		parent[name] = value
		if value == (missing{}) {
			delete(parent, name)
		}
	}
}

func index(name string) int {
	i, err := strconv.Atoi(name)
	if err != nil {
		panic(err)
	}
	return i
}
