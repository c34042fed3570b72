package github_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

func pull(n int64) generator.Key    { return generator.Key{Kind: generator.PullRequest, Number: n} }
func branch(b string) generator.Key { return generator.Key{Kind: generator.Branch, Branch: b} }

func TestEnding(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	openPulls(r, 9)
	r.ClosePull(2)
	r.Merge(3)
	r.ClosePull(4)
	r.Reopen(4)
	r.DeleteBranch("change-2")
	r.Push("feature/50%+a#b", "Ada")
	r.RenameBranch("change-5", "feature/5")
	r.RenameBranch("change-6", "feature/6")
	r.Push("change-6", "Ada")
	aBranch := func(name string) string { return `{"name":"` + name + `","commit":{"sha":"` + r.Head("main") + `"}}` }
	for name, test := range map[string]struct {
		key    generator.Key
		path   string
		answer func(http.ResponseWriter, *http.Request) bool
		want   generator.Ending
		err    error // nil with EndingUnknown means any error
	}{
		"open":                                  {key: pull(1), want: generator.EndingOpen},
		"closed":                                {key: pull(2), want: generator.EndingClosed},
		"merged":                                {key: pull(3), want: generator.EndingMerged},
		"reopened":                              {key: pull(4), want: generator.EndingOpen},
		"does not exist":                        {key: pull(999), want: generator.EndingUnknown, err: generator.ErrNotFound},
		"no access":                             {pull(2), "/pulls/2", respond(403, jsonType, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"no credentials":                        {pull(2), "/pulls/2", respond(401, jsonType, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"down":                                  {pull(2), "/pulls/2", respond(503, jsonType, `{}`), generator.EndingUnknown, nil},
		"other pull request":                    {pull(1), "/pulls/1", respond(200, jsonType, `{"number":2,"state":"closed"}`), generator.EndingUnknown, generator.ErrIncomplete},
		"no state":                              {pull(2), "/pulls/2", respond(200, jsonType, `{"number":2}`), generator.EndingUnknown, generator.ErrIncomplete},
		"unknown state":                         {pull(2), "/pulls/2", respond(200, jsonType, `{"number":2,"state":"parked","merged":true}`), generator.EndingUnknown, generator.ErrIncomplete},
		"HTML":                                  {pull(2), "/pulls/2", respond(200, "text/html", `<html>`), generator.EndingUnknown, generator.ErrIncomplete},
		"branch":                                {key: branch("change-1"), want: generator.EndingOpen},
		"default branch":                        {key: branch("main"), want: generator.EndingOpen},
		"special characters":                    {key: branch("feature/50%+a#b"), want: generator.EndingOpen},
		"deleted branch":                        {key: branch("change-2"), want: generator.EndingDeleted},
		"deleted, special characters":           {key: branch("change-2/50%+a#b"), want: generator.EndingDeleted},
		"renamed branch":                        {key: branch("change-5"), want: generator.EndingDeleted},
		"new name of a branch":                  {key: branch("feature/5"), want: generator.EndingOpen},
		"former name that is used again":        {key: branch("change-6"), want: generator.EndingOpen},
		"404 of a proxy":                        {branch("change-1"), "/branches/change-1", respond(404, "text/html", `<html>`), generator.EndingUnknown, generator.ErrNotFound},
		"404 without a message":                 {branch("change-1"), "/branches/change-1", respond(404, jsonType, `{}`), generator.EndingUnknown, generator.ErrNotFound},
		"no access to branch":                   {branch("change-1"), "/branches/change-1", respond(403, jsonType, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"another branch":                        {branch("change-1"), "/branches/change-1", respond(200, jsonType, aBranch("main")), generator.EndingUnknown, generator.ErrIncomplete},
		"branch in other case":                  {branch("change-1"), "/branches/change-1", respond(200, jsonType, aBranch("Change-1")), generator.EndingUnknown, generator.ErrIncomplete},
		"temporary redirect":                    {branch("change-1"), "/branches/change-1", respond(302, jsonType, ``, "Location", "main"), generator.EndingUnknown, generator.ErrIncomplete},
		"redirect to a list":                    {branch("change-1"), "/branches/change-1", respond(301, jsonType, ``, "Location", "../branches"), generator.EndingUnknown, generator.ErrIncomplete},
		"redirect to a branch without a commit": {branch("change-9"), "", redirectBranch("change-9", "change-1", `{"name":"change-1","commit":{"sha":"abc"}}`), generator.EndingUnknown, generator.ErrIncomplete},
		"repository not found":                  {branch("change-2"), "/acme/shop", respond(404, jsonType, `{}`), generator.EndingUnknown, generator.ErrNotFound},
		"default branch is missing":             {branch("change-2"), "/branches/main", respond(404, jsonType, `{"message":"Branch not found"}`), generator.EndingUnknown, generator.ErrIncomplete},
		"default branch is 404 of a proxy":      {branch("change-2"), "/branches/main", respond(404, "text/html", `<html>`), generator.EndingUnknown, generator.ErrNotFound},
		"no access to default":                  {branch("change-2"), "/branches/main", respond(403, jsonType, `{}`), generator.EndingUnknown, generator.ErrUnauthorized},
		"default branch is renamed":             {branch("change-2"), "/branches/main", respond(301, jsonType, ``, "Location", "change-1"), generator.EndingUnknown, generator.ErrIncomplete},
		"other branch as default":               {branch("change-2"), "/branches/main", respond(200, jsonType, aBranch("change-1")), generator.EndingUnknown, generator.ErrIncomplete},
		"empty key":                             {key: generator.Key{}, want: generator.EndingUnknown},
		"no number":                             {key: pull(0), want: generator.EndingUnknown},
		"negative number":                       {key: pull(-1), want: generator.EndingUnknown},
		"no name":                               {key: branch(""), want: generator.EndingUnknown},
	} {
		s.Fault(nil)
		if test.answer != nil {
			s.Fault(hook(test.path, test.answer))
		}
		got, err := open(t, s).Ending(t.Context(), repositoryID, test.key.Change())
		if got != test.want || test.err != nil && !errors.Is(err, test.err) || (err != nil) != (test.want == generator.EndingUnknown) {
			t.Errorf("%s: got %s, %v; want %s, %v", name, got, err, test.want, test.err)
		}
	}
}

// redirectBranch redirects permanently from one branch to another, and answers body there.
func redirectBranch(from, to, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/branches/"+from):
			return respond(301, jsonType, ``, "Location", to)(w, r)
		case strings.HasSuffix(r.URL.Path, "/branches/"+to):
			return respond(200, jsonType, body)(w, r)
		}
		return false
	}
}

// A list of one page with the default branch is accepted, but it is no evidence that a
// missing branch was deleted.
func TestMissingBranchIsNoEvidence(t *testing.T) {
	s := githubtest.New(t)
	openPulls(s.Repo("acme", "shop"), 3)
	s.Fault(hook("/branches", edited(t, s, func(entries []json.RawMessage) []json.RawMessage {
		return slices.DeleteFunc(entries, func(e json.RawMessage) bool { return strings.Contains(string(e), `"change-`) })
	})))
	source := open(t, s)
	if got := list(t, source, branches); len(got.Changes) != 1 || got.Refs {
		t.Errorf("got %d changes and Refs = %v, want 1 and false", len(got.Changes), got.Refs)
	}
	if got, err := source.Ending(t.Context(), repositoryID, branch("change-3").Change()); got != generator.EndingOpen || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, generator.EndingOpen)
	}
}

func TestDescribe(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	sha := r.Push("feature", "Ada")
	source := open(t, s)
	known := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	before := []generator.Change{
		{Kind: generator.Branch, Branch: "feature", HeadSHA: sha},
		{Kind: generator.Branch, Branch: "same", HeadSHA: sha, Author: "Eve"},
		{Kind: generator.Branch, Branch: "known", HeadSHA: sha, Author: "Eve", UpdatedAt: known},
		{Kind: generator.Branch, Branch: "gone", HeadSHA: strings.Repeat("0", 40)},
		{Kind: generator.Branch, Branch: "no commit"},
		{Kind: generator.PullRequest, Number: 1, HeadSHA: sha},
	}
	given := append([]generator.Change(nil), before...)
	committedAt := time.Date(2026, 1, 5, 9, 3, 0, 0, time.UTC)
	want := append([]generator.Change(nil), before...)
	want[0].Author, want[0].UpdatedAt = "Ada", committedAt
	want[1].UpdatedAt = committedAt
	for range 2 {
		got, err := source.Describe(t.Context(), given)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("error %v\ngot  %+v\nwant %+v", err, got, want)
		}
	}
	if !reflect.DeepEqual(given, before) {
		t.Errorf("Describe modified its argument: %+v", given)
	}
	// The existing commit is read once, the missing commit by each call.
	if got := s.Calls(githubtest.KindCommit); got.Counted != 3 {
		t.Errorf("got calls %+v, want 3", got)
	}
}

func TestDescribeIsBounded(t *testing.T) {
	s := githubtest.New(t)
	openPulls(s.Repo("acme", "shop"), 249)
	var current, peak atomic.Int64
	s.Fault(hook("", func(http.ResponseWriter, *http.Request) bool {
		for n := current.Add(1); ; {
			if seen := peak.Load(); n <= seen || peak.CompareAndSwap(seen, n) {
				break
			}
		}
		time.Sleep(time.Millisecond) // so that requests overlap; the test does not depend on it
		current.Add(-1)
		return false
	}))
	source := open(t, s)
	changes := list(t, source, branches).Changes
	for i, want := range []int{200, 250} {
		described, err := source.Describe(t.Context(), changes)
		if err != nil || len(described) != 250 {
			t.Fatalf("call %d: got %d changes, %v, want 250", i, len(described), err)
		}
		count := 0
		for _, c := range described {
			if !c.UpdatedAt.IsZero() {
				count++
			}
		}
		if count != want {
			t.Errorf("call %d: got %d described changes, want %d", i, count, want)
		}
	}
	if peak.Load() > 4 {
		t.Errorf("got %d concurrent look-ups, want at most 4", peak.Load())
	}
}

func TestDescribeErrors(t *testing.T) {
	s := githubtest.New(t)
	r := s.Repo("acme", "shop")
	good := generator.Change{Kind: generator.Branch, Branch: "a", HeadSHA: r.Push("a", "Ada")}
	bad := generator.Change{Kind: generator.Branch, Branch: "b", HeadSHA: r.Push("b", "Ada")}
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request) bool
		want   error
	}{
		"other commit": {respond(200, "application/json", `{"sha":"`+good.HeadSHA+`"}`), nil},
		"throttled":    {respond(403, "application/json", `{}`, "Retry-After", "60"), generator.ErrRateLimited},
	} {
		source := open(t, s) // a new source, because a rate limit would affect the next case
		s.Fault(nil)
		if _, err := source.Describe(t.Context(), []generator.Change{good}); err != nil {
			t.Fatal(err)
		}
		s.Fault(hook(bad.HeadSHA, test.answer))
		got, err := source.Describe(t.Context(), []generator.Change{good, bad})
		if !errors.Is(err, test.want) || len(got) != 2 || got[0].Author != "Ada" || got[1].Author != "" {
			t.Errorf("%s: got %+v, %v; want %v", name, got, err, test.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, s).Describe(ctx, []generator.Change{bad}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
}
