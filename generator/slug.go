package generator

import (
	"strings"

	"github.com/gosimple/slug"
)

// argoSlugLength is slug.MaxLength as Argo CD sets it, in bytes.
const argoSlugLength = 50

// argoSlug returns the branch_slug of Argo CD's pull request generator for branch s: at
// most 50 bytes, cut at a dash if there is one. Different branches can have the same
// slug.
//
// Argo CD sets the globals of package slug (CustomSub, MaxLength) and calls
// slug.Make (applicationset/generators/pull_request.go). All goroutines of a
// process share these globals, so argoSlug does not change them: it substitutes before
// it calls slug.Make and cuts the result.
func argoSlug(s string) string {
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

// isPlain reports whether s consists of ASCII letters, digits, "/", "." and "-", as most
// branches do.
func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && !isSeparator(c)
	})
}

func isSeparator(c rune) bool { return c == '/' || c == '.' || c == '-' }

// plainSlug returns the same result as slug.Make for a plain s. It uses no regular
// expressions, because those in slug.Make take most of the time that it takes to make a
// preview's parameters.
func plainSlug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), isSeparator), "-")
}

// argoNameLength is the length of the longest name that Argo CD's SanitizeName
// makes, in bytes.
const argoNameLength = 253

// argoNormalize returns the branchNormalized of Argo CD's SCM provider generator for
// branch s: at most 253 bytes of a-z, 0-9, "-" and "." (SanitizeName in
// applicationset/utils/template_functions.go). Different branches can have the same
// value.
func argoNormalize(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return strings.Trim(s[:min(len(s), argoNameLength)], "-.")
}
