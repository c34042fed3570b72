// Package fields walks over the fields of a value, for tests that change one field at
// a time and look for the effect. Such a test also covers the fields that a type gets
// later.
package fields

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Field is a value somewhere in another one: no struct, no list and no map.
type Field struct {
	// Path leads to the field, such as Database.Migrate.Command[0] or Labels[a].
	Path  string
	value reflect.Value
	set   func(reflect.Value)
}

// Of returns the fields of the struct that pointer points to. Each pointer and each
// list in it must lead to something, or the fields behind it would not be tested: Of
// fails for one that does not.
func Of(t testing.TB, pointer any) []Field {
	t.Helper()
	w := walk{t: t}
	root := reflect.ValueOf(pointer).Elem()
	w.visit("", root, root.Set)
	return w.found
}

// Change gives the field another value: a longer text, the next number, the opposite,
// an hour later.
func (f Field) Change() {
	made := reflect.New(f.value.Type()).Elem()
	switch old := f.value; old.Kind() {
	case reflect.String:
		made.SetString(old.String() + "x")
	case reflect.Bool:
		made.SetBool(!old.Bool())
	case reflect.Int, reflect.Int64:
		made.SetInt(old.Int() + 1)
	default: // see leaf
		made.Set(reflect.ValueOf(old.Interface().(time.Time).Add(time.Hour)))
	}
	f.set(made)
}

// Set gives the field a value, which must be of its kind.
func (f Field) Set(value any) { f.set(reflect.ValueOf(value).Convert(f.value.Type())) }

// Find returns the field of the struct that pointer points to with a path.
func Find(t testing.TB, pointer any, path string) Field {
	t.Helper()
	for _, f := range Of(t, pointer) {
		if f.Path == path {
			return f
		}
	}
	t.Fatalf("there is no field %s", path)
	return Field{}
}

type walk struct {
	t     testing.TB
	found []Field
}

func leaf(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return v.Type() == reflect.TypeFor[time.Time]()
}

func (w *walk) visit(path string, v reflect.Value, set func(reflect.Value)) {
	w.t.Helper()
	switch {
	case leaf(v):
		w.found = append(w.found, Field{path, v, set})
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				w.visit(strings.TrimPrefix(path+"."+f.Name, "."), v.Field(i), v.Field(i).Set)
			}
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		w.visit(path, v.Elem(), v.Elem().Set)
	case v.Kind() == reflect.Slice && v.Len() > 0:
		for i := range v.Len() {
			w.visit(fmt.Sprintf("%s[%d]", path, i), v.Index(i), v.Index(i).Set)
		}
	case v.Kind() == reflect.Map && v.Len() > 0:
		for _, key := range v.MapKeys() {
			w.visit(fmt.Sprintf("%s[%v]", path, key), v.MapIndex(key), func(value reflect.Value) { v.SetMapIndex(key, value) })
		}
	default:
		w.t.Errorf("%s is empty or of a type that is not known here (%s): give it a value", path, v.Type())
	}
}
