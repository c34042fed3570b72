package config

import (
	"strings"

	"github.com/previewset/previewset/internal/spelling"
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
		if n := spelling.Distance(key, k); n < most {
			best, most = k, n
		}
	}
	return best
}
