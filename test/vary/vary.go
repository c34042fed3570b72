// Package vary changes one field of a value at a time, for tests which require that each
// field of a struct has an effect. Such a test also covers the fields that a type gets
// later.
package vary

import (
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"
)

// Fields returns copies of base in each of which one field differs, with the path of this
// field, such as "Change.Title". It visits the exported fields of nested structs, the
// elements of lists ("Labels[0]") and the values of maps ("Labels[team]"). A list and a
// map also yield a copy with one more element, and one copy without each element. A
// pointer that is nil yields a pointer to a zero value. It panics for a field of a kind
// that it does not know.
func Fields[T any](base T) iter.Seq2[string, T] { return FieldsWith(base, nil) }

// FieldsWith is Fields with given values, for fields that do not accept every value. The
// keys of values are paths that Fields yields. Each value is convertible to the type of
// its field, or of the further element.
func FieldsWith[T any](base T, values map[string]any) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		walk{values}.visit(reflect.ValueOf(base), "", func(path string, changed reflect.Value) bool {
			return yield(path, changed.Interface().(T))
		})
	}
}

type walk struct{ values map[string]any }

// yielder gets the path of a change, and the changed value.
type yielder func(path string, changed reflect.Value) bool

// visit calls yield with each variation of v. It returns false if yield does.
func (w walk) visit(v reflect.Value, path string, yield yielder) bool {
	if value, ok := w.values[path]; ok {
		return yield(path, reflect.ValueOf(value).Convert(v.Type()))
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		return yield(path, reflect.ValueOf(v.Interface().(time.Time).Add(time.Hour)))
	}
	switch v.Kind() {
	case reflect.Struct:
		return w.visitStruct(v, path, yield)
	case reflect.Pointer:
		return w.visitPointer(v, path, yield)
	case reflect.Slice:
		return w.visitSlice(v, path, yield)
	case reflect.Map:
		return w.visitMap(v, path, yield)
	}
	return yield(path, scalar(v))
}

func (w walk) visitStruct(v reflect.Value, path string, yield yielder) bool {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name := strings.TrimPrefix(path+"."+field.Name, ".")
		ok := w.visit(v.Field(i), name, func(path string, changed reflect.Value) bool {
			other := reflect.New(v.Type()).Elem()
			other.Set(v)
			other.Field(i).Set(changed)
			return yield(path, other)
		})
		if !ok {
			return false
		}
	}
	return true
}

func (w walk) visitPointer(v reflect.Value, path string, yield yielder) bool {
	pointer := func(to reflect.Value) reflect.Value {
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(to)
		return p
	}
	if v.IsNil() {
		return yield(path, pointer(reflect.Zero(v.Type().Elem())))
	}
	return yield(path+" without a value", reflect.Zero(v.Type())) &&
		w.visit(v.Elem(), path, func(path string, changed reflect.Value) bool { return yield(path, pointer(changed)) })
}

func (w walk) visitSlice(v reflect.Value, path string, yield yielder) bool {
	list := func(parts ...reflect.Value) reflect.Value {
		copied := reflect.MakeSlice(v.Type(), 0, v.Len()+1)
		for _, part := range parts {
			copied = reflect.AppendSlice(copied, part)
		}
		return copied
	}
	more := path + " with one more"
	if !yield(more, reflect.Append(list(v), w.element(more, v.Type().Elem()))) {
		return false
	}
	for i := range v.Len() {
		if !yield(fmt.Sprintf("%s without %d", path, i), list(v.Slice(0, i), v.Slice(i+1, v.Len()))) {
			return false
		}
		ok := w.visit(v.Index(i), fmt.Sprintf("%s[%d]", path, i), func(path string, changed reflect.Value) bool {
			other := list(v)
			other.Index(i).Set(changed)
			return yield(path, other)
		})
		if !ok {
			return false
		}
	}
	return true
}

func (w walk) visitMap(v reflect.Value, path string, yield yielder) bool {
	with := func(key, value reflect.Value) reflect.Value {
		m := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			m.SetMapIndex(k, v.MapIndex(k))
		}
		m.SetMapIndex(key, value)
		return m
	}
	more := path + " with one more"
	if !yield(more, with(scalar(reflect.Zero(v.Type().Key())), w.element(more, v.Type().Elem()))) {
		return false
	}
	for _, k := range v.MapKeys() {
		ok := yield(fmt.Sprintf("%s without %v", path, k), with(k, reflect.Value{})) &&
			w.visit(v.MapIndex(k), fmt.Sprintf("%s[%v]", path, k), func(path string, changed reflect.Value) bool {
				return yield(path, with(k, changed))
			})
		if !ok {
			return false
		}
	}
	return true
}

// element returns a further element, of a type, for the list or map whose path with one
// more is given.
func (w walk) element(path string, t reflect.Type) reflect.Value {
	if value, ok := w.values[path]; ok {
		return reflect.ValueOf(value).Convert(t)
	}
	if t.Kind() == reflect.Struct {
		return reflect.Zero(t)
	}
	return scalar(reflect.Zero(t))
}

// scalar returns another value of v's type.
func scalar(v reflect.Value) reflect.Value {
	other := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		other.SetString(v.String() + "x")
	case reflect.Bool:
		other.SetBool(!v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		other.SetInt(v.Int() + 1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		other.SetUint(v.Uint() + 1)
	default:
		panic("vary: no other value of " + v.Type().String())
	}
	return other
}
