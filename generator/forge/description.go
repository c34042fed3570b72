package forge

import "strings"

// MaxDescription bounds the description of a status, in characters. GitHub refuses longer
// ones: "description is too long (maximum is 140 characters)".
const MaxDescription = 140

// ShortDescription returns text as forges accept it as a description: one line without
// white space at its ends, with at most MaxDescription characters. If it is cut, it ends
// with an ellipsis. Characters above U+FFFF, which GitHub's validation of short texts can
// refuse, become U+FFFD.
func ShortDescription(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	for i, c := range line {
		if c > 0xFFFF {
			line[i] = '\uFFFD'
		}
	}
	if len(line) > MaxDescription {
		return strings.TrimSpace(string(line[:MaxDescription-1])) + "…"
	}
	return string(line)
}
