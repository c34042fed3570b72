package main

import (
	"strconv"
	"strings"

	"github.com/previewset/previewset/plugin"
)

// nearest returns the id, branch or number that is most similar to r, "" if none is. It
// ignores case, and accepts the last part of a branch.
func (r reference) nearest(previews []plugin.StateView) (name string) {
	typed := []rune(strings.ToLower(strings.TrimPrefix(r.text, "#")))
	if r.url != nil || len(typed) < 2 {
		return ""
	}
	best := max(1, len(typed)/3) + 1
	consider := func(candidate string) {
		lower := strings.ToLower(candidate)
		least := distance(typed, []rune(lower), best)
		if i := strings.LastIndexByte(lower, '/'); i >= 0 {
			least = min(least, distance(typed, []rune(lower[i+1:]), best))
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

// distance returns the least number of characters to insert, delete or replace to turn a
// into b (Levenshtein distance), or limit if the lengths differ by more.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			replaced := diagonal
			if x != y {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
