package generator

import (
	"regexp"
	"strconv"
)

// previewID matches the IDs of previews, as Names.ID describes them.
var previewID = regexp.MustCompile(`^(?:pr-([1-9][0-9]{0,17})(?:-(.+))?|br-.+)$`)

// ChangeOfID returns what the ID of a preview shows: the number and the variant of a pull
// request. Of a branch, it shows only the kind, because a slug is not the name. ok is false
// if id is not the ID of a preview.
func ChangeOfID(id string) (c Change, variant string, ok bool) {
	match := previewID.FindStringSubmatch(id)
	switch {
	case match == nil:
		return Change{}, "", false
	case match[1] == "":
		return Change{Kind: Branch}, "", true
	}
	number, err := strconv.ParseInt(match[1], 10, 64)
	return Change{Kind: PullRequest, Number: number}, match[2], err == nil
}
