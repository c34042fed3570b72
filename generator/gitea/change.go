package gitea

import (
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// repository holds the fields of a repository that are read.
type repository struct {
	ID            int64  `json:"id"`
	CloneURL      string `json:"clone_url"`
	DefaultBranch string `json:"default_branch"`
	HTMLURL       string `json:"html_url"`
	Private       bool   `json:"private"`
}

func (r repository) facts() forge.Repository {
	facts := forge.Repository{ID: forge.ID(r.ID), CloneURL: r.CloneURL, DefaultBranch: r.DefaultBranch, Page: r.HTMLURL, Private: r.Private}
	if r.HTMLURL != "" {
		facts.BranchPages = strings.TrimRight(r.HTMLURL, "/") + "/src/branch"
	}
	return facts
}

// pullRequest holds the fields of a pull request that are read.
type pullRequest struct {
	Number int64  `json:"number"`
	State  string `json:"state"`
	Merged bool   `json:"merged"`
	Title  string `json:"title"`
	Draft  bool   `json:"draft"`
	User   struct {
		Login string `json:"login"`
	} `json:"user"`
	Labels []struct {
		Name string `json:"name"`
	} `json:"labels"`
	Head      pullSide  `json:"head"`
	Base      pullSide  `json:"base"`
	HTMLURL   string    `json:"html_url"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	IsLocked  bool      `json:"is_locked"` // read for feedback only
}

// pullSide is the head or the base of a pull request.
type pullSide struct {
	// Label is "" in agit pull requests.
	Label *string `json:"label"`
	Ref   string  `json:"ref"`
	SHA   string  `json:"sha"`
	// RepoID is -1 if the fork was deleted.
	RepoID int64 `json:"repo_id"`
}

// decodePulls decodes a page of pull requests.
func decodePulls(body []byte) ([]forge.Item, error) {
	return forge.DecodeItems(body, pullRequest.item, func(entry []byte) forge.Item {
		return forge.Item{
			Change:   generator.Change{Number: forge.Field[int64](entry, "number")},
			TargetID: forge.ID(forge.Field[int64](entry, "base", "repo_id")),
		}
	})
}

func (p pullRequest) item() forge.Item {
	labels := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		labels[i] = label.Name
	}
	// The head of an agit pull request is in this repository, but everyone who may
	// read the repository can open one. It therefore counts as a fork.
	branch, agit := p.Head.branch()
	item := forge.Item{
		Change: generator.Change{
			Number: p.Number,
			Branch: branch, TargetBranch: p.Base.Ref, HeadSHA: p.Head.SHA, Fork: agit,
			Title: p.Title, Author: p.User.Login, Labels: labels, Draft: p.Draft || hasDraftPrefix(p.Title),
			URL: p.HTMLURL, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		},
		TargetID: forge.ID(p.Base.RepoID), HeadID: forge.ID(p.Head.RepoID),
		Ending: p.ending(), State: p.state(),
	}
	if p.Labels == nil {
		item.Unreadable = generator.Unreadable{Field: "labels", Problem: "is missing"}
	}
	// Without these fields, a branch of this repository would look like one of a fork.
	if p.Head.RepoID == 0 {
		item.Unreadable = generator.Unreadable{Field: "head.repo_id", Problem: "is missing"}
	}
	if p.Head.Label == nil {
		item.Unreadable = generator.Unreadable{Field: "head.label", Problem: "is missing"}
	}
	return item
}

func (p pullRequest) ending() generator.Ending {
	switch {
	case p.State == "closed" && p.Merged:
		return generator.EndingMerged
	case p.State == "closed":
		return generator.EndingClosed
	case p.State == "open" && !p.Merged:
		return generator.EndingOpen
	}
	return generator.EndingUnknown
}

func (p pullRequest) state() string {
	if p.Merged {
		return p.State + " and merged"
	}
	return p.State
}

// branch returns the name of the head branch. It also works if the branch was deleted,
// so that Ref is the ref of the pull request. An agit pull request has no branch, and the
// result is its ref.
// https://docs.gitea.com/usage/agit
func (s pullSide) branch() (name string, agit bool) {
	if s.Label == nil || *s.Label == "" {
		return s.Ref, true
	}
	return *s.Label, false
}

// hasDraftPrefix reports whether a title starts with one of Gitea's default prefixes for
// work in progress. Before 1.22, the API has no field for drafts.
func hasDraftPrefix(title string) bool {
	title = strings.ToUpper(title)
	return strings.HasPrefix(title, "WIP:") || strings.HasPrefix(title, "[WIP]")
}

// branch holds the fields of a branch that are read.
type branch struct {
	Name   string `json:"name"`
	Commit struct {
		ID     string `json:"id"`
		Author struct {
			Name string `json:"name"`
		} `json:"author"`
	} `json:"commit"`
}

// decodeBranches decodes a page of branches.
func decodeBranches(body []byte) ([]forge.Item, error) {
	return forge.DecodeItems(body, branch.item, func(entry []byte) forge.Item {
		return forge.Item{Change: generator.Change{Branch: forge.Field[string](entry, "name")}}
	})
}

// item does not set UpdatedAt, because lists have only the author time of a commit, which
// does not change when the commit is amended or rebased. Describe sets UpdatedAt to the
// commit time.
func (b branch) item() forge.Item {
	return forge.Item{Change: generator.Change{Branch: b.Name, HeadSHA: b.Commit.ID, Author: b.Commit.Author.Name}}
}

// commit holds the fields of a commit that are read.
type commit struct {
	SHA     string `json:"sha"`
	Parents []struct {
		SHA string `json:"sha"`
	} `json:"parents"`
	Commit struct {
		Committer struct {
			Date time.Time `json:"date"`
		} `json:"committer"`
	} `json:"commit"`
}
