package generator

import (
	"context"
	"errors"
	"time"
)

// Errors that sources give, for errors.Is. An error that is none of them is a
// passing fault.
var (
	// ErrUnauthorized means that the source refused the credentials.
	ErrUnauthorized = errors.New("not authorized")
	// ErrNotFound means that the repository is not there, or not shown to us.
	ErrNotFound = errors.New("repository not found")
	// ErrIncomplete means that the source answered, but not with the whole
	// truth: a page was missing, a bound was reached, the list moved while it
	// was read.
	ErrIncomplete = errors.New("incomplete list")
	// ErrRateLimited means that the source asks to come back later.
	ErrRateLimited = errors.New("rate limited")
)

// Source is a repository on a forge, or behind plain Git.
type Source interface {
	// List returns all that is open of what q asks for, and the repository's
	// facts: the whole truth, or an error. It is never a shorter list.
	List(ctx context.Context, q Query) (Listing, error)
	// Ending returns what became of a change that List no longer names. Only
	// positive evidence ends a change: "not found" and "no access" are
	// Unknown, or an error.
	Ending(ctx context.Context, k Key) (Ending, error)
}

// Describer is a Source that can tell more of a few changes at a price that it
// would not pay for all: the dates and authors of branches' head commits.
type Describer interface {
	// Describe returns changes in the same order, with CreatedAt, UpdatedAt
	// and Author filled in where they were empty and can be told cheaply.
	Describe(ctx context.Context, changes []Change) ([]Change, error)
}

// Query is what to list. It is comparable.
type Query struct {
	PullRequests bool
	Branches     bool
}

// Listing is what a source has open at one moment.
type Listing struct {
	Repository Repository
	// Changes in any order, each Key once.
	Changes []Change
	// Refs is true where the branches are those of one complete ref
	// advertisement: a branch that it lacks was deleted. A list of pages is no
	// such evidence; then Ending is asked.
	Refs bool
	// TakenAt is when the source was asked: the truth is at least that young.
	TakenAt time.Time
}

// Ending is what became of a change.
type Ending string

// The endings. Only EndingClosed, EndingMerged and EndingDeleted are evidence that a preview may
// be removed.
const (
	EndingOpen    Ending = "open"
	EndingClosed  Ending = "closed"
	EndingMerged  Ending = "merged"
	EndingDeleted Ending = "deleted"
	EndingUnknown Ending = "unknown"
)

// Ended reports whether e is evidence that the change is over.
func (e Ending) Ended() bool {
	return e == EndingClosed || e == EndingMerged || e == EndingDeleted
}
