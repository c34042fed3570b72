package naming

import (
	"maps"
	"slices"
	"strings"
)

// language is a set of names. It contains all names that a keyTemplate can make for
// the changes of a set in one variant, and possibly more. It has one glob for each
// kind of change. All names begin with prefix and end with suffix.
type language struct {
	prefix, suffix string
	globs          [][]atom
}

// atom is a part of a glob. It matches one byte of its class, or with star any
// number of them.
type atom struct {
	class byte // a literal byte, or one of the classes below
	star  bool
}

// The classes match digits, and all characters of an id. No name contains these two
// bytes.
const (
	classDigit = 0
	classID    = 1
)

// languagesOf returns the plain names of p, one language for each variant. The set
// selects pull requests, branches or both.
func languagesOf(p pattern, pullRequests, branches bool) []language {
	var all []language
	for _, variant := range slices.Sorted(maps.Keys(p.keyTemplates)) {
		all = append(all, languageOf(p.keyTemplates[variant], variant, p.snake, pullRequests, branches))
	}
	return all
}

func languageOf(k keyTemplate, variant string, snakeCase, pullRequests, branches bool) language {
	digits := []atom{{class: classDigit}, {class: classDigit, star: true}}
	slug := []atom{{class: classID}, {class: classID, star: true}}
	l := language{prefix: k.prefix, suffix: k.suffix}
	convert := func(s string) string {
		if snakeCase {
			return snake(s)
		}
		return s
	}
	add := func(kind string, value []atom) {
		glob := append(literal(k.prefix+convert(kind)), value...)
		l.globs = append(l.globs, append(glob, literal(l.suffix)...))
	}
	if k.key == "number" {
		add("", digits)
		return l
	}
	l.suffix = convert(variantSuffix(variant)) + k.suffix
	if pullRequests {
		add("pr-", digits)
	}
	if branches {
		add("br-", slug)
	}
	return l
}

// textLanguage returns the language that contains only s.
func textLanguage(s string) language {
	return language{prefix: s, suffix: s, globs: [][]atom{literal(s)}}
}

func literal(s string) []atom {
	atoms := make([]atom, len(s))
	for k := range len(s) {
		atoms[k].class = s[k]
	}
	return atoms
}

// overlap reports whether a name can be in both languages. It may return true for
// languages without a common name, but never false for languages with one.
//
// Libraries that intersect globs exist, such as yashtewari/glob-intersection. But
// names depend on the result, and must not change with the version of a module.
func overlap(a, b language) bool {
	if !eitherHas(a.prefix, b.prefix, strings.HasPrefix) ||
		!eitherHas(a.suffix, b.suffix, strings.HasSuffix) {
		return false
	}
	for _, p := range a.globs {
		for _, q := range b.globs {
			if intersect(p, q) {
				return true
			}
		}
	}
	return false
}

// anyOverlap reports whether a name can be in a language of a and in one of b.
func anyOverlap(a, b []language) bool {
	return slices.ContainsFunc(a, func(l language) bool {
		return slices.ContainsFunc(b, func(other language) bool { return overlap(l, other) })
	})
}

// eitherHas reports whether a has b or b has a. has is strings.HasPrefix or
// strings.HasSuffix.
func eitherHas(a, b string, has func(s, end string) bool) bool {
	return has(a, b) || has(b, a)
}

// intersect reports whether a string matches both globs. It walks the product of
// the two automata and visits each pair of positions at most once.
func intersect(p, q []atom) bool {
	type pair struct{ i, j int }
	seen := map[pair]bool{}
	todo := []pair{{0, 0}}
	push := func(i, j int) {
		if next := (pair{i, j}); !seen[next] {
			seen[next] = true
			todo = append(todo, next)
		}
	}
	for len(todo) > 0 {
		pos := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		inP, inQ := pos.i < len(p), pos.j < len(q)
		if !inP && !inQ {
			return true
		}
		if inP && p[pos.i].star {
			push(pos.i+1, pos.j)
		}
		if inQ && q[pos.j].star {
			push(pos.i, pos.j+1)
		}
		if inP && inQ && classesIntersect(p[pos.i].class, q[pos.j].class) {
			push(pos.i+advance(p[pos.i]), pos.j+advance(q[pos.j]))
		}
	}
	return false
}

func advance(a atom) int {
	if a.star {
		return 0
	}
	return 1
}

// classesIntersect reports whether a byte is in both classes.
func classesIntersect(a, b byte) bool {
	return a == b || classContains(a, b) || classContains(b, a)
}

func classContains(class, c byte) bool {
	digit := c == classDigit || '0' <= c && c <= '9'
	switch class {
	case classDigit:
		return digit
	case classID:
		return digit || 'a' <= c && c <= 'z' || c == '-' || c == '_'
	}
	return false
}
