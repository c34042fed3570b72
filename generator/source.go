package generator

import (
	"context"
	"errors"
	"time"
)

// Errors that sources return, for errors.Is. Any other error is a temporary fault.
var (
	// ErrUnauthorized means that the source refused the credentials.
	ErrUnauthorized = errors.New("not authorized")
	// ErrNotFound means that the repository does not exist, or that the credentials
	// may not see it.
	ErrNotFound = errors.New("repository not found")
	// ErrIncomplete means that the source answered, but that the answer may be
	// incomplete: a page was missing, a limit was reached, or the list changed while
	// it was read.
	ErrIncomplete = errors.New("incomplete list")
	// ErrRateLimited means that the source refuses requests until a later time.
	ErrRateLimited = errors.New("rate limited")
	// ErrOtherRepository means that the repository with the configured name is another
	// one than before, or than the one that the configuration names by its ID.
	ErrOtherRepository = errors.New("another repository")
)

// Source is a repository on a forge or on a plain Git server.
type Source interface {
	// List returns every open change of the kinds in q, and the repository's facts:
	// a complete list, or an error.
	List(ctx context.Context, q Query) (Listing, error)
	// Ending returns the state of a change that is no longer in the list of the
	// repository with this ID. A change has ended only if there is positive evidence
	// about that repository. For "not found" and "no access", Ending returns
	// EndingUnknown or an error. recorded has at least the fields of its Key. A pull
	// request that was created at another time is one of another repository.
	Ending(ctx context.Context, repositoryID string, recorded Change) (Ending, error)
}

// Prover is a Source whose repositories have IDs. It can prove that an entry without an
// ID is of its repository.
type Prover interface {
	// Proves reports whether the repository with this ID has the recorded change: the
	// pull request with this number and creation time, or the recorded head of the
	// branch.
	Proves(ctx context.Context, repositoryID string, recorded Change) (bool, error)
}

// Describer is a Source that can look up more facts about a few changes: the dates and
// authors of branches' head commits. Looking them up for every change would cost too
// many requests.
type Describer interface {
	// Describe returns changes in the same order. It fills in CreatedAt, UpdatedAt
	// and Author where they are empty and the source can look them up.
	Describe(ctx context.Context, changes []Change) ([]Change, error)
}

// LabelHistory is a Source whose timelines have the server's time of every push.
type LabelHistory interface {
	// LabelHead returns the commit that was the head of a pull request of the
	// repository with this ID when the label was last set. It returns "" unless the
	// timeline proves that.
	LabelHead(ctx context.Context, repositoryID string, k Key, label string) (string, error)
}

// RightsReader is a Source whose server can report the rights of its credentials.
type RightsReader interface {
	// Rights returns what the credentials lack for a query, and what they have beyond
	// reading.
	Rights(ctx context.Context, q Query) (Rights, error)
}

// Rights compares the rights of credentials with those that a source needs. The names of
// rights are those of the forge, such as "pull_requests: read".
type Rights struct {
	// Known is false if the forge does not report the rights. The lists are then empty.
	Known bool
	// Missing are needed for a repository that is not public.
	Missing []string
	// Excess are more than a source needs.
	Excess []string
}

// Query selects the kinds of change to list. It is comparable.
type Query struct {
	PullRequests bool
	Branches     bool
}

// Listing holds the open changes of a source at one point in time.
type Listing struct {
	Repository Repository
	// Confirmed is true if the configuration names the ID of the repository.
	Confirmed bool
	// Changes in any order. No two have the same Key.
	Changes []Change
	// Unreadable are the listed open changes that could not be read, in any order. Their
	// keys are not in Changes. They are neither missing nor known: a preview of such a
	// change stays as it is.
	Unreadable []Unreadable
	// Refs is true if the branches come from one complete ref advertisement: a branch
	// that is missing from it was deleted. A list of several pages is no such
	// evidence, and Ending must be called for a missing branch.
	Refs bool
	// Undated is true if the source can't look up the dates and authors of branches.
	Undated bool
	// DefaultAssumed is true if the source did not return the default branch, and assumes
	// a usual one.
	DefaultAssumed bool
	// Private is true if the forge says that only members can read the repository.
	Private bool
	// TakenAt is the time just before the source was read: the listing is at least
	// this recent.
	TakenAt time.Time
}

// Unreadable is a listed change of which only the key is known, because another fact is
// missing, invalid or contradicts the list.
type Unreadable struct {
	Key Key
	// Field is the field of the source's answer, such as "head.sha".
	Field string
	// Problem continues a sentence that begins with the field, such as "is missing". It
	// contains no text of the answer.
	Problem string
}

// Ending is the state of a change that may have ended.
type Ending string

// The endings. Only EndingClosed, EndingMerged and EndingDeleted are evidence that a
// preview may be removed.
const (
	EndingOpen    Ending = "open"
	EndingClosed  Ending = "closed"
	EndingMerged  Ending = "merged"
	EndingDeleted Ending = "deleted"
	EndingUnknown Ending = "unknown"
)

// Ended reports whether e is evidence that the change has ended.
func (e Ending) Ended() bool {
	return e == EndingClosed || e == EndingMerged || e == EndingDeleted
}
