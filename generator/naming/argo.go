package naming

import (
	"strings"

	"github.com/gosimple/slug"
)

// argoSlugLength is slug.MaxLength as Argo CD sets it.
const argoSlugLength = 50

// ArgoSlug returns what Argo CD's pull request generator gives as branch_slug
// for a branch s: at most 50 bytes, cut at a dash if there is one. Different
// branches can have the same.
//
// Argo CD sets the globals of package slug (CustomSub, MaxLength) and calls
// slug.Make (applicationset/generators/pull_request.go). Here they stay as they
// are, because every goroutine of the process shares them: what they would do
// first and last is done before and after.
func ArgoSlug(s string) string {
	if s = strings.ReplaceAll(s, "_", "-"); isPlain(s) {
		s = plainSlug(s)
	} else {
		s = slug.Make(s)
	}
	if len(s) <= argoSlugLength {
		return s
	}
	if dash := strings.LastIndexByte(s[:argoSlugLength+1], '-'); dash >= 0 {
		return s[:dash]
	}
	return s[:argoSlugLength]
}

// isPlain reports whether s is of what most branches are: letters, digits, "/",
// "." and "-".
func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && !isSeparator(c)
	})
}

func isSeparator(c rune) bool { return c == '/' || c == '.' || c == '-' }

// plainSlug is slug.Make for what is plain, without its regular expressions:
// they were most of what a preview's parameters cost.
func plainSlug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), isSeparator), "-")
}

// argoNameLength is the longest name that Argo CD's SanitizeName makes.
const argoNameLength = 253

// ArgoNormalize returns what Argo CD's SCM provider generator gives as
// branchNormalized for a branch s: at most 253 bytes of a-z, 0-9, "-" and ".".
// Different branches can have the same
// (SanitizeName in applicationset/utils/template_functions.go).
func ArgoNormalize(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return strings.Trim(s[:min(len(s), argoNameLength)], "-.")
}
