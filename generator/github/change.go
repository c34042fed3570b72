package github

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

var commitID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// pullRequest is what is read of an entry of the list of pull requests: a small
// part of it.
type pullRequest struct {
	Number int64  `json:"number"`
	State  string `json:"state"`
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

// pullSide is a branch that a pull request is from, or for.
type pullSide struct {
	Ref string `json:"ref"`
	SHA string `json:"sha"`
	// Repo is null where the fork was deleted.
	Repo struct {
		ID int64 `json:"id"`
	} `json:"repo"`
}

func (p pullRequest) size() int {
	const fixed = 400
	texts := len(p.Title) + len(p.User.Login) + len(p.Head.Ref) + len(p.Base.Ref) + len(p.HTMLURL)
	for _, label := range p.Labels {
		texts += len(label.Name)
	}
	return fixed + texts + 16*len(p.Labels)
}

// change returns an open pull request as a change. One that lacks what makes it
// a change, or is not what was asked for, makes the list incomplete.
func (p pullRequest) change(of rest.Facts) (generator.Change, error) {
	switch {
	case p.Number <= 0 || p.Head.Ref == "" || p.Base.Ref == "" || !commitID.MatchString(p.Head.SHA):
		return generator.Change{}, rest.Incomplete("a pull request lacks its number, branches or commit")
	case p.State != "open":
		return generator.Change{}, rest.Incomplete("pull request %d is listed as open and is not", p.Number)
	case p.Base.Repo.ID != of.ID:
		return generator.Change{}, rest.Incomplete("pull request %d is of another repository", p.Number)
	}
	labels, err := p.labelNames()
	if err != nil {
		return generator.Change{}, err
	}
	return generator.Change{
		Kind: generator.PullRequest, Number: p.Number,
		Branch: p.Head.Ref, TargetBranch: p.Base.Ref, HeadSHA: p.Head.SHA,
		Title: p.Title, Author: p.User.Login, Labels: labels, Draft: p.Draft,
		Fork:      p.Head.Repo.ID != of.ID,
		URL:       p.HTMLURL,
		CreatedAt: p.CreatedAt,
		UpdatedAt: p.UpdatedAt,
	}, nil
}

func (p pullRequest) labelNames() ([]string, error) {
	names := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		if names[i] = label.Name; names[i] == "" {
			return nil, rest.Incomplete("pull request %d has a label without a name", p.Number)
		}
	}
	return names, nil
}

// branch is what is read of a branch.
type branch struct {
	Name   string `json:"name"`
	Commit struct {
		SHA string `json:"sha"`
	} `json:"commit"`
}

func (b branch) size() int {
	const fixed = 100
	return fixed + len(b.Name)
}

func (b branch) change(of rest.Facts) (generator.Change, error) {
	if b.Name == "" || !commitID.MatchString(b.Commit.SHA) {
		return generator.Change{}, rest.Incomplete("a branch lacks its name or commit")
	}
	change := generator.Change{Kind: generator.Branch, Branch: b.Name, TargetBranch: b.Name, HeadSHA: b.Commit.SHA}
	if of.HTMLURL != "" {
		change.URL = of.HTMLURL + "/tree/" + escape(b.Name)
	}
	return change, nil
}

// escape escapes a branch for a path, where its slashes stay.
func escape(branch string) string {
	return strings.ReplaceAll(url.PathEscape(branch), "%2F", "/")
}
