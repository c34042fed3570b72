package github_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge/forgetest"
	githubtest "github.com/previewset/previewset/test/fake/github"
	"github.com/previewset/previewset/test/vary"
)

var pullFields = forgetest.Fields{
	"number":        {forgetest.NoList, forgetest.NoList},
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

var branchFields = forgetest.Fields{
	"name":       {forgetest.NoList, forgetest.NoList},
	"commit":     {"commit", "commit"},
	"commit.sha": {"commit", "commit.sha"},
	"protected":  {"", ""},
}

// wantEntry returns the result of a list in which the field at a path has another value.
func wantEntry(f forgetest.Fields, path, value string) string {
	if path == "head.repo" && value == "null" { // the fork was deleted
		return ""
	}
	return f.Want(path, value)
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
		fields forgetest.Fields
		bad    generator.Key
	}{
		"/pulls":    {pulls, pullFields, pull(1)},
		"/branches": {branches, branchFields, branch("change-1")},
	} {
		s.Fault(nil)
		before := list(t, open(t, s), test.query).Changes
		for path := range test.fields {
			for name, text := range vary.JSON(entryOf(t, s, suffix, test.bad), path) {
				s.Fault(hook(suffix, edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
					for i, entry := range entries {
						if forgetest.IsOf(entry, test.bad) {
							entries[i] = text
						}
					}
					return entries
				})))
				got, err := open(t, s).List(t.Context(), test.query)
				noCanary(t, fmt.Sprint(err, got.Unreadable))
				forgetest.CheckBadEntry(t, path+" "+name, wantEntry(test.fields, path, name), test.bad, before, got, err)
			}
		}
	}
}

// entryOf returns the entry of k in the first page of a list.
func entryOf(t *testing.T, s *githubtest.Server, suffix string, k generator.Key) (found json.RawMessage) {
	t.Helper()
	s.Fault(hook(suffix, edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		for _, entry := range entries {
			if forgetest.IsOf(entry, k) {
				found = entry
			}
		}
		return entries
	})))
	list(t, open(t, s), both)
	return found
}
