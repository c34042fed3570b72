package gitea

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// issueComment holds the fields of a comment that are read.
type issueComment struct {
	ID        int64     `json:"id"`
	Body      string    `json:"body"`
	HTMLURL   string    `json:"html_url"`
	UpdatedAt time.Time `json:"updated_at"`
	User      user      `json:"user"`
}

func (c issueComment) facts() forge.Comment {
	return forge.Comment{ID: strconv.FormatInt(c.ID, 10), Body: c.Body, URL: c.HTMLURL, UpdatedAt: c.UpdatedAt}
}

// Comments implements forge.Feedback. Gitea lists all comments in one answer, by the time of
// their creation (ListIssueComments in its routers/api/v1/repo/issue_comment.go).
func (r *reporter) Comments(ctx context.Context, number int64, marker string) ([]forge.Comment, error) {
	me, err := r.me(ctx)
	if err != nil {
		return nil, err
	}
	var own []issueComment
	err = eachPage(ctx, r, commentsPath(number), func(page []issueComment) bool {
		for _, c := range page {
			if c.User.id() == me && strings.Contains(c.Body, marker) {
				own = append(own, c)
			}
		}
		return true
	})
	if err != nil {
		return nil, r.missing(ctx, err, pullPath(number))
	}
	slices.SortFunc(own, func(a, b issueComment) int { return int(a.ID - b.ID) })
	found := make([]forge.Comment, len(own))
	for i, c := range own {
		found[i] = c.facts()
	}
	return found, nil
}

func commentsPath(number int64) string { return fmt.Sprintf("/issues/%d/comments", number) }

func commentPath(id string) string { return "/issues/comments/" + url.PathEscape(id) }

// CreateComment implements forge.Feedback.
func (r *reporter) CreateComment(ctx context.Context, number int64, body string) (forge.Comment, error) {
	var got issueComment
	err := r.write(ctx, http.MethodPost, commentsPath(number), map[string]string{"body": body}, &got)
	if err != nil {
		return forge.Comment{}, r.locked(ctx, r.missing(ctx, err, pullPath(number)), number)
	}
	r.author.Wrote(got.User.id())
	return got.facts(), nil
}

// locked returns err of a new comment. Gitea has no status of its own for a locked
// conversation, and translates the message.
func (r *reporter) locked(ctx context.Context, err error, number int64) error {
	if !errors.Is(err, generator.ErrUnauthorized) {
		return err
	}
	var got pullRequest
	if r.get(ctx, pullPath(number), &got) == nil && got.IsLocked {
		return forge.ErrConversationLocked
	}
	return err
}

// EditComment implements forge.Feedback.
func (r *reporter) EditComment(ctx context.Context, _ int64, id, body string) (forge.Comment, error) {
	var got issueComment
	err := r.write(ctx, http.MethodPatch, commentPath(id), map[string]string{"body": body}, &got)
	return got.facts(), err
}

// DeleteComment implements forge.Feedback.
func (r *reporter) DeleteComment(ctx context.Context, _ int64, id string) error {
	return r.write(ctx, http.MethodDelete, commentPath(id), nil, nil)
}
