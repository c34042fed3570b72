package generator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Glob is a pattern for branch names, with the syntax of the filters of GitHub Actions
// workflows: * matches within a segment, ** matches across slashes, ? makes the
// preceding character optional, + repeats the preceding character, [] is a set of
// characters, and a backslash escapes the next character.
// (docs.github.com, "Workflow syntax", filter pattern cheat sheet.)
//
// Glob libraries have a different syntax: in path.Match, doublestar and gobwas/glob, ?
// is any one character, and + has no meaning. Package workflowpattern of nektos/act has
// the same syntax, but its module is a program that requires Docker's modules.
type Glob struct {
	pattern string
	re      *regexp.Regexp
}

// maxGlob bounds the length of a pattern, in bytes.
const maxGlob = 256

// ParseGlob compiles a pattern. It refuses a leading !, because exclusions have their
// own list.
func ParseGlob(pattern string) (Glob, error) {
	switch {
	case pattern == "":
		return Glob{}, errors.New(`empty pattern: omit the list, or use "**" for every branch`)
	case len(pattern) > maxGlob:
		return Glob{}, fmt.Errorf("the pattern has %d bytes: use at most %d", len(pattern), maxGlob)
	case pattern[0] == '!':
		return Glob{}, fmt.Errorf("pattern %q: a leading \"!\" is not supported: use an exclude list", pattern)
	}
	re, err := regexp.Compile(globRegexp(pattern))
	if err != nil || pattern[0] == '?' || pattern[0] == '+' {
		return Glob{}, fmt.Errorf("pattern %q is not a valid glob: ? and + must follow a character, and [] must hold a set of characters", pattern)
	}
	return Glob{pattern: pattern, re: re}, nil
}

func globRegexp(pattern string) string {
	var re strings.Builder
	re.WriteString(`\A`)
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case strings.HasPrefix(pattern[i:], "**"):
			re.WriteString(`(?:.*)`)
			i++
		case c == '*':
			re.WriteString(`(?:[^/]*)`)
		case c == '?' || c == '+' || c == '[' || c == ']' || c == '-':
			re.WriteByte(c)
		case c == '\\' && i+1 < len(pattern):
			i++
			re.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		default:
			re.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	re.WriteString(`\z`)
	return re.String()
}

// Match reports whether the complete name matches.
func (g Glob) Match(name string) bool { return g.re != nil && g.re.MatchString(name) }

// isLiteral reports whether the pattern has no wildcard, and so matches one name.
func (g Glob) isLiteral() bool {
	for i := 0; i < len(g.pattern); i++ {
		switch g.pattern[i] {
		case '*', '?', '+', '[':
			return false
		case '\\':
			i++
		}
	}
	return true
}

// String returns the pattern as it was parsed.
func (g Glob) String() string { return g.pattern }

func matchAny(globs []Glob, name string) bool {
	return slices.ContainsFunc(globs, func(g Glob) bool { return g.Match(name) })
}

func globList(globs []Glob) string {
	patterns := make([]string, len(globs))
	for i, g := range globs {
		patterns[i] = g.pattern
	}
	return strings.Join(patterns, ", ")
}
