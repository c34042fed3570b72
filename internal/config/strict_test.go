package config_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/forges"
)

// sketch writes a configuration with every key of the types, one key a line. It is
// not a valid configuration, but the decoder accepts each key and each value.
type sketch struct {
	lines []string
	// structs, fields and maps are the paths of the written keys.
	structs, fields, maps []string
	// extra has further lines for the ends of structs, and values has other values for
	// fields, both by path.
	extra, values map[string]string
	// changed is the number of the line that extra or values changed, 0 for none.
	changed int
}

// write returns the text of the sketch.
func (s *sketch) write() string {
	s.structure(reflect.TypeFor[config.Config](), "", "")
	return strings.Join(s.lines, "\n") + "\n"
}

func (s *sketch) line(text string) { s.lines = append(s.lines, text) }

// structure writes the fields of a struct at a path.
func (s *sketch) structure(of reflect.Type, path, indent string) {
	s.structs = append(s.structs, path)
	s.keys(of, path, indent)
	if extra, ok := s.extra[path]; ok {
		if extra == repeatedKey {
			extra = firstKey(of) + ": x"
		}
		s.line(indent + extra)
		s.changed = len(s.lines)
	}
}

// repeatedKey is an extra line that repeats the first key of a struct.
const repeatedKey = "repeated key"

func (s *sketch) keys(of reflect.Type, path, indent string) {
	if of == reflect.TypeFor[config.Source]() {
		for _, f := range forges.All() {
			s.field(f.Key, reflect.TypeOf(f.Stanza()), path, indent)
		}
		return
	}
	for f := range of.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			s.keys(f.Type, path, indent)
		case f.IsExported():
			s.field(key, f.Type, path, indent)
		}
	}
}

// firstKey returns a key of a struct.
func firstKey(of reflect.Type) string {
	if of == reflect.TypeFor[config.Source]() {
		return forges.All()[0].Key
	}
	key, _, _ := strings.Cut(of.Field(0).Tag.Get("yaml"), ",")
	return key
}

// field writes one key with its value.
func (s *sketch) field(key string, of reflect.Type, path, indent string) {
	path = strings.TrimPrefix(path+"."+key, ".")
	s.fields = append(s.fields, path)
	if value, ok := s.values[path]; ok {
		s.line(indent + key + ": " + value)
		s.changed = len(s.lines)
		return
	}
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case of == reflect.TypeFor[config.Duration]():
		s.line(indent + key + ": 1m")
	case of.Kind() == reflect.Struct:
		s.line(indent + key + ":")
		s.structure(of, path, indent+"  ")
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		s.line(indent + key + ":")
		s.line(indent + "-")
		s.structure(of.Elem(), path+"[0]", indent+"  ")
	default:
		if of.Kind() == reflect.Map {
			s.maps = append(s.maps, path)
		}
		s.line(indent + key + ": " + scalars[of.Kind()])
	}
}

// scalars are values, in YAML, for each kind of field that is no struct.
var scalars = map[reflect.Kind]string{
	reflect.String: "x", reflect.Int: "1", reflect.Int64: "1", reflect.Bool: "true", reflect.Slice: "[x]", reflect.Map: "{a: b}",
}

// problemsOf returns the problems of the changed line of s.
func problemsOf(t *testing.T, s *sketch) string {
	t.Helper()
	text := s.write()
	_, err := config.Parse("config.yaml", []byte(text))
	var problems *config.Problems
	if !errors.As(err, &problems) || s.changed == 0 {
		t.Fatalf("%v, changed line %d", err, s.changed)
	}
	var messages []string
	for _, p := range problems.List {
		if p.Line == s.changed {
			messages = append(messages, p.Message)
		}
	}
	return strings.Join(messages, "\n")
}

// TestEveryKeyIsDecoded checks the sketch itself: without a change, the decoder
// reports no problem.
func TestEveryKeyIsDecoded(t *testing.T) {
	t.Parallel()
	s := &sketch{}
	text := s.write()
	for _, name := range []string{
		"", "auth", "gitops.app", "gitops.author", "sets[0].source", "sets[0].source.git", "sets[0].source.github.app",
		"sets[0].variants[0]", "sets[0].overlay.images[0]", "sets[0].overlay.database.migrate", "sets[0].guard",
	} {
		if !strings.Contains(" "+strings.Join(s.structs, " ")+" ", " "+name+" ") {
			t.Errorf("the sketch has no struct %q: %q", name, s.structs)
		}
	}
	_, err := config.Parse("config.yaml", []byte(text))
	for _, message := range []string{
		"unknown key", "already set", "want a list", "want a map", "want a whole number", "want true or false", "want text", "is not a duration",
	} {
		if err == nil || strings.Contains(err.Error(), message) {
			t.Errorf("%v in\n%s", err, text)
		}
	}
}

func TestUnknownKeysAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	all := &sketch{}
	all.write()
	for _, path := range all.structs {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := &sketch{extra: map[string]string{path: "brunch: x"}}
			if got := problemsOf(t, s); !strings.Contains(got, `unknown key "brunch"`) {
				t.Errorf("got %q at line %d, want an unknown key", got, s.changed)
			}
		})
	}
}

func TestDuplicateKeysAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	all := &sketch{}
	all.write()
	for _, path := range all.structs {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := &sketch{extra: map[string]string{path: repeatedKey}}
			if got := problemsOf(t, s); !strings.Contains(got, "already set") {
				t.Errorf("got %q at line %d, want a duplicate key", got, s.changed)
			}
		})
	}
	for _, path := range all.maps {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := &sketch{values: map[string]string{path: "{a: b, a: c}"}}
			if got := problemsOf(t, s); !strings.Contains(got, "already set") {
				t.Errorf("got %q at line %d, want a duplicate key", got, s.changed)
			}
		})
	}
}

// TestWrongTypesAreRefusedEverywhere gives every field a value of another type.
func TestWrongTypesAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	all := &sketch{}
	all.write()
	for _, path := range all.fields {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			wrong := 0
			for _, value := range []string{"[[x]]", "{brunch: [x]}", "word"} {
				s := &sketch{values: map[string]string{path: value}}
				got := problemsOf(t, s)
				for _, message := range []string{", want a ", ", want t", "is not a duration", `unknown key "brunch"`} {
					if strings.Contains(got, message) {
						wrong++
						break
					}
				}
			}
			if wrong < 2 {
				t.Errorf("the decoder accepts %d of three values", 3-wrong)
			}
		})
	}
}

// TestKeysOfFields checks that no two fields share a key, and that each has one.
func TestKeysOfFields(t *testing.T) {
	t.Parallel()
	s := &sketch{}
	s.write()
	seen := map[string]bool{}
	for _, path := range s.fields {
		if seen[path] || strings.HasSuffix(path, ".") || path == "" {
			t.Errorf("the key of the field %q is missing, or two fields have it", path)
		}
		seen[path] = true
	}
}
