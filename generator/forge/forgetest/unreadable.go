// Package forgetest has the checks that the tests of all forges share.
package forgetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
)

// NoList is the result if a list is refused.
const NoList = "no list"

// Fields has the fields that are read from an entry, with two results of a list: in which
// the field is missing or null, and in which it has an invalid value. A result is the field
// that the entry is reported with, "" if the entry is a change, or NoList.
type Fields map[string][2]string

// Want returns the result of a list in which the field at a path has another value. An
// empty text or object is like a missing one, except in a time. A negative number is the ID
// of a deleted repository.
func (f Fields) Want(path, value string) string {
	without, invalid := f[path][0], f[path][1]
	switch {
	case value == "missing", value == "null", value == "empty" && !strings.HasSuffix(path, "_at"):
		return without
	case value == "negative" && invalid != NoList:
		return without
	}
	return invalid
}

// CheckBadEntry checks a list in which the entry of bad was changed. before are the changes
// of the list without this fault. A changed text contains "canary".
func CheckBadEntry(t *testing.T, name, want string, bad generator.Key, before []generator.Change, got generator.Listing, err error) {
	t.Helper()
	if strings.Contains(fmt.Sprint(err, got.Unreadable), "canary") {
		t.Errorf("%s: got text of the answer in %v, %v", name, err, got.Unreadable)
	}
	if want == NoList {
		if !errors.Is(err, generator.ErrIncomplete) {
			t.Errorf("%s: got %v, want %v", name, err, generator.ErrIncomplete)
		}
		return
	}
	isBad := func(c generator.Change) bool { return c.Key() == bad }
	others := slices.DeleteFunc(slices.Clone(got.Changes), isBad)
	if err != nil || !reflect.DeepEqual(others, slices.DeleteFunc(slices.Clone(before), isBad)) {
		t.Errorf("%s: got %+v, %v, want all other changes", name, others, err)
	}
	listed := slices.ContainsFunc(got.Changes, isBad)
	if want == "" {
		if !listed || len(got.Unreadable) > 0 {
			t.Errorf("%s: got listed: %t, %+v, want a change", name, listed, got.Unreadable)
		}
		return
	}
	if listed || len(got.Unreadable) != 1 || got.Unreadable[0].Key != bad || got.Unreadable[0].Field != want || got.Unreadable[0].Problem == "" {
		t.Errorf("%s: got listed: %t, %+v, want %s: %s", name, listed, got.Unreadable, bad, want)
	}
}

// IsOf reports whether an entry of a list of pull requests or branches is that of k.
func IsOf(entry json.RawMessage, k generator.Key) bool {
	var id struct {
		Number int64
		Name   string
	}
	return json.Unmarshal(entry, &id) == nil && id.Number == k.Number && id.Name == k.Branch
}
