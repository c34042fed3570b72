package gitea_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge/forgetest"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
	"github.com/previewset/previewset/test/vary"
)

var pullFields = forgetest.Fields{
	"number":        {forgetest.NoList, forgetest.NoList},
	"state":         {"state", "state"},
	"merged":        {"", "merged"},
	"title":         {"", "title"},
	"draft":         {"", "draft"},
	"user":          {"", "user"},
	"user.login":    {"", "user.login"},
	"labels":        {"labels", "labels"},
	"labels.0":      {"labels", "labels.0"},
	"labels.0.name": {"labels", "labels.0.name"},
	"head":          {"head.label", "head"},
	"head.label":    {"head.label", "head.label"},
	"head.ref":      {"", "head.ref"},
	"head.sha":      {"head.sha", "head.sha"},
	"head.repo_id":  {"head.repo_id", "head.repo_id"},
	"base":          {"base.ref", "base"},
	"base.ref":      {"base.ref", "base.ref"},
	"base.repo_id":  {"base.repo", "base.repo_id"},
	"html_url":      {"", "html_url"},
	"created_at":    {"", "created_at"},
	"updated_at":    {"", "updated_at"},
	"body":          {"", ""}, // is not read
	"milestone":     {"", ""},
	"base.repo":     {"", ""},
}

var branchFields = forgetest.Fields{
	"name":               {forgetest.NoList, forgetest.NoList},
	"commit":             {"commit", "commit"},
	"commit.id":          {"commit", "commit.id"},
	"commit.author":      {"", "commit.author"},
	"commit.author.name": {"", "commit.author.name"},
	"commit.timestamp":   {"", ""},
	"protected":          {"", ""},
}

// wantEntry returns the result of a list in which the field at a path has another value.
func wantEntry(f forgetest.Fields, path, value string) string {
	if path == "head.repo_id" && value == "negative" || path == "head.label" && value == "empty" {
		return "" // the fork was deleted, and an agit pull request
	}
	return f.Want(path, value)
}

// One bad entry affects one entry: the others are listed as before.
func TestBadEntryAffectsOneEntry(t *testing.T) {
	s := giteatest.New(t)
	for suffix, test := range map[string]struct {
		query  generator.Query
		fields forgetest.Fields
		bad    generator.Key
	}{
		"/pulls":    {pulls, pullFields, pull(1)},
		"/branches": {branches, branchFields, branch("change-6")},
	} {
		s.Fault(nil)
		before := list(t, open(t, s), test.query).Changes
		for path := range test.fields {
			for name, text := range vary.JSON(entryOf(t, s, suffix, test.bad), path) {
				s.Fault(fault(suffix, "", edited(s, func(a *giteatest.Answer) {
					a.Body = withEntries(t, a.Body, func(entry json.RawMessage) json.RawMessage {
						if forgetest.IsOf(entry, test.bad) {
							return text
						}
						return entry
					})
				})))
				got, err := open(t, s).List(t.Context(), test.query)
				noCanary(t, fmt.Sprint(err, got.Unreadable))
				forgetest.CheckBadEntry(t, path+" "+name, wantEntry(test.fields, path, name), test.bad, before, got, err)
			}
		}
	}
}

// entryOf returns the entry of k in a list.
func entryOf(t *testing.T, s *giteatest.Server, suffix string, k generator.Key) (found json.RawMessage) {
	t.Helper()
	s.Fault(fault(suffix, "", edited(s, func(a *giteatest.Answer) {
		withEntries(t, a.Body, func(entry json.RawMessage) json.RawMessage {
			if forgetest.IsOf(entry, k) {
				found = entry
			}
			return entry
		})
	})))
	list(t, open(t, s), both)
	return found
}

// withEntries returns a page with changed entries.
func withEntries(t *testing.T, page string, change func(json.RawMessage) json.RawMessage) string {
	t.Helper()
	var entries []json.RawMessage
	if err := json.Unmarshal([]byte(page), &entries); err != nil {
		t.Error(err)
	}
	for i, entry := range entries {
		entries[i] = change(entry)
	}
	body, err := json.Marshal(entries)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}
