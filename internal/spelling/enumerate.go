package spelling

import "strings"

// Enumerate joins names with commas, the last two with word: "a, b and c".
func Enumerate(names []string, word string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}
