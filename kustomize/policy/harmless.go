package policy

import (
	"slices"
	"strings"
	"sync"
)

// isHarmlessAnnotation reports whether an annotation has no effect outside of the preview. Keys
// without a slash are private to users (the syntax of keys in the API reference of Kubernetes).
func isHarmlessAnnotation(key, value string) bool {
	domain, name, found := strings.Cut(key, "/")
	return !found || slices.ContainsFunc(harmlessOf()[domain], func(row harmless) bool {
		return (row.names == "*" || slices.Contains(strings.Fields(row.names), name)) &&
			(row.values == nil || row.values.MatchString(value))
	})
}

// harmlessOf has the rows of harmlessKeys by their domain.
var harmlessOf = sync.OnceValue(func() map[string][]harmless {
	rows := map[string][]harmless{}
	for _, row := range harmlessKeys {
		rows[row.domain] = append(rows[row.domain], row)
	}
	return rows
})

// isOfController reports whether a controller reads the label key.
func isOfController(key string) bool {
	domain, _, found := strings.Cut(key, "/")
	return domain != "app.kubernetes.io" && slices.ContainsFunc(labelReaders, func(row labelReader) bool {
		end, isEnd := strings.CutPrefix(row.key, "*")
		of, isDomain := strings.CutSuffix(row.key, "/")
		switch {
		case isDomain:
			return found && (domain == of || strings.HasSuffix(domain, "."+of))
		case isEnd:
			return strings.HasSuffix(key, end)
		}
		return key == row.key
	})
}
