package forge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// ErrLocked means that the pull request accepts no comments of these credentials, or that
// the repository is archived. The error names the remedy.
var ErrLocked = errors.New("locked")

// Errors of a Feedback that wrap ErrLocked.
var (
	ErrConversationLocked = fmt.Errorf("%w: the conversation of the pull request is limited to people who may write: unlock it, or let the credentials write to the repository", ErrLocked)
	ErrArchived           = fmt.Errorf("%w: the repository is archived: unarchive it, or remove feedback from the set", ErrLocked)
)

// FeedbackRights name the rights that feedback needs, as the forge calls them, for errors.
type FeedbackRights struct {
	Comments, Statuses, Deployments string
}

// NewFeedback returns inner, the requests of a forge, with what all forges have in common:
// time limits, descriptions that every forge accepts, and errors with the repository and
// the remedy. The result is a Deployer if inner is one. inner must use the connection c.
func NewFeedback(place Place, inner Feedback, c *Connection, rights FeedbackRights) Feedback {
	f := feedback{inner: inner, place: place, connection: c, rights: rights}
	if d, ok := inner.(Deployer); ok {
		return deployer{feedback: f, inner: d}
	}
	return f
}

type feedback struct {
	inner      Feedback
	place      Place
	connection *Connection
	rights     FeedbackRights
}

// call calls f within the time limit of a connection. right is what f needs.
func call[T any](ctx context.Context, f feedback, operation, right string, request func(context.Context) (T, error)) (T, error) {
	ctx, cancel := network.WithTimeout(ctx, f.connection.Options.Timeout)
	defer cancel()
	result, err := request(ctx)
	if err == nil {
		return result, nil
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = context.Cause(ctx)
	}
	err = f.connection.Failure(fmt.Sprintf("%s %s: %s", f.place.Forge, f.place.fullName(), operation), err)
	if errors.Is(err, generator.ErrUnauthorized) {
		err = fmt.Errorf("%w: check that the credentials of the feedback are valid and have %s", err, right)
	}
	var zero T
	return zero, err
}

// do is call for a request without a result.
func do(ctx context.Context, f feedback, operation, right string, request func(context.Context) error) error {
	_, err := call(ctx, f, operation, right, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, request(ctx)
	})
	return err
}

func (f feedback) Comments(ctx context.Context, number int64, marker string) ([]Comment, error) {
	return call(ctx, f, fmt.Sprintf("read the comments of pull request %d", number), f.rights.Comments, func(ctx context.Context) ([]Comment, error) {
		return f.inner.Comments(ctx, number, marker)
	})
}

func (f feedback) CreateComment(ctx context.Context, number int64, body string) (Comment, error) {
	return call(ctx, f, fmt.Sprintf("comment on pull request %d", number), f.rights.Comments, func(ctx context.Context) (Comment, error) {
		return f.inner.CreateComment(ctx, number, body)
	})
}

func (f feedback) EditComment(ctx context.Context, number int64, id, body string) (Comment, error) {
	return call(ctx, f, fmt.Sprintf("edit the comment on pull request %d", number), f.rights.Comments, func(ctx context.Context) (Comment, error) {
		return f.inner.EditComment(ctx, number, id, body)
	})
}

func (f feedback) DeleteComment(ctx context.Context, number int64, id string) error {
	return do(ctx, f, fmt.Sprintf("delete a comment on pull request %d", number), f.rights.Comments, func(ctx context.Context) error {
		return f.inner.DeleteComment(ctx, number, id)
	})
}

func (f feedback) Status(ctx context.Context, commit, name string) (CommitStatus, error) {
	return call(ctx, f, "read the status of commit "+commit, f.rights.Statuses, func(ctx context.Context) (CommitStatus, error) {
		return f.inner.Status(ctx, commit, name)
	})
}

func (f feedback) SetStatus(ctx context.Context, commit string, s CommitStatus) error {
	s.Description = ShortDescription(s.Description)
	return do(ctx, f, "set the status of commit "+commit, f.rights.Statuses, func(ctx context.Context) error {
		return f.inner.SetStatus(ctx, commit, s)
	})
}

func (f feedback) UpdatedAt(ctx context.Context, number int64) (time.Time, error) {
	return call(ctx, f, fmt.Sprintf("read pull request %d", number), f.rights.Comments, func(ctx context.Context) (time.Time, error) {
		return f.inner.UpdatedAt(ctx, number)
	})
}

type deployer struct {
	feedback
	inner Deployer
}

func (d deployer) Deployments(ctx context.Context, environment string) ([]Deployment, error) {
	return call(ctx, d.feedback, "read the deployments", d.rights.Deployments, func(ctx context.Context) ([]Deployment, error) {
		return d.inner.Deployments(ctx, environment)
	})
}

func (d deployer) CreateDeployment(ctx context.Context, n Deployment) (string, error) {
	n.Description = ShortDescription(n.Description)
	return call(ctx, d.feedback, "create a deployment", d.rights.Deployments, func(ctx context.Context) (string, error) {
		return d.inner.CreateDeployment(ctx, n)
	})
}

func (d deployer) SetDeployment(ctx context.Context, id string, s DeploymentStatus) error {
	s.Description = ShortDescription(s.Description)
	return do(ctx, d.feedback, "set the state of deployment "+id, d.rights.Deployments, func(ctx context.Context) error {
		return d.inner.SetDeployment(ctx, id, s)
	})
}
