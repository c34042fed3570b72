// Package vary changes one field of a value at a time, for tests that each field of a
// struct counts. A new field is in such a test without a change of the test.
package vary

import (
	"fmt"
	"iter"
	"reflect"
	"time"
)

// Fields returns copies of base in each of which one field differs, with the path of this
// field, such as "Change.Title". It visits the exported fields of nested structs. A list
// and a map yield a copy with one more element, and one copy without each element. A
// pointer that is nil yields a pointer to a zero value. It panics for a field of a kind
// that it does not know.
func Fields[T any](base T) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		visit(reflect.ValueOf(base), "", func(path string, changed reflect.Value) bool {
			return yield(path, changed.Interface().(T))
		})
	}
}

// visit calls yield with each variation of v. It returns false if yield does.
func visit(v reflect.Value, path string, yield func(string, reflect.Value) bool) bool {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return yield(path, reflect.ValueOf(v.Interface().(time.Time).Add(time.Hour)))
	}
	switch v.Kind() {
	case reflect.Struct:
		return visitStruct(v, path, yield)
	case reflect.Pointer:
		return visitPointer(v, path, yield)
	case reflect.Slice:
		return visitSlice(v, path, yield)
	case reflect.Map:
		return visitMap(v, path, yield)
	}
	return yield(path, scalar(v))
}

func visitStruct(v reflect.Value, path string, yield func(string, reflect.Value) bool) bool {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name := field.Name
		if path != "" {
			name = path + "." + name
		}
		ok := visit(v.Field(i), name, func(path string, changed reflect.Value) bool {
			whole := reflect.New(v.Type()).Elem()
			whole.Set(v)
			whole.Field(i).Set(changed)
			return yield(path, whole)
		})
		if !ok {
			return false
		}
	}
	return true
}

func visitPointer(v reflect.Value, path string, yield func(string, reflect.Value) bool) bool {
	pointer := func(to reflect.Value) reflect.Value {
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(to)
		return p
	}
	if v.IsNil() {
		return yield(path, pointer(reflect.Zero(v.Type().Elem())))
	}
	return yield(path+" without a value", reflect.Zero(v.Type())) &&
		visit(v.Elem(), path, func(path string, changed reflect.Value) bool { return yield(path, pointer(changed)) })
}

func visitSlice(v reflect.Value, path string, yield func(string, reflect.Value) bool) bool {
	more := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()+1), v)
	if !yield(path+" with one more", reflect.Append(more, scalar(reflect.Zero(v.Type().Elem())))) {
		return false
	}
	for i := range v.Len() {
		less := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v.Slice(0, i))
		less = reflect.AppendSlice(less, v.Slice(i+1, v.Len()))
		other := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)
		other.Index(i).Set(scalar(v.Index(i)))
		if !yield(fmt.Sprintf("%s without %d", path, i), less) || !yield(fmt.Sprintf("%s with another %d", path, i), other) {
			return false
		}
	}
	return true
}

func visitMap(v reflect.Value, path string, yield func(string, reflect.Value) bool) bool {
	with := func(key, value reflect.Value) reflect.Value {
		m := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			m.SetMapIndex(k, v.MapIndex(k))
		}
		m.SetMapIndex(key, value)
		return m
	}
	zero := reflect.Zero(v.Type().Elem())
	if !yield(path+" with one more", with(scalar(reflect.Zero(v.Type().Key())), scalar(zero))) {
		return false
	}
	for _, k := range v.MapKeys() {
		name := fmt.Sprintf("%s with another %v", path, k)
		if !yield(fmt.Sprintf("%s without %v", path, k), with(k, reflect.Value{})) || !yield(name, with(k, scalar(v.MapIndex(k)))) {
			return false
		}
	}
	return true
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
