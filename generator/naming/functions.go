package naming

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"
)

// functions are those that templates have beside text/template's own. They are
// named after sprig's, which Argo CD has in its templates, and have the same
// order of arguments, so that the value can come through a pipe. The only
// error of a string is errTooLong.
func functions() template.FuncMap {
	return template.FuncMap{
		"lower": func(s string) (string, error) { return bounded(strings.ToLower(s)) },
		"upper": func(s string) (string, error) { return bounded(strings.ToUpper(s)) },
		"trunc": trunc,
		"replace": func(from, to, s string) (string, error) {
			if size := len(s) + strings.Count(s, from)*(len(to)-len(from)); size > maxValue {
				return "", errValue(size)
			}
			return strings.ReplaceAll(s, from, to), nil
		},
		"trimPrefix": func(prefix, s string) string { return strings.TrimPrefix(s, prefix) },
		"trimSuffix": func(suffix, s string) string { return strings.TrimSuffix(s, suffix) },
		"default": func(otherwise, v any) any {
			if truth, _ := template.IsTrue(v); truth {
				return v
			}
			return otherwise
		},
		"quote": func(s string) (string, error) {
			if len(s) > maxValue {
				return "", errValue(len(s))
			}
			return bounded(strconv.Quote(s))
		},
	}
}

// builtin reports whether a function of text/template is one that templates
// have. Those that format are left out: a few bytes of printf make megabytes,
// and print doubles what it gets.
func builtin(name string) bool {
	switch name {
	case "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice":
		return true
	}
	return false
}

func bounded(s string) (string, error) {
	if len(s) > maxValue {
		return "", errValue(len(s))
	}
	return s, nil
}

func errValue(size int) error {
	return fmt.Errorf("a value of %d bytes is %w: at most %d", size, errTooLong, maxValue)
}

// trunc returns the first n bytes of s, or the last -n. Unlike sprig's, it
// leaves out a character that it would have to cut through.
func trunc(n int, s string) string {
	switch {
	case n >= 0 && n < len(s):
		s = s[:n]
	case n < 0 && n > -len(s):
		s = s[len(s)+n:]
	default:
		return s
	}
	return strings.ToValidUTF8(s, "")
}
