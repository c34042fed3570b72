package generator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Glob is a pattern for branch names, as in the filters of GitHub Actions
// workflows: * matches within a segment, ** across slashes, ? makes the
// character before it optional, + repeats it, [] is a set of characters, and a
// backslash takes the next character as it is.
// (docs.github.com, "Workflow syntax", filter pattern cheat sheet.)
//
// Libraries of globs have another syntax: for path.Match, doublestar and gobwas/glob
// ? is any one character, and they have no +. Package workflowpattern of nektos/act
// has this one, but its module is a program, and requires Docker's modules.
type Glob struct {
	pattern string
	re      *regexp.Regexp
}

// maxGlob bounds the length of a pattern, in bytes.
const maxGlob = 256

// ParseGlob compiles a pattern. A leading ! is refused: what to leave out has
// a list of its own.
func ParseGlob(pattern string) (Glob, error) {
	switch {
	case pattern == "":
		return Glob{}, fmt.Errorf("empty pattern: leave the list out, or write \"**\" for every branch")
	case len(pattern) > maxGlob:
		return Glob{}, fmt.Errorf("pattern of %d bytes: at most %d", len(pattern), maxGlob)
	case pattern[0] == '!':
		return Glob{}, fmt.Errorf("pattern %q: put what to leave out into the list for that, without the \"!\"", pattern)
	}
	re, err := regexp.Compile(globRegexp(pattern))
	if err != nil || pattern[0] == '?' || pattern[0] == '+' {
		return Glob{}, fmt.Errorf("pattern %q is not a valid glob: ?, + and [] need something to stand on", pattern)
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

// Match reports whether the whole of name matches.
func (g Glob) Match(name string) bool { return g.re != nil && g.re.MatchString(name) }

// String returns the pattern.
func (g Glob) String() string { return g.pattern }

func matchAny(globs []Glob, name string) bool {
	return slices.ContainsFunc(globs, func(g Glob) bool { return g.Match(name) })
}

func globList(globs []Glob) string {
	words := make([]string, len(globs))
	for i, g := range globs {
		words[i] = g.pattern
	}
	return strings.Join(words, ", ")
}
