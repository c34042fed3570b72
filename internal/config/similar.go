package config

import (
	"strings"
)

// nearest returns the known key that is most similar to key, or "" if none is similar: a few
// letters were added, removed, replaced or swapped, or differ in case.
func nearest(key string, known []string) string {
	best, most := "", min(2, len(key)/3)+1
	for _, k := range known {
		if strings.EqualFold(k, key) {
			return k
		}
		if len(key) > 2*len(k) { // a long key is similar to none
			continue
		}
		if n := edits(key, k); n < most {
			best, most = k, n
		}
	}
	return best
}

// edits returns the number of letters to add, remove or replace, and of neighbours to swap,
// that makes a to b: the optimal string alignment distance.
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := 1
			if a[i-1] == b[j-1] {
				replace = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
