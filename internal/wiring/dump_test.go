package wiring_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"
	"unsafe"

	"github.com/previewset/previewset/generator/forge"
)

// dump describes a value and all values that it refers to, including unexported fields. Two
// values that behave differently must have different dumps. For this, dump calls the
// functions that read secrets and that sign.
func dump(value any) string {
	d := dumper{seen: map[uintptr]bool{}}
	d.value(reflect.ValueOf(value))
	return d.out.String()
}

type dumper struct {
	out  strings.Builder
	seen map[uintptr]bool // pointers to the values around the current one
}

// opened are the packages and types whose structs are described by their fields.
var opened = []string{
	"github.com/previewset/previewset/", "net/url", "net/http.Client", "github.com/go-git/go-git/v5/plumbing/transport", "github.com/google/go-github/",
}

func (d *dumper) value(v reflect.Value) {
	if !v.IsValid() {
		d.out.WriteString("nil")
		return
	}
	if d.special(v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		d.pointer(v)
	case reflect.Struct:
		d.fields(v)
	case reflect.Slice, reflect.Array:
		d.out.WriteString("[")
		for i := range v.Len() {
			d.value(v.Index(i))
			d.out.WriteString(" ")
		}
		d.out.WriteString("]")
	case reflect.Map:
		d.pairs(v)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		d.out.WriteString(v.Type().String())
	default:
		fmt.Fprintf(&d.out, "%#v", v.Interface())
	}
}

// special describes values that have a text of their own, and functions by their results.
func (d *dumper) special(v reflect.Value) bool {
	if !v.CanInterface() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Func) && v.IsNil() {
		return false
	}
	// Interface copies a struct, and a transport changes while it is copied.
	if v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() {
		return false
	}
	ctx := context.Background()
	var result any
	var err error
	switch x := v.Interface().(type) {
	case *regexp.Regexp:
		result = x.String()
	case *template.Template:
		result = x.Root.String()
	case time.Time:
		result = "time"
	case func() (string, error):
		result, err = x()
	case func() ([]byte, error):
		result, err = x()
	case func(context.Context, []byte) (string, error):
		result, err = x(ctx, []byte("payload"))
	default:
		if credentials := reflect.TypeFor[func(context.Context, forge.Refusal) (string, error)](); v.Kind() == reflect.Func && v.Type().ConvertibleTo(credentials) {
			result, err = v.Convert(credentials).Interface().(func(context.Context, forge.Refusal) (string, error))(ctx, forge.Refusal{})
			if err == nil && strings.Count(result.(string), ".") == 2 {
				result = "a JSON Web Token" // which differs each second
			}
			break
		}
		return false
	}
	fmt.Fprintf(&d.out, "%s %q %v", v.Type(), result, err)
	return true
}

func (d *dumper) pointer(v reflect.Value) {
	if v.IsNil() {
		d.out.WriteString("nil")
		return
	}
	if v.Kind() == reflect.Interface {
		d.out.WriteString("(" + v.Elem().Type().String() + ")")
		d.value(addressable(v.Elem()))
		return
	}
	if d.seen[v.Pointer()] {
		d.out.WriteString("again")
		return
	}
	d.seen[v.Pointer()] = true
	d.value(v.Elem())
	delete(d.seen, v.Pointer())
	if login, ok := v.Interface().(interface {
		HTTP(context.Context, string) (user, password string, err error)
	}); ok {
		user, password, err := login.HTTP(context.Background(), "")
		fmt.Fprintf(&d.out, " logs in as %q with %q %v", user, password, err)
	}
}

func (d *dumper) fields(v reflect.Value) {
	of := v.Type()
	name := of.PkgPath() + "." + of.Name()
	if !slices.ContainsFunc(opened, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) && of.Name() != "" {
		d.out.WriteString(of.String())
		return
	}
	v = addressable(v)
	d.out.WriteString(of.Name() + "{")
	for i := range of.NumField() {
		field := v.Field(i)
		// The values of unexported fields can be read, but not called, without this.
		field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
		d.out.WriteString(of.Field(i).Name + ": ")
		d.value(field)
		d.out.WriteString("\n")
	}
	d.out.WriteString("}")
}

func (d *dumper) pairs(v reflect.Value) {
	pairs := map[string]string{}
	for _, key := range v.MapKeys() {
		k, value := dumper{seen: d.seen}, dumper{seen: d.seen}
		k.value(addressable(key))
		value.value(addressable(v.MapIndex(key)))
		pairs[k.out.String()] = value.out.String()
	}
	d.out.WriteString("{")
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		d.out.WriteString(key + ": " + pairs[key] + "\n")
	}
	d.out.WriteString("}")
}

// addressable returns v, or a copy of it that has an address.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	made := reflect.New(v.Type()).Elem()
	made.Set(v)
	return made
}
