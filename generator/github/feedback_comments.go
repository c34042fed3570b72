package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/generator/forge"
)

// comment holds the fields of a comment that are read.
type comment struct {
	ID        int64     `json:"id"`
	Body      string    `json:"body"`
	HTMLURL   string    `json:"html_url"`
	UpdatedAt time.Time `json:"updated_at"`
	User      user      `json:"user"`
}

func (c comment) facts() forge.Comment {
	return forge.Comment{ID: strconv.FormatInt(c.ID, 10), Body: c.Body, URL: c.HTMLURL, UpdatedAt: c.UpdatedAt}
}

// Comments implements forge.Feedback. GitHub lists comments by ascending ID.
// https://docs.github.com/en/rest/issues/comments#list-issue-comments
func (r reporter) Comments(ctx context.Context, number int64, marker string) ([]forge.Comment, error) {
	own, err := r.identity.own(ctx)
	if err != nil {
		return nil, err
	}
	var found []forge.Comment
	err = eachPage(ctx, r, r.comments(number)+"?", func(page []comment) bool {
		for _, c := range page {
			if own(c.User) && strings.Contains(c.Body, marker) {
				found = append(found, c.facts())
			}
		}
		return true
	})
	return found, err
}

func (r reporter) comments(number int64) string {
	return fmt.Sprintf("%s/issues/%d/comments", r.path(), number)
}

func (r reporter) comment(id string) string {
	return r.path() + "/issues/comments/" + url.PathEscape(id)
}

// CreateComment implements forge.Feedback.
func (r reporter) CreateComment(ctx context.Context, number int64, body string) (forge.Comment, error) {
	var got comment
	if err := r.write(ctx, http.MethodPost, r.comments(number), map[string]string{"body": body}, &got); err != nil {
		return forge.Comment{}, r.denied(ctx, err, r.pull(number))
	}
	r.identity.wrote(got.User)
	return got.facts(), nil
}

// EditComment implements forge.Feedback.
func (r reporter) EditComment(ctx context.Context, _ int64, id, body string) (forge.Comment, error) {
	var got comment
	if err := r.write(ctx, http.MethodPatch, r.comment(id), map[string]string{"body": body}, &got); err != nil {
		return forge.Comment{}, r.denied(ctx, err, r.comment(id))
	}
	return got.facts(), nil
}

// DeleteComment implements forge.Feedback.
func (r reporter) DeleteComment(ctx context.Context, _ int64, id string) error {
	err := r.write(ctx, http.MethodDelete, r.comment(id), nil, nil)
	return r.denied(ctx, err, r.comment(id))
}
