package gitea_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	giteatest "github.com/previewset/previewset/test/fake/gitea"
)

func pull(n int64) generator.Key    { return generator.Key{Kind: generator.PullRequest, Number: n} }
func branch(b string) generator.Key { return generator.Key{Kind: generator.Branch, Branch: b} }

func TestEnding(t *testing.T) {
	const json = "application/json"
	s := giteatest.New(t)
	s.SetState(giteatest.Later)
	for name, test := range map[string]struct {
		key    generator.Key
		path   string
		answer http.HandlerFunc
		want   generator.Ending
		err    error // nil with EndingUnknown means any error
	}{
		"open":                             {key: pull(1), want: generator.EndingOpen},
		"closed, fork deleted":             {key: pull(4), want: generator.EndingClosed},
		"merged":                           {key: pull(6), want: generator.EndingMerged},
		"closed":                           {key: pull(7), want: generator.EndingClosed},
		"reopened":                         {key: pull(8), want: generator.EndingOpen},
		"not found":                        {pull(7), "/pulls/7", respond(404, json, `{"message":"not found"}`), generator.EndingUnknown, generator.ErrNotFound},
		"no access":                        {pull(7), "/pulls/7", respond(403, json, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"no credentials":                   {pull(7), "/pulls/7", respond(401, json, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"down":                             {pull(7), "/pulls/7", respond(503, json, `{}`), generator.EndingUnknown, nil},
		"other pull request":               {pull(1), "/pulls/1", respond(200, json, `{"number":2,"state":"closed"}`), generator.EndingUnknown, generator.ErrIncomplete},
		"no state":                         {pull(7), "/pulls/7", respond(200, json, `{"number":7}`), generator.EndingUnknown, generator.ErrIncomplete},
		"unknown state":                    {pull(7), "/pulls/7", respond(200, json, `{"number":7,"state":"parked","merged":true}`), generator.EndingUnknown, generator.ErrIncomplete},
		"null":                             {pull(7), "/pulls/7", respond(200, json, `null`), generator.EndingUnknown, generator.ErrIncomplete},
		"HTML":                             {pull(7), "/pulls/7", respond(200, "text/html", `<html>`), generator.EndingUnknown, generator.ErrIncomplete},
		"branch":                           {key: branch("release/1"), want: generator.EndingOpen},
		"default branch":                   {key: branch("main"), want: generator.EndingOpen},
		"special characters":               {key: branch("feature/50%+a#b"), want: generator.EndingOpen},
		"deleted branch":                   {key: branch("change-7"), want: generator.EndingDeleted},
		"404 of a proxy":                   {branch("release/1"), "/branches/release/1", respond(404, "text/html", `<html>`), generator.EndingUnknown, generator.ErrNotFound},
		"404 without a message":            {branch("release/1"), "/branches/release/1", respond(404, json, `{}`), generator.EndingUnknown, generator.ErrNotFound},
		"no access to branch":              {branch("release/1"), "/branches/release/1", respond(403, json, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"another branch":                   {branch("release/1"), "/branches/release/1", respond(301, json, ``, "Location", "../main"), generator.EndingUnknown, generator.ErrIncomplete},
		"repository not found":             {branch("change-7"), "/acme/shop", respond(404, json, `{}`), generator.EndingUnknown, generator.ErrNotFound},
		"default branch is missing":        {branch("change-7"), "/branches/main", respond(404, json, `{"message":"not found"}`), generator.EndingUnknown, generator.ErrIncomplete},
		"default branch is 404 of a proxy": {branch("change-7"), "/branches/main", respond(404, "text/html", `<html>`), generator.EndingUnknown, generator.ErrNotFound},
		"no access to default":             {branch("change-7"), "/branches/main", respond(403, json, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"other branch as default":          {branch("change-7"), "/branches/main", respond(301, json, ``, "Location", "release/1"), generator.EndingUnknown, generator.ErrIncomplete},
		"empty key":                        {key: generator.Key{}, want: generator.EndingUnknown},
		"no number":                        {key: pull(0), want: generator.EndingUnknown},
		"negative number":                  {key: pull(-1), want: generator.EndingUnknown},
		"no name":                          {key: branch(""), want: generator.EndingUnknown},
	} {
		s.Fault(nil)
		if test.answer != nil {
			s.Fault(fault(test.path, "", test.answer))
		}
		got, err := open(t, s).Ending(t.Context(), repositoryID, test.key.Change())
		if got != test.want || test.err != nil && !errors.Is(err, test.err) || (err != nil) != (test.want == generator.EndingUnknown) {
			t.Errorf("%s: got %s, %v; want %s, %v", name, got, err, test.want, test.err)
		}
	}
}

func TestNotFoundIsNoEvidenceOfEnding(t *testing.T) {
	s := giteatest.New(t)
	if got, err := open(t, s).Ending(t.Context(), repositoryID, pull(99).Change()); got != generator.EndingUnknown || !errors.Is(err, generator.ErrNotFound) {
		t.Errorf("got %s, %v, want %v", got, err, generator.ErrNotFound)
	}
	// Gitea gives the same answer for these branches as for a deleted branch.
	for name, want := range map[string]error{"secret": generator.ErrNotFound, "empty": generator.ErrIncomplete} {
		if got, err := open(t, s, repo(name)).Ending(t.Context(), "2", branch("main").Change()); got != generator.EndingUnknown || !errors.Is(err, want) {
			t.Errorf("%s: got %s, %v; want %v", name, got, err, want)
		}
	}
}

// A list with the default branch and the right number of entries is accepted, but it is no
// evidence that a missing branch was deleted.
func TestMissingBranchIsNoEvidence(t *testing.T) {
	s := giteatest.New(t)
	s.Fault(fault("/branches", "", func(w http.ResponseWriter, _ *http.Request) {
		for _, entry := range recorded(t, s, "branches?limit=50&page=%d") {
			if strings.Contains(string(entry), `"name":"main"`) {
				respond(200, jsonType, "["+string(entry)+"]", "X-Total-Count", "1")(w, nil)
			}
		}
	}))
	source := open(t, s)
	if got := list(t, source, branches); len(got.Changes) != 1 || got.Refs {
		t.Errorf("got %d changes and Refs = %v, want 1 and false", len(got.Changes), got.Refs)
	}
	if got, err := source.Ending(t.Context(), repositoryID, branch("release/1").Change()); got != generator.EndingOpen || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, generator.EndingOpen)
	}
}

// UpdatedAt is the commit time. The author time of an amended commit does not change.
func TestDescribeSetsCommitTime(t *testing.T) {
	s := giteatest.New(t)
	source := open(t, s)
	for _, step := range []struct {
		scene string
		want  int // requests
	}{
		{giteatest.Open, 9},
		{giteatest.Open, 0},
		{giteatest.Later, 3}, // main, search and late
		{giteatest.Open, 3},  // commits that are no heads any more are forgotten
	} {
		s.SetState(step.scene)
		listed := list(t, source, branches).Changes
		before := s.Requests()
		got, err := source.Describe(t.Context(), listed)
		if err != nil || len(got) != len(listed) {
			t.Fatalf("got %d changes, %v, want %d", len(got), err, len(listed))
		}
		if requests := s.Requests() - before; requests != step.want {
			t.Errorf("%s: got %d requests, want %d", step.scene, requests, step.want)
		}
		for i, c := range got {
			if c.UpdatedAt.IsZero() || !listed[i].UpdatedAt.IsZero() {
				t.Errorf("%s: got UpdatedAt %s, want a time; it was listed with %s, want none", c.Branch, c.UpdatedAt, listed[i].UpdatedAt)
			}
			if want := time.Date(2026, 1, 6, 10, 0, 0, 0, time.UTC); c.Branch == "amended" && !c.UpdatedAt.Equal(want) {
				t.Errorf("amended: got UpdatedAt %s, want %s", c.UpdatedAt, want)
			}
		}
	}
}

func TestDescribeDoesNotModifyOtherChanges(t *testing.T) {
	s := giteatest.New(t)
	known := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	head := list(t, open(t, s), branches).Changes[0].HeadSHA
	given := []generator.Change{
		{Kind: generator.Branch, Branch: "gone", HeadSHA: "0000000000000000000000000000000000000000"},
		{Kind: generator.Branch, Branch: "known", HeadSHA: head, UpdatedAt: known},
		{Kind: generator.Branch, Branch: "no commit"},
		{Kind: generator.PullRequest, Number: 1, HeadSHA: head},
	}
	if got, err := open(t, s).Describe(t.Context(), given); err != nil || !reflect.DeepEqual(got, given) {
		t.Errorf("error %v\ngot  %+v\nwant %+v", err, got, given)
	}
}

func TestDescribeErrors(t *testing.T) {
	s := giteatest.New(t)
	listed := list(t, open(t, s), branches).Changes
	good, bad := listed[0], listed[1]
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"other commit": {respond(200, "application/json", `{"sha":"`+good.HeadSHA+`","commit":{"committer":{"date":"2026-01-01T00:00:00Z"}}}`), nil},
		"null":         {respond(200, "application/json", `null`), nil},
		"no time":      {respond(200, "application/json", `{"sha":"`+bad.HeadSHA+`","commit":{"committer":{"date":"today"}}}`), nil},
		"throttled":    {respond(429, "application/json", `{}`, "Retry-After", "60"), generator.ErrRateLimited},
	} {
		source := open(t, s)
		s.Fault(nil)
		if _, err := source.Describe(t.Context(), listed[:1]); err != nil {
			t.Fatal(err)
		}
		s.Fault(fault(bad.HeadSHA, "", test.answer))
		got, err := source.Describe(t.Context(), []generator.Change{good, bad})
		if !errors.Is(err, test.want) || len(got) != 2 || got[0].UpdatedAt.IsZero() || !got[1].UpdatedAt.IsZero() {
			t.Errorf("%s: got %+v, %v; want %v", name, got, err, test.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, s).Describe(ctx, []generator.Change{bad}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
}
