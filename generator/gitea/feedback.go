package gitea

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/network"
)

var errAnonymous = errors.New("gitea: feedback needs a token: set feedback.tokenFile or feedback.tokenEnv")

// NewFeedback returns the feedback on the repository that o describes. It makes no request.
func NewFeedback(o Options) (forge.Feedback, error) {
	if o.Token == nil {
		return nil, errAnonymous
	}
	place, api, connection, err := o.open(forge.Server{Refused: refusedWrite, Writes: true})
	if err != nil {
		return nil, err
	}
	rights := forge.FeedbackRights{
		Comments: "the scopes write:issue, read:repository and read:user, and that their user can read the repository",
		Statuses: "the scopes write:repository and read:user, and that their user may write to the code of the repository",
	}
	return forge.NewFeedback(place, &reporter{api: api}, connection, rights), nil
}

// refusedWrite is forge.RefusedJSON with the status 423 of an archived repository
// (mustNotBeArchived in Gitea's routers/api/v1/api.go).
func refusedWrite(status int, body []byte) error {
	if status == http.StatusLocked {
		return forge.ErrArchived
	}
	return forge.RefusedJSON(status, body)
}

// reporter is the forge.Feedback of one repository.
type reporter struct {
	api
	author forge.Author
}

// me returns the ID of the user of the token.
func (r *reporter) me(ctx context.Context) (string, error) {
	return r.author.Who(ctx, func(ctx context.Context) (string, error) {
		body, _, err := r.request(ctx, http.MethodGet, "/user", http.NoBody)
		if err != nil {
			return "", err
		}
		var got user
		err = forge.Decode(body, &got)
		return got.id(), err
	})
}

// user holds the fields of a user that are read.
type user struct {
	ID int64 `json:"id"`
}

func (u user) id() string { return forge.ID(u.ID) }

// write sends a request for a path below the repository, and decodes the answer into
// answer. content and answer may be nil.
func (r *reporter) write(ctx context.Context, method, path string, content, answer any) error {
	encoded, err := json.Marshal(content)
	if err != nil {
		return err
	}
	body, _, err := r.request(ctx, method, r.repository()+path, bytes.NewReader(encoded))
	if err != nil || answer == nil {
		return err
	}
	return forge.Decode(body, answer)
}

// missing returns err of a request for something below path. Gitea answers with a status
// 500 if that does not exist: if reading it returns generator.ErrNotFound, that is the
// error.
func (r *reporter) missing(ctx context.Context, err error, path string) error {
	if !errors.Is(err, network.ErrStatus) {
		return err
	}
	if _, _, readErr := r.send(ctx, path); errors.Is(readErr, generator.ErrNotFound) {
		return readErr
	}
	return err
}

// UpdatedAt implements forge.Feedback.
func (r *reporter) UpdatedAt(ctx context.Context, number int64) (time.Time, error) {
	var got pullRequest
	err := r.get(ctx, pullPath(number), &got)
	return got.UpdatedAt, err
}

func pullPath(number int64) string { return fmt.Sprintf("/pulls/%d", number) }

// eachPage reads the pages of a list below the repository until more returns false. path
// has no page number. Gitea has no link to a next page for a list without pages.
func eachPage[T any](ctx context.Context, r *reporter, path string, more func(page []T) bool) error {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	next := path
	for range maxFeedbackPages {
		body, header, err := r.send(ctx, next)
		if err != nil {
			return err
		}
		var page []T
		if err := forge.Decode(body, &page); err != nil {
			return err
		}
		number := nextPage(header.Get("Link"))
		if !more(page) || number == 0 {
			return nil
		}
		next = fmt.Sprintf("%s%spage=%d", path, separator, number)
	}
	return forge.Incomplete("more than %d pages", maxFeedbackPages)
}

// maxFeedbackPages bounds the pages of one list.
const maxFeedbackPages = 100
