package generator

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind says what a change is.
type Kind string

// The kinds of change.
const (
	PullRequest Kind = "pull-request"
	Branch      Kind = "branch"
)

// Change is one open pull request or one branch, as a source tells it: facts
// only. Times are zero where the source does not know them.
type Change struct {
	Kind Kind
	// Number of a pull request; 0 for a branch.
	Number int64
	// Branch is the short name of the head branch. The head branch of a fork's
	// pull request lives in the fork.
	Branch string
	// TargetBranch is what a pull request is merged into; a branch is its own.
	TargetBranch string
	// HeadSHA is the commit at the head, 40 hexadecimal digits.
	HeadSHA string
	Title   string
	// Author is the login of who opened the pull request, or the name of the
	// author of a branch's head commit; "" where that is not known.
	Author string
	Labels []string
	Draft  bool
	// Fork is true where the head branch is in another repository than the
	// target branch, or where that repository is gone.
	Fork bool
	// URL is the page of the change on its forge, or "".
	URL       string
	CreatedAt time.Time
	UpdatedAt time.Time
}

var commitHash = regexp.MustCompile(`^[0-9a-f]{40}$`)

// IsCommit reports whether s is the hash of a commit, as 40 hexadecimal digits.
func IsCommit(s string) bool { return commitHash.MatchString(s) }

// Key returns what makes c the same change at any time: its kind and its
// number or branch.
func (c Change) Key() Key {
	if c.Kind == PullRequest {
		return Key{Kind: PullRequest, Number: c.Number}
	}
	return Key{Kind: Branch, Branch: c.Branch}
}

// Key identifies a change within its repository. It is comparable.
type Key struct {
	Kind   Kind
	Number int64  // of a pull request
	Branch string // of a branch
}

// String returns "pull request 42" or "branch feature/x".
func (k Key) String() string {
	if k.Kind == PullRequest {
		return fmt.Sprintf("pull request %d", k.Number)
	}
	return "branch " + k.Branch
}

// Repository is where changes are made.
type Repository struct {
	// ForgeHost is the forge's host name, lower-case, with its port where that is
	// not the scheme's own; "" for a local directory.
	ForgeHost string
	// Organization is the owner: a user, an organization or a path of groups.
	Organization string
	Name         string
	// CloneURL is where Git finds it. It never holds credentials.
	CloneURL string
	// DefaultBranch is the branch that HEAD names.
	DefaultBranch string
}

// Source names the repository among those of all forges: "github.com/acme/shop".
// Marks on databases are compared by it.
func (r Repository) Source() string {
	return strings.TrimPrefix(r.ForgeHost+"/"+r.FullName(), "/")
}

// FullName returns "organization/name", or the name alone where there is no
// organization.
func (r Repository) FullName() string {
	if r.Organization == "" {
		return r.Name
	}
	return r.Organization + "/" + r.Name
}
