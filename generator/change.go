package generator

import (
	"fmt"
	"regexp"
	"time"
)

// Kind is the kind of a change.
type Kind string

// The kinds of change.
const (
	PullRequest Kind = "pull-request"
	Branch      Kind = "branch"
)

// Change is one open pull request or one branch, as its source reports it. A time is
// zero if the source does not know it.
type Change struct {
	Kind Kind
	// Number is the number of the pull request; 0 for a branch.
	Number int64
	// Branch is the short name of the head branch. The head branch of a fork's
	// pull request is in the fork.
	Branch string
	// TargetBranch is the branch that a pull request merges into. For a branch it is
	// the branch itself.
	TargetBranch string
	// HeadSHA is the commit at the head, 40 hexadecimal digits.
	HeadSHA string
	Title   string
	// Author is the login of the person who opened the pull request, or the author
	// name of a branch's head commit; "" if it is not known.
	Author string
	Labels []string
	Draft  bool
	// Fork is true if the head branch is in another repository than the target
	// branch, or if the head repository no longer exists.
	Fork bool
	// URL is the web page of the change on its forge, or "".
	URL       string
	CreatedAt time.Time
	UpdatedAt time.Time
}

var commitHash = regexp.MustCompile(`^[0-9a-f]{40}$`)

// IsCommit reports whether s is a commit hash: 40 hexadecimal digits in lower case.
func IsCommit(s string) bool { return commitHash.MatchString(s) }

// Key returns the identity of c, which never changes: its kind, and its number or
// branch.
func (c Change) Key() Key {
	if c.Kind == PullRequest {
		return Key{Kind: PullRequest, Number: c.Number}
	}
	return Key{Kind: Branch, Branch: c.Branch}
}

// SameCreation reports whether c and recorded were created at the same time. It compares
// seconds, because entries record seconds, and returns false if a time is not known.
func (c Change) SameCreation(recorded Change) bool {
	return !recorded.CreatedAt.IsZero() && c.CreatedAt.Truncate(time.Second).Equal(recorded.CreatedAt.Truncate(time.Second))
}

// OtherCreation reports whether c and recorded were created at different times. A pull
// request with the same number and another creation time is of another repository.
func (c Change) OtherCreation(recorded Change) bool {
	return c.Kind == PullRequest && !c.CreatedAt.IsZero() && !recorded.CreatedAt.IsZero() && !c.SameCreation(recorded)
}

// Key identifies a change within its repository. It is comparable.
type Key struct {
	Kind   Kind
	Number int64  // of a pull request
	Branch string // of a branch
}

// Change returns a change that has only the fields of its key.
func (k Key) Change() Change { return Change{Kind: k.Kind, Number: k.Number, Branch: k.Branch} }

// String returns "pull request 42" or "branch feature/x".
func (k Key) String() string {
	if k.Kind == PullRequest {
		return fmt.Sprintf("pull request %d", k.Number)
	}
	return "branch " + k.Branch
}
