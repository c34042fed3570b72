package naming

import (
	"slices"
	"strings"
)

// language is all the names that a shape can make for the changes of a set in
// one variant, and perhaps more: for each kind of change a pattern. All names
// begin with prefix and end with suffix.
type language struct {
	prefix, suffix string
	patterns       [][]atom
}

// atom is one byte of a pattern, or any number of them.
type atom struct {
	class byte // the byte itself, or one of the classes
	star  bool
}

// The classes stand for digits, and for all that an id has. No name has these
// bytes.
const (
	classDigit = 0
	classID    = 1
)

// languagesOf returns the plain names of p in a set that selects these kinds, for
// each variant.
func languagesOf(p pattern, pullRequests, branches bool) []language {
	var all []language
	for variant, s := range p.shapes {
		all = append(all, languageOf(s, variant, p.snake, pullRequests, branches))
	}
	return all
}

func languageOf(s shape, variant string, snaked, pullRequests, branches bool) language {
	digits := []atom{{class: classDigit}, {class: classDigit, star: true}}
	slug := []atom{{class: classID}, {class: classID, star: true}}
	l := language{prefix: s.prefix, suffix: s.suffix}
	lead := func(s string) string {
		if snaked {
			return snake(s)
		}
		return s
	}
	add := func(kind string, value []atom) {
		pattern := append(literal(s.prefix+lead(kind)), value...)
		l.patterns = append(l.patterns, append(pattern, literal(l.suffix)...))
	}
	if s.key == "number" {
		add("", digits)
		return l
	}
	l.suffix = lead(variantSuffix(variant)) + s.suffix
	if pullRequests {
		add("pr-", digits)
	}
	if branches {
		add("br-", slug)
	}
	return l
}

func literal(s string) []atom {
	atoms := make([]atom, len(s))
	for k := range len(s) {
		atoms[k].class = s[k]
	}
	return atoms
}

// overlap reports whether a name can be in both languages. It may say so of
// languages that have none in common, never the other way round.
//
// There are libraries that intersect globs, such as yashtewari/glob-intersection,
// but names depend on the answer, and must not change with the version of a module.
func overlap(a, b language) bool {
	if !related(a.prefix, b.prefix, strings.HasPrefix) ||
		!related(a.suffix, b.suffix, strings.HasSuffix) {
		return false
	}
	for _, p := range a.patterns {
		for _, q := range b.patterns {
			if intersect(p, q) {
				return true
			}
		}
	}
	return false
}

// anyOverlap reports whether a name can be in one of a and in one of b.
func anyOverlap(a, b []language) bool {
	return slices.ContainsFunc(a, func(l language) bool {
		return slices.ContainsFunc(b, func(other language) bool { return overlap(l, other) })
	})
}

// related reports whether one of a and b is at the end in question of the other.
func related(a, b string, has func(s, end string) bool) bool {
	return has(a, b) || has(b, a)
}

// intersect reports whether a string matches both p and q. It walks the product
// of the two as automata, each pair of positions at most once.
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
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		inP, inQ := at.i < len(p), at.j < len(q)
		if !inP && !inQ {
			return true
		}
		if inP && p[at.i].star {
			push(at.i+1, at.j)
		}
		if inQ && q[at.j].star {
			push(at.i, at.j+1)
		}
		if inP && inQ && meet(p[at.i].class, q[at.j].class) {
			push(at.i+step(p[at.i]), at.j+step(q[at.j]))
		}
	}
	return false
}

func step(a atom) int {
	if a.star {
		return 0
	}
	return 1
}

// meet reports whether a byte is of both classes.
func meet(a, b byte) bool {
	return a == b || within(a, b) || within(b, a)
}

func within(class, c byte) bool {
	digit := c == classDigit || '0' <= c && c <= '9'
	switch class {
	case classDigit:
		return digit
	case classID:
		return digit || 'a' <= c && c <= 'z' || c == '-' || c == '_'
	}
	return false
}
