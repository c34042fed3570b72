package github

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

var errAnonymous = errors.New("github: feedback needs credentials: set feedback.tokenFile or feedback.tokenEnv, or the App of source.github")

// NewFeedback returns the feedback on the repository that o describes. With a token, it
// writes commit statuses as the user of the token. With an App, it writes check runs. It
// makes no request.
func NewFeedback(o Options) (forge.Feedback, error) {
	if o.Token == nil && o.App == nil {
		return nil, errAnonymous
	}
	place, api, connection, err := o.open(true)
	if err != nil {
		return nil, err
	}
	r := reporter{api: api, identity: &identity{api: api}}
	if o.App == nil {
		return forge.NewFeedback(place, withStatuses{r}, connection, tokenRights()), nil
	}
	return forge.NewFeedback(place, withChecks{r, o.App.ID}, connection, appFeedbackRights()), nil
}

// tokenRights are the permissions of fine-grained tokens. A classic token needs the scope
// repo for all of them.
// https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
func tokenRights() forge.FeedbackRights {
	const classic = " (a classic token: the scope repo)"
	return forge.FeedbackRights{
		Comments:    `the permission "Pull requests: write"` + classic,
		Statuses:    `the permission "Commit statuses: write"` + classic,
		Deployments: `the permission "Deployments: write"` + classic,
	}
}

// https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
func appFeedbackRights() forge.FeedbackRights {
	return forge.FeedbackRights{
		Comments:    `the App's permission "Pull requests: write"`,
		Statuses:    `the App's permission "Checks: write"`,
		Deployments: `the App's permission "Deployments: write"`,
	}
}

// reporter has the feedback that is the same for tokens and Apps.
type reporter struct {
	*api
	identity *identity
}

// withStatuses reports commit statuses.
type withStatuses struct{ reporter }

// withChecks reports check runs of an App.
type withChecks struct {
	reporter
	app int64
}

var (
	_ forge.Deployer = withStatuses{}
	_ forge.Deployer = withChecks{}
	_ forge.Feedback = withStatuses{}
	_ forge.Feedback = withChecks{}
)

// UpdatedAt implements forge.Feedback.
func (r reporter) UpdatedAt(ctx context.Context, number int64) (time.Time, error) {
	var got pullRequest
	_, err := r.get(ctx, r.pull(number), &got)
	return got.UpdatedAt, err
}

func (r reporter) pull(number int64) string { return fmt.Sprintf("%s/pulls/%d", r.path(), number) }

// denied returns err of a request that writes. GitHub also returns a status 404 if the
// credentials may read and not write. path is what the request needs: if it can be read,
// the error is generator.ErrUnauthorized.
func (r reporter) denied(ctx context.Context, err error, path string) error {
	if !errors.Is(err, generator.ErrNotFound) {
		return err
	}
	if _, _, readErr := r.send(ctx, path, ""); readErr != nil {
		return err
	}
	return fmt.Errorf("%w: status 404, although the credentials can read it", generator.ErrUnauthorized)
}

// eachPage reads the pages of a list until more returns false. path has a query. Pages
// can move while a list is read, so that an entry may be missing.
func eachPage[T any](ctx context.Context, r reporter, path string, more func(page T) bool) error {
	for number, pages := 1, 0; number != 0; pages++ {
		if pages == maxFeedbackPages {
			return forge.Incomplete("more than %d pages", maxFeedbackPages)
		}
		var page T
		resp, err := r.get(ctx, fmt.Sprintf("%s&per_page=%d&page=%d", path, perPage, number), &page)
		if err != nil {
			return err
		}
		if !more(page) {
			return nil
		}
		number = resp.NextPage
	}
	return nil
}

// maxFeedbackPages bounds the pages of one list.
const maxFeedbackPages = 100
