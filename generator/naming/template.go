package naming

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"text/template"
)

const (
	// maxTemplate bounds the text of a template, maxOutput its output, and
	// maxValue the result of a function in it; all in bytes.
	maxTemplate = 4096
	maxOutput   = 4096
	maxValue    = 16 << 10
	// maxElements bounds the elements in the parameters of a template with a
	// range.
	maxElements = 4096
)

// errTooLong is returned when a template reaches one of these bounds. The output up
// to this point is still a pure function of the template and the parameters.
var errTooLong = errors.New("too long")

// Template is a Go text/template over parameters. It is immutable and safe for
// use by several goroutines.
//
// Parameters are data: values are never parsed as templates. Time and memory are
// bounded for every template and all values: a template has no printf, no call of
// another template, and no range inside a range.
type Template struct {
	tmpl   *template.Template
	ranges bool
}

// ParseTemplate parses text, at most 4096 bytes. Error messages contain name.
//
// A template can use the actions of text/template except define, block and template;
// its functions and, or, not, eq, ne, lt, le, gt, ge, len, index and slice; and lower,
// upper, trunc, replace, trimPrefix, trimSuffix, default and quote, with the
// arguments that they have in sprig. A range must be over a field, as in
// {{range .labels}}.
func ParseTemplate(name, text string) (*Template, error) {
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("template: %s: it has %d bytes: use at most %d", name, len(text), maxTemplate)
	}
	tmpl, err := template.New(name).Option("missingkey=error").Funcs(functions()).Parse(text)
	if err != nil {
		return nil, withRemedy(err)
	}
	if len(tmpl.Templates()) > 1 {
		return nil, fmt.Errorf("template: %s: {{define}} and {{block}} are not available", name)
	}
	t := &Template{tmpl: tmpl}
	if err := t.checkSafe(); err != nil {
		return nil, err
	}
	return t, nil
}

// withRemedy adds a remedy to an error of text/template's parser.
func withRemedy(err error) error {
	remedy := "write parameters as in {{.id}}, and end each {{if}} with {{end}}"
	if strings.HasSuffix(err.Error(), " not defined") {
		remedy = "use " + strings.Join(slices.Sorted(maps.Keys(functions())), ", ") + ", or a condition such as eq; write a parameter with a dot, as in {{.id}}"
	}
	return fmt.Errorf("%w: %s", inWords(err), remedy)
}

// Execute returns the output of t for params. A missing parameter is an error, and
// so is an output of more than 4096 bytes.
func (t *Template) Execute(params map[string]any) (string, error) {
	out, err := t.execute(params)
	if err != nil {
		return "", err
	}
	return out, nil
}

// execute is like Execute, but with an error it also returns the output up to the
// error, at most maxOutput bytes.
func (t *Template) execute(params map[string]any) (string, error) {
	if t.ranges && countElements(reflect.ValueOf(params), maxElements) > maxElements {
		return "", fmt.Errorf("template: %s: more than %d parameters to range over", t.tmpl.Name(), maxElements)
	}
	var out boundedBuffer
	err := t.tmpl.Execute(&out, params)
	if out.full {
		err = fmt.Errorf("template: %s: output %w: at most %d bytes", t.tmpl.Name(), errTooLong, maxOutput)
	}
	return out.buf.String(), inWords(err)
}

// boundedBuffer accepts maxOutput bytes and then fails.
type boundedBuffer struct {
	buf  bytes.Buffer
	full bool
}

func (b *boundedBuffer) Write(p []byte) (int, error) {
	n := min(len(p), maxOutput-b.buf.Len())
	b.buf.Write(p[:n])
	if n < len(p) {
		b.full = true
		return n, errTooLong
	}
	return n, nil
}

// countElements returns how many iterations ranges over all parts of v would have
// together. It stops counting above limit.
func countElements(v reflect.Value, limit int) int {
	switch {
	case !v.IsValid():
		return 0
	case v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer:
		return countElements(v.Elem(), limit)
	case v.CanInt():
		return int(min(max(v.Int(), 0), int64(limit)+1))
	case v.CanUint():
		if u := v.Uint(); u < math.MaxInt {
			return min(int(u), limit+1)
		}
		return limit + 1
	}
	n := 0
	switch v.Kind() {
	case reflect.Map:
		for it := v.MapRange(); it.Next() && n <= limit; {
			n += 1 + countElements(it.Value(), limit)
		}
	case reflect.Slice, reflect.Array:
		for k := 0; k < v.Len() && n <= limit; k++ {
			n += 1 + countElements(v.Index(k), limit)
		}
	case reflect.Func, reflect.Chan:
		return limit + 1
	}
	return n
}
