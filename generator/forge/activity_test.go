package forge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/cached"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/generator/github"
	githubtest "github.com/previewset/previewset/test/fake/github"
)

var activityTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func pullAt(number int64, updated time.Time) generator.Change {
	return generator.Change{Kind: generator.PullRequest, Number: number, UpdatedAt: updated}
}

func TestActivityCorrectsOwnWrites(t *testing.T) {
	t.Parallel()
	at, before := activityTime, activityTime.Add(-time.Hour)
	for name, tt := range map[string]struct{ updated, want time.Time }{
		"the own write":              {at, before},
		"rounded":                    {at.Add(2 * time.Second), before},
		"somebody wrote after it":    {at.Add(3 * time.Second), at.Add(3 * time.Second)},
		"the list is older":          {before.Add(time.Minute), before},
		"the list is older than all": {before.Add(-time.Minute), before.Add(-time.Minute)},
		"the list has no time":       {time.Time{}, time.Time{}},
	} {
		var a forge.Activity
		a.Wrote(7, at, before)
		a.Wrote(7, at.Add(-time.Minute), before.Add(-time.Hour)) // older
		listing := a.Correct(t.Context(), generator.Listing{Changes: []generator.Change{
			pullAt(7, tt.updated), pullAt(8, at), {Kind: generator.Branch, Branch: "7", UpdatedAt: at},
		}}, forge.Lookup{})
		if got := listing.Changes; !got[0].UpdatedAt.Equal(tt.want) || !got[1].UpdatedAt.Equal(at) || !got[2].UpdatedAt.Equal(at) {
			t.Errorf("%s: got %+v, want %s, and the others unchanged", name, got, tt.want)
		}
	}
}

// A write is remembered while its pull request is listed, readable or not, and in lists of
// branches.
func TestActivityForgetsClosedPullRequests(t *testing.T) {
	t.Parallel()
	at, before := activityTime, activityTime.Add(-time.Hour)
	list := func(numbers ...int64) (l generator.Listing) {
		for _, n := range numbers {
			l.Changes = append(l.Changes, pullAt(n, at))
		}
		return l
	}
	key := generator.Key{Kind: generator.PullRequest, Number: 7}
	for name, tt := range map[string]struct {
		between generator.Listing
		want    time.Time
	}{
		"listed":     {list(7, 8), before},
		"unreadable": {generator.Listing{Changes: list(8).Changes, Unreadable: []generator.Unreadable{{Key: key}}}, before},
		"branches":   {generator.Listing{Changes: []generator.Change{{Kind: generator.Branch, Branch: "main"}}}, before},
		"closed":     {list(8), at},
	} {
		var a forge.Activity
		a.Wrote(7, at, before)
		a.Correct(t.Context(), tt.between, forge.Lookup{})
		if got := a.Correct(t.Context(), list(7), forge.Lookup{}).Changes[0].UpdatedAt; !got.Equal(tt.want) {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

// An own comment and its edits do not postpone the end of an idle preview. A comment of
// somebody else does. Lists are cached, and shared by several sets.
func TestOwnCommentsDoNotPostponeTheEnd(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	repo := s.Repo("acme", "shop")
	s.TokenOf("previewset", "writer")
	options := github.Options{
		Options: forge.Options{HTTP: s.Transport()}, Owner: "acme", Repo: "shop",
		Token: func() (string, error) { return "writer", nil },
	}
	source, err := github.New(options)
	if err != nil {
		t.Fatal(err)
	}
	writer, err := github.NewFeedback(options)
	if err != nil {
		t.Fatal(err)
	}
	var activity forge.Activity
	lists := cached.New(source, time.Hour, nil)
	selection := generator.Selection{PullRequests: &generator.PullRequestRules{}, Lifetime: generator.Lifetime{Idle: 72 * time.Hour}}
	number := repo.OpenPull(githubtest.Pull{})
	end := func() time.Time {
		t.Helper()
		listing, err := lists.List(t.Context(), selection.Query())
		listing = activity.Correct(t.Context(), listing, forge.Lookup{})
		if err != nil || len(listing.Changes) != 1 {
			t.Fatalf("got %+v, %v, want one change", listing, err)
		}
		_, dropped := selection.Expire(listing.Changes, listing.Changes[0].UpdatedAt.Add(1000*time.Hour))
		if len(dropped) != 1 || dropped[0].Reason != generator.ReasonIdle {
			t.Fatalf("got %+v, want an idle change", dropped)
		}
		return dropped[0].Since
	}
	opened := end()
	var comment forge.Comment
	write := func(body string) {
		t.Helper()
		before, err := writer.UpdatedAt(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		if comment.ID == "" {
			comment, err = writer.CreateComment(t.Context(), number, body)
		} else {
			before = end().Add(-selection.Lifetime.Idle)
			comment, err = writer.EditComment(t.Context(), number, comment.ID, body)
		}
		if err != nil {
			t.Fatal(err)
		}
		activity.Wrote(number, comment.UpdatedAt, before)
		lists.Invalidate()
	}
	for i := range 3 {
		write(fmt.Sprint("state ", i))
		if got := end(); !got.Equal(opened) {
			t.Errorf("write %d: got the end %s, want %s as before", i, got, opened)
		}
	}
	repo.Comment(number, "alice", "still needed")
	lists.Invalidate()
	postponed := end()
	if !postponed.After(opened) {
		t.Errorf("a comment of somebody else: got the end %s, want it later than %s", postponed, opened)
	}
	write("state 4")
	if got := end(); !got.Equal(postponed) {
		t.Errorf("after it: got the end %s, want %s", got, postponed)
	}
}
