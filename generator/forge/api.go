package forge

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
)

// API is what a Source asks a forge about one repository. Each method is one
// question and makes as many requests as that takes, without a retry. Errors are
// those of package generator where they apply.
type API interface {
	// Repository returns the facts of the repository.
	Repository(ctx context.Context) (Repository, error)
	// Page returns a page of the list of open pull requests or of branches. The
	// first page is number 1. The list is ordered so that a new entry moves as few
	// others as possible. The Source does not change the entries.
	Page(ctx context.Context, kind generator.Kind, number int) (Page, error)
	// PullRequest returns a pull request, open or not.
	PullRequest(ctx context.Context, number int64) (Item, error)
	// Branch returns a branch. The error is ErrAbsent for a 404 with a message of the
	// forge: the Source checks that it is about this branch alone.
	Branch(ctx context.Context, name string) (Item, error)
	// Commit returns a commit by its hash. The error is generator.ErrNotFound where the
	// commit is gone. It is only asked for where a list of branches lacks authors or
	// times.
	Commit(ctx context.Context, hash string) (Commit, error)
}

// Repository is what a forge says of a repository.
type Repository struct {
	// ID is the forge's own, which a rename does not change.
	ID string
	// CloneURL may hold credentials; a Source removes them.
	CloneURL, DefaultBranch string
	// BranchPages is the URL below which branches have their pages, such as
	// "https://github.com/acme/shop/tree"; "" where that is not known.
	BranchPages string
}

// branchPage returns the page of a branch, or "". Slashes in the name stay as they
// are.
func (r Repository) branchPage(name string) string {
	if r.BranchPages == "" {
		return ""
	}
	return r.BranchPages + "/" + strings.ReplaceAll(url.PathEscape(name), "%2F", "/")
}

// facts returns r in the words of the domain. Names of previews are made from the
// configured names: they must not change when the repository is renamed, which
// forges answer with a redirect. The error is generator.ErrIncomplete.
func (r Repository) facts(at Place) (generator.Repository, error) {
	clone, err := url.Parse(r.CloneURL)
	if err != nil || clone.Host == "" || r.ID == "" || r.DefaultBranch == "" {
		return generator.Repository{}, Incomplete("the repository lacks its id, clone URL or default branch")
	}
	clone.User = nil
	return generator.Repository{
		ForgeHost: at.ForgeHost, Organization: at.Owner, Name: at.Name,
		CloneURL: clone.String(), DefaultBranch: r.DefaultBranch,
	}, nil
}

// Item is an entry of a list, as the forge gives it.
type Item struct {
	// Change is the pull request or branch, without Kind, and of a branch without
	// TargetBranch and URL. Fork need not say whether the two repositories below are
	// the same; it is for forks that these do not show.
	generator.Change
	// TargetID and HeadID are the ids of the repositories that a pull request is
	// for and from. HeadID is "" where that repository is gone.
	TargetID, HeadID string
	// Ending of a pull request: generator.Open for any state before its end, and
	// generator.Unknown for a state that the forge's package does not know.
	Ending generator.Ending
	// State is the forge's own word for Ending.
	State string
}

// ID returns a repository's number as its id, or "" for a number that no forge gives
// one: Gitea has -1 for a repository that was deleted.
func ID(number int64) string {
	if number <= 0 {
		return ""
	}
	return strconv.FormatInt(number, 10)
}

// change returns i as an open change of a kind. The error, generator.ErrIncomplete,
// says what i lacks to be one, or that i is not what was asked for.
func (i Item) change(of Repository, kind generator.Kind) (generator.Change, error) {
	c := i.Change
	c.Kind = kind
	if kind == generator.Branch {
		c.TargetBranch, c.URL = c.Branch, of.branchPage(c.Branch)
		switch {
		case c.Branch == "":
			return generator.Change{}, Incomplete("a branch has no name")
		case !generator.IsCommit(c.HeadSHA):
			return generator.Change{}, Incomplete("branch %q has no commit", c.Branch)
		}
		return c, nil
	}
	switch {
	case c.Number <= 0:
		return generator.Change{}, Incomplete("a pull request has no number")
	case c.Branch == "" || c.TargetBranch == "" || !generator.IsCommit(c.HeadSHA):
		return generator.Change{}, Incomplete("pull request %d lacks its branches or commit", c.Number)
	case i.Ending != generator.EndingOpen:
		return generator.Change{}, Incomplete("pull request %d is listed as open and is not", c.Number)
	case i.TargetID != of.ID:
		return generator.Change{}, Incomplete("pull request %d is of another repository", c.Number)
	case slices.Contains(c.Labels, ""):
		return generator.Change{}, Incomplete("pull request %d has a label without a name", c.Number)
	}
	c.Fork = c.Fork || i.HeadID != of.ID
	return c, nil
}

// Uncounted is the Total of a list that the forge does not count.
const Uncounted = -1

// Page is one page of a list.
type Page struct {
	// Items is nil where the answer is no list, such as JSON's null.
	Items []Item
	// Next is the number of the page after this one; 0 where the forge says that there
	// is none.
	Next int
	// Last is the number of the last page, where the forge says so: a hint by which
	// pages are read at the same time; 0 for unknown.
	Last int
	// Total is how many entries the list has, or Uncounted.
	Total int
}

// Commit is what a forge says of a commit.
type Commit struct {
	Hash, Author string
	CommittedAt  time.Time
}
