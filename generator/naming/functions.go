package naming

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"
)

// functions returns the functions that templates have in addition to those of
// text/template. They have the names and the order of arguments of sprig's
// functions, which Argo CD's templates have: the value is the last argument, for
// pipelines. A function that returns a string fails only with errTooLong.
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
		"default": func(fallback, v any) any {
			if truth, _ := template.IsTrue(v); truth {
				return v
			}
			return fallback
		},
		"quote": func(s string) (string, error) {
			if len(s) > maxValue {
				return "", errValue(len(s))
			}
			return bounded(strconv.Quote(s))
		},
	}
}

// builtin reports whether templates can use the function of text/template called
// name. Functions that format are not available: a few bytes of printf make
// megabytes, and print doubles its argument.
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

// trunc returns the first n bytes of s, or the last -n bytes. Unlike sprig's trunc,
// it drops a character that the cut would split.
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
