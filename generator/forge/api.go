package forge

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/previewset/previewset/generator"
)

// API is the part of a forge's API that a Source needs, for one repository. A method
// makes as many requests as it needs and does not retry. Methods return the errors of
// package generator where they apply.
type API interface {
	// Repository returns the facts of the repository.
	Repository(ctx context.Context) (Repository, error)
	// Page returns a page of the list of open pull requests or of branches. The first
	// page has number 1. The list is ordered so that a new entry moves as few other
	// entries as possible. The Source does not modify the entries.
	Page(ctx context.Context, kind generator.Kind, number int) (Page, error)
	// PullRequest returns an open or closed pull request.
	PullRequest(ctx context.Context, number int64) (Item, error)
	// Branch returns a branch. The error is ErrAbsent for a status 404 with a message
	// of the forge. The Source then checks that other branches are still found.
	Branch(ctx context.Context, name string) (Item, error)
	// Commit returns a commit by its hash. The error is generator.ErrNotFound if the
	// commit no longer exists. The Source calls it only for branches that were listed
	// without an author or a time.
	Commit(ctx context.Context, hash string) (Commit, error)
}

// Repository holds the facts of a repository as the forge returns them.
type Repository struct {
	// ID is the forge's internal ID. It does not change if the repository is renamed.
	ID string
	// CloneURL may hold credentials. The Source removes them.
	CloneURL, DefaultBranch string
	// Page is the URL of the web page, and BranchPages the URL prefix of the web pages
	// of branches, such as "https://github.com/acme/shop/tree"; "" if it is not known.
	Page, BranchPages string
	// Private is true if only members can read the repository.
	Private bool
}

// branchPage returns the URL of the web page of a branch, or "". It does not escape
// slashes in the name.
func (r Repository) branchPage(name string) string {
	if r.BranchPages == "" {
		return ""
	}
	return r.BranchPages + "/" + EscapeBranch(name)
}

// facts converts r to a generator.Repository. It takes owner and name from the
// configured place: parameters must not change before the configuration does, if the
// repository is renamed and the forge redirects to the new name. The errors are
// generator.ErrIncomplete, and generator.ErrOtherRepository if the place has another ID.
func (r Repository) facts(place Place) (generator.Repository, error) {
	clone, err := url.Parse(r.CloneURL)
	if err != nil || clone.Host == "" || r.ID == "" || r.DefaultBranch == "" {
		return generator.Repository{}, Incomplete("the repository lacks its id, clone URL or default branch")
	}
	if place.ID != "" && place.ID != r.ID {
		return generator.Repository{}, fmt.Errorf("%w: it has the id %s, and the configuration names the id %s", generator.ErrOtherRepository, r.ID, place.ID)
	}
	clone.User = nil
	return generator.Repository{
		ID: r.ID, PageURL: r.Page, ForgeHost: place.ForgeHost, Organization: place.Owner, Name: place.Name,
		CloneURL: clone.String(), DefaultBranch: r.DefaultBranch,
	}, nil
}

// Item is an entry of a list as the forge returns it.
type Item struct {
	// Change is the pull request or branch. Its Kind is not set, and neither are
	// TargetBranch and URL of a branch. Fork may be false although HeadID differs from
	// TargetID: the Source compares them. Fork is for forks that the IDs do not show.
	generator.Change
	// TargetID and HeadID are the IDs of the repositories of a pull request's target
	// branch and head branch. HeadID is "" if the head repository no longer exists.
	TargetID, HeadID string
	// Ending of a pull request: generator.EndingOpen for every state before the end,
	// and generator.EndingUnknown for a state that the forge's package does not know.
	Ending generator.Ending
	// State is the forge's own name for Ending.
	State string
	// Unreadable is the first fact that the forge's package could not read; the zero
	// value if there is none. Its Key is not set. Otherwise only the number or branch,
	// and TargetID unless it is "", are valid.
	Unreadable generator.Unreadable
}

// ID formats the number of a repository as its ID. It returns "" for a number below 1:
// Gitea returns -1 for a deleted repository.
func ID(number int64) string {
	if number <= 0 {
		return ""
	}
	return strconv.FormatInt(number, 10)
}

// change converts i to an open change of a kind in repository r. If only the key of the
// change can be used, change returns an Unreadable instead. The error is
// generator.ErrIncomplete if i lacks its key or belongs to another repository: then the
// list is not a list of r.
func (i Item) change(r Repository, kind generator.Kind) (generator.Change, *generator.Unreadable, error) {
	c := i.Change
	c.Kind = kind
	switch {
	case kind == generator.Branch && c.Branch == "":
		return generator.Change{}, nil, Incomplete("a branch has no name")
	case kind == generator.PullRequest && c.Number <= 0:
		return generator.Change{}, nil, Incomplete("a pull request has no number")
	case i.TargetID != "" && i.TargetID != r.ID:
		return generator.Change{}, nil, Incomplete("%s belongs to another repository", c.Key())
	}
	u := i.Unreadable
	if u.Field == "" {
		u.Field, u.Problem = i.problem(kind)
	}
	if u.Field != "" {
		u.Key = c.Key()
		return generator.Change{}, &u, nil
	}
	if kind == generator.Branch {
		c.TargetBranch, c.URL = c.Branch, r.branchPage(c.Branch)
	} else {
		c.Fork = c.Fork || i.HeadID != r.ID
	}
	return c, nil, nil
}

// problem returns the field and the problem of an open change of a kind, as in
// generator.Unreadable, or "". The fields have the names that they have in the APIs of
// GitHub and Gitea.
func (i Item) problem(kind generator.Kind) (field, problem string) {
	const missing = "is missing"
	head := "head.sha"
	if kind == generator.Branch {
		head = "commit"
	}
	switch {
	case i.HeadSHA == "":
		return head, missing
	case !generator.IsCommit(i.HeadSHA):
		return head, "is not the hash of a commit"
	case kind == generator.Branch:
		return "", ""
	case i.Branch == "":
		return "head.ref", missing
	case i.TargetBranch == "":
		return "base.ref", missing
	case i.TargetID == "":
		return "base.repo", missing
	case i.Ending != generator.EndingOpen:
		return "state", "is not open"
	case slices.Contains(i.Labels, ""):
		return "labels", "contains a label without a name"
	}
	return "", ""
}

// Uncounted is the Total of a page if the forge does not return the number of entries.
const Uncounted = -1

// Page is one page of a list.
type Page struct {
	// Items is nil if the answer is not a list, for example JSON null.
	Items []Item
	// Next is the number of the next page; 0 if the forge announces no next page.
	Next int
	// Last is the number of the last page; 0 if the forge does not return it. It is a
	// hint for reading pages concurrently.
	Last int
	// Total is the number of entries in the list, or Uncounted.
	Total int
}

// Commit holds the facts of a commit.
type Commit struct {
	Hash, Author string
	CommittedAt  time.Time
}
