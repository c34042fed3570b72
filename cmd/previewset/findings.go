package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/previewset/previewset/internal/spelling"
)

// finding is a text about a preview.
type finding struct{ id, text string }

// manyHeld is the number of held previews with the same reason from which on they are
// printed in one line.
const manyHeld = 6

// held prints why the guard holds previews of a set.
func (t *terminal) held(set string, held []heldView) {
	all := make([]finding, len(held))
	for i, h := range held {
		all[i] = finding{h.ID, h.Why}
	}
	t.findings(set, "holds", all, manyHeld)
}

// findings prints texts about previews of a set. It prints a text that at least many of
// them share, except for their ids, once.
func (t *terminal) findings(set, verb string, all []finding, many int) {
	alike := map[string][]string{} // ids
	for _, f := range all {
		alike[f.kind()] = append(alike[f.kind()], f.id)
	}
	for _, f := range all {
		ids := alike[f.kind()]
		if len(ids) < many {
			ids = []string{f.id}
		} else if ids[0] != f.id {
			continue
		}
		t.printf("%s: %s %s: %s\n", set, verb, named(ids), indented(f.text))
	}
}

// kind returns the text without the id.
func (f finding) kind() string { return strings.ReplaceAll(f.text, f.id, "") }

// maxNamed is the maximum number of ids that named returns.
const maxNamed = 3

// named returns an id, or "300 previews (pr-1, pr-2, pr-3 and 297 more)".
func named(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	names := slices.Clone(ids[:min(len(ids), maxNamed)])
	if more := len(ids) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%d previews (%s)", len(ids), spelling.Enumerate(names, "and"))
}
