package github_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/previewset/previewset/generator"
	githubtest "github.com/previewset/previewset/test/fake/github"
	"github.com/previewset/previewset/test/vary"
)

// noList is the result if the list is refused.
const noList = "no list"

// fields has the fields that are read from an entry, with the result of a list in which
// one of them is missing or null, and in which it has an invalid value: the field that
// the entry is reported with, "" if the entry is a change, or noList.
type fields map[string]struct{ without, invalid string }

var pullFields = fields{
	"number":        {noList, noList},
	"state":         {"state", "state"},
	"title":         {"", "title"},
	"draft":         {"", "draft"},
	"user":          {"", "user"},
	"user.login":    {"", "user.login"},
	"labels":        {"labels", "labels"},
	"labels.0":      {"labels", "labels.0"},
	"labels.0.name": {"labels", "labels.0.name"},
	"head":          {"head.repo.id", "head"},
	"head.ref":      {"head.ref", "head.ref"},
	"head.sha":      {"head.sha", "head.sha"},
	"head.repo":     {"head.repo.id", "head.repo"},
	"head.repo.id":  {"head.repo.id", "head.repo.id"},
	"base":          {"base.ref", "base"},
	"base.ref":      {"base.ref", "base.ref"},
	"base.repo":     {"base.repo", "base.repo"},
	"base.repo.id":  {"base.repo", "base.repo.id"},
	"html_url":      {"", "html_url"},
	"created_at":    {"", "created_at"},
	"updated_at":    {"", "updated_at"},
	"body":          {"", ""}, // is not read
	"milestone":     {"", ""},
}

var branchFields = fields{
	"name":       {noList, noList},
	"commit":     {"commit", "commit"},
	"commit.sha": {"commit", "commit.sha"},
	"protected":  {"", ""},
}

// want returns the result of a list in which the field at a path has another value. An
// empty text or object is like a missing one, except in a time.
func (f fields) want(path, value string) string {
	if path == "head.repo" && value == "null" { // the fork was deleted
		return ""
	}
	result := f[path].invalid
	if value == "missing" || value == "null" || value == "empty" && !strings.HasSuffix(path, "_at") {
		result = f[path].without
	}
	if value == "negative" && result != noList { // as for a deleted repository
		result = f[path].without
	}
	return result
}

// One bad entry affects one entry: the others are listed as before.
func TestBadEntryAffectsOneEntry(t *testing.T) {
	s := githubtest.New(t)
	s.PageLimit(2)
	r := s.Repo("acme", "shop")
	openPulls(r, 3)
	r.Label(1, "preview")
	for suffix, test := range map[string]struct {
		query  generator.Query
		fields fields
		bad    generator.Key
	}{
		"/pulls":    {pulls, pullFields, pull(1)},
		"/branches": {branches, branchFields, branch("change-1")},
	} {
		s.Fault(nil)
		before := list(t, open(t, s), test.query).Changes
		for path := range test.fields {
			for name := range vary.JSON(entryOf(t, s, suffix, test.bad), path) {
				s.Fault(hook(suffix, edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
					for i, entry := range entries {
						if isOf(entry, test.bad) {
							entries[i] = variation(entry, path, name)
						}
					}
					return entries
				})))
				got, err := open(t, s).List(t.Context(), test.query)
				checkBadEntry(t, path+" "+name, test.fields.want(path, name), test.bad, before, got, err)
			}
		}
	}
}

func checkBadEntry(t *testing.T, name, want string, bad generator.Key, before []generator.Change, got generator.Listing, err error) {
	t.Helper()
	noCanary(t, fmt.Sprint(err, got.Unreadable))
	if strings.Contains(fmt.Sprint(err, got.Unreadable), "canary") {
		t.Errorf("%s: got text of the answer in %v, %v", name, err, got.Unreadable)
	}
	if want == noList {
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

// entryOf returns the entry of k in the first page of a list.
func entryOf(t *testing.T, s *githubtest.Server, suffix string, k generator.Key) (found json.RawMessage) {
	t.Helper()
	s.Fault(hook(suffix, edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		for _, entry := range entries {
			if isOf(entry, k) {
				found = entry
			}
		}
		return entries
	})))
	list(t, open(t, s), both)
	return found
}

func isOf(entry json.RawMessage, k generator.Key) bool {
	var id struct {
		Number int64
		Name   string
	}
	return json.Unmarshal(entry, &id) == nil && id.Number == k.Number && id.Name == k.Branch
}

// variation returns the variation of an entry with this name.
func variation(entry json.RawMessage, path, name string) json.RawMessage {
	for other, text := range vary.JSON(entry, path) {
		if other == name {
			return text
		}
	}
	return nil
}
