package gitea

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// maxTimelinePages bounds the pages of one timeline. A longer timeline is
// generator.ErrIncomplete.
const maxTimelinePages = 40

// comment is an entry of a timeline.
type comment struct {
	Type    string    `json:"type"`
	Body    string    `json:"body"`
	Created time.Time `json:"created_at"`
	Label   *struct {
		Name string `json:"name"`
	} `json:"label"`
}

// Timeline implements forge.Timelines. Gitea pages the entries before it removes those that
// the reader may not see and those of code reviews, and returns neither the number of
// entries nor a link to the next page (routers/api/v1/repo/issue_comment.go of 1.26.0). The
// first page without entries may therefore not be the last one.
func (a api) Timeline(ctx context.Context, number int64) (entries []forge.TimelineEntry, err error) {
	for page := 1; page <= maxTimelinePages; page++ {
		comments, err := a.timelinePage(ctx, number, page)
		if err != nil || len(comments) == 0 {
			return entries, err
		}
		for _, c := range comments {
			entries = append(entries, c.entry())
		}
	}
	return nil, forge.Incomplete("more than %d pages", maxTimelinePages)
}

func (a api) timelinePage(ctx context.Context, number int64, page int) (comments []comment, err error) {
	err = a.get(ctx, fmt.Sprintf("/issues/%d/timeline?limit=%d&page=%d", number, perPage, page), &comments)
	return comments, err
}

// Parents implements forge.Timelines.
func (a api) Parents(ctx context.Context, hash string) (parents []string, err error) {
	var got commit
	if err := a.get(ctx, "/git/commits/"+hash, &got); err != nil || got.SHA != hash {
		return nil, err
	}
	for _, p := range got.Parents {
		parents = append(parents, p.SHA)
	}
	return parents, nil
}

// talk are the types of entries that do not change the head (models/issues/comment.go of
// 1.26.0). Closing and reopening are not among them: Gitea records no push to a closed pull
// request. A change of the target branch is not among them, because it replaces the
// entries of pushes.
var talk = []string{
	"comment", "issue_ref", "commit_ref", "comment_ref", "pull_ref", "milestone", "assignees", "change_title",
	"code", "review", "review_request", "dismiss_review", "lock", "unlock", "project", "project_board", "pin", "unpin",
}

func (c comment) entry() forge.TimelineEntry {
	e := forge.TimelineEntry{At: c.Created}
	switch {
	case c.Type == "label" && c.Label == nil: // a label that was deleted
		e.Kind = forge.TimelineTalk
	case c.Type == "label":
		e.Kind, e.Label = forge.TimelineLabelRemoved, c.Label.Name
		if c.Body == "1" {
			e.Kind = forge.TimelineLabelSet
		}
	case c.Type == "pull_push":
		e.Kind, e.First, e.Last = push(c.Body)
	case slices.Contains(talk, c.Type):
		e.Kind = forge.TimelineTalk
	}
	return e
}

// push reads the entry of a push: all new commits, or the former and the new head if it
// replaced commits (services/pull/comment.go of 1.26.0).
func push(body string) (kind forge.TimelineKind, first, last string) {
	var content struct {
		IsForcePush bool     `json:"is_force_push"`
		CommitIDs   []string `json:"commit_ids"`
	}
	if err := json.Unmarshal([]byte(body), &content); err != nil || len(content.CommitIDs) == 0 || !allCommits(content.CommitIDs) {
		return forge.TimelineOther, "", ""
	}
	first, last = content.CommitIDs[0], content.CommitIDs[len(content.CommitIDs)-1]
	if content.IsForcePush {
		return forge.TimelineForcePush, "", last
	}
	return forge.TimelinePush, first, last
}

func allCommits(hashes []string) bool {
	return !slices.ContainsFunc(hashes, func(h string) bool { return !generator.IsCommit(h) })
}
