package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/previewset/previewset/internal/spelling"
	"github.com/previewset/previewset/plugin"
)

// nearest returns the id, branch or number that is most similar to r, "" if none is. It
// ignores case, and accepts the last part of a branch.
func (r reference) nearest(previews []plugin.StateView) (name string) {
	typed := strings.ToLower(strings.TrimPrefix(r.text, "#"))
	length := utf8.RuneCountInString(typed)
	if r.url != nil || length < 2 {
		return ""
	}
	best := max(1, length/3) + 1
	distance := func(candidate string) int {
		if len(candidate) > 2*len(typed)+best { // a long name is similar to none
			return best
		}
		return spelling.Distance(typed, candidate)
	}
	consider := func(candidate string) {
		lower := strings.ToLower(candidate)
		least := distance(lower)
		if i := strings.LastIndexByte(lower, '/'); i >= 0 {
			least = min(least, distance(lower[i+1:]))
		}
		if least < best {
			best, name = least, candidate
		}
	}
	for _, v := range previews {
		consider(v.Branch)
		consider(v.ID)
		if v.Number > 0 {
			consider(strconv.FormatInt(v.Number, 10))
		}
	}
	return name
}
