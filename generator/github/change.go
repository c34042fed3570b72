package github

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
		facts.BranchPages = strings.TrimRight(r.HTMLURL, "/") + "/tree"
	}
	return facts
}

// pullRequest holds the fields of a pull request that are read.
type pullRequest struct {
	Number int64  `json:"number"`
	State  string `json:"state"`
	Merged bool   `json:"merged"` // not in lists of pull requests
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
}

// pullSide is the head or the base of a pull request.
type pullSide struct {
	Ref string `json:"ref"`
	SHA string `json:"sha"`
	// Repo is null if the fork was deleted.
	Repo forge.Nullable[struct {
		ID int64 `json:"id"`
	}] `json:"repo"`
}

// decodePulls decodes a page of pull requests.
func decodePulls(body []byte) ([]forge.Item, error) {
	return forge.DecodeItems(body, pullRequest.item, func(entry []byte) forge.Item {
		return forge.Item{
			Change:   generator.Change{Number: forge.Field[int64](entry, "number")},
			TargetID: forge.ID(forge.Field[int64](entry, "base", "repo", "id")),
		}
	})
}

func (p pullRequest) item() forge.Item {
	labels := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		labels[i] = label.Name
	}
	item := forge.Item{
		Change: generator.Change{
			Number: p.Number,
			Branch: p.Head.Ref, TargetBranch: p.Base.Ref, HeadSHA: p.Head.SHA,
			Title: p.Title, Author: p.User.Login, Labels: labels, Draft: p.Draft,
			URL: p.HTMLURL, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		},
		TargetID: forge.ID(p.Base.Repo.Value.ID), HeadID: forge.ID(p.Head.Repo.Value.ID),
		Ending: p.ending(), State: p.State,
	}
	if p.Labels == nil {
		item.Unreadable = generator.Unreadable{Field: "labels", Problem: "is missing"}
	}
	// Without the ID, a branch of this repository would look like one of a fork.
	if item.HeadID == "" && !p.Head.Repo.Null {
		item.Unreadable = generator.Unreadable{Field: "head.repo.id", Problem: "is missing"}
	}
	return item
}

func (p pullRequest) ending() generator.Ending {
	switch {
	case p.State == "open":
		return generator.EndingOpen
	case p.State == "closed" && p.Merged:
		return generator.EndingMerged
	case p.State == "closed":
		return generator.EndingClosed
	}
	return generator.EndingUnknown
}

// branch holds the fields of a branch that are read.
type branch struct {
	Name   string `json:"name"`
	Commit struct {
		SHA string `json:"sha"`
	} `json:"commit"`
}

// decodeBranches decodes a page of branches.
func decodeBranches(body []byte) ([]forge.Item, error) {
	return forge.DecodeItems(body, branch.item, func(entry []byte) forge.Item {
		return forge.Item{Change: generator.Change{Branch: forge.Field[string](entry, "name")}}
	})
}

func (b branch) item() forge.Item {
	return forge.Item{Change: generator.Change{Branch: b.Name, HeadSHA: b.Commit.SHA}}
}

// commit holds the fields of a commit that are read.
type commit struct {
	SHA    string `json:"sha"`
	Author struct {
		Name string `json:"name"`
	} `json:"author"`
	Committer struct {
		Date time.Time `json:"date"`
	} `json:"committer"`
}
