package forge

import (
	"context"
	"time"
)

// Feedback writes what people see about previews on the pull requests and commits of one
// repository. A forge whose Stanza implements FeedbackStanza has it. It is safe for
// concurrent use. A method makes as many requests as it needs and does not retry. Methods
// return the errors of package generator where they apply; generator.ErrNotFound also means
// that the pull request, the comment or the commit no longer exists. The error is ErrLocked
// if the forge accepts no comments, or no writes at all, until a person changes that.
type Feedback interface {
	// Comments returns the comments of these credentials on a pull request that contain
	// marker, oldest first. Comments of others are never returned, whatever they contain.
	Comments(ctx context.Context, number int64, marker string) ([]Comment, error)
	// CreateComment and EditComment write a comment in the forge's Markdown.
	CreateComment(ctx context.Context, number int64, body string) (Comment, error)
	EditComment(ctx context.Context, number int64, id, body string) (Comment, error)
	DeleteComment(ctx context.Context, number int64, id string) error
	// Status returns the newest status of a commit with a name that these credentials can
	// change, and the zero value if there is none.
	Status(ctx context.Context, commit, name string) (CommitStatus, error)
	// SetStatus writes a status: a commit status, or a check run with a GitHub App. s.ID is
	// that of Status, or "".
	SetStatus(ctx context.Context, commit string, s CommitStatus) error
	// UpdatedAt returns the time of the newest activity of a pull request, as lists have it.
	UpdatedAt(ctx context.Context, number int64) (time.Time, error)
}

// Deployer is a Feedback whose forge shows deployments.
type Deployer interface {
	// Deployments returns the newest 20 deployments of these credentials to an environment,
	// newest first, with their newest states.
	Deployments(ctx context.Context, environment string) ([]Deployment, error)
	// CreateDeployment creates a deployment without a state, and returns its ID.
	CreateDeployment(ctx context.Context, d Deployment) (string, error)
	// SetDeployment changes the state of a deployment.
	SetDeployment(ctx context.Context, id string, s DeploymentStatus) error
}

// Comment is a comment on a pull request.
type Comment struct {
	ID, Body, URL string
	// UpdatedAt is the time of the forge at which the comment was written or edited.
	UpdatedAt time.Time
}

// StatusState is the state of a commit status or of a deployment.
type StatusState string

// The states. StatusInactive is for deployments only.
const (
	StatusPending  StatusState = "pending"
	StatusSuccess  StatusState = "success"
	StatusFailure  StatusState = "failure"
	StatusInactive StatusState = "inactive"
)

// CommitStatus is a status of a commit.
type CommitStatus struct {
	// ID is the forge's, or "" if the forge adds a status instead of changing it. It can
	// become "": GitHub does not change a check run that is completed.
	ID string
	// Name distinguishes statuses of one commit, such as "preview".
	Name  string
	State StatusState
	// Description is one line of plain text. It is written, and returned, as
	// ShortDescription changes it.
	Description string
	// Details is Markdown for forges that show it, at most 65535 bytes, or "". Other forges
	// return "".
	Details string
	// URL is the target of the link, or "".
	URL string
}

// Deployment is a deployment of a commit to an environment.
type Deployment struct {
	ID, Environment, Commit string
	DeploymentStatus
}

// DeploymentStatus is the state of a deployment. State is "" if it has none yet.
type DeploymentStatus struct {
	State       StatusState
	Description string
	// URL is the address of the preview, or "".
	URL string
}

// FeedbackStanza is a Stanza whose forge accepts feedback.
type FeedbackStanza interface {
	// Feedback returns the feedback on the repository. It makes no request. access has the
	// token to write with; without one, the App of the stanza writes. o.OnRate gets the rate
	// limit of the credentials that write.
	Feedback(o Options, access Access) (Feedback, error)
	// WritesAsApp reports whether the stanza has an App, so that access needs no token.
	WritesAsApp() bool
}
