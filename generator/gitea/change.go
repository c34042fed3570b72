package gitea

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

var commitID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// pullChange returns an open pull request as a change. One that lacks what
// makes it a change, or is not what was asked for, makes the list incomplete.
func pullChange(p *gogitea.PullRequest, of rest.Facts) (generator.Change, error) {
	switch {
	case p == nil || p.Index <= 0 || p.Head == nil || p.Base == nil || p.Base.Ref == "" || !commitID.MatchString(p.Head.Sha):
		return generator.Change{}, rest.Incomplete("a pull request lacks its number, branches or commit")
	case p.State != gogitea.StateOpen || p.HasMerged:
		return generator.Change{}, rest.Incomplete("pull request %d is listed as open and is not", p.Index)
	case p.Base.RepoID != of.ID:
		return generator.Change{}, rest.Incomplete("pull request %d is of another repository", p.Index)
	}
	labels, err := labelNames(p)
	if err != nil {
		return generator.Change{}, err
	}
	branch, agit := headBranch(p)
	if branch == "" {
		return generator.Change{}, rest.Incomplete("pull request %d has no head", p.Index)
	}
	return generator.Change{
		Kind: generator.PullRequest, Number: p.Index,
		Branch: branch, TargetBranch: p.Base.Ref, HeadSHA: p.Head.Sha,
		Title: p.Title, Author: login(p.Poster), Labels: labels, Draft: p.Draft || saysDraft(p.Title),
		// The head's repository is -1 where the fork was deleted. A pull
		// request by agit is in this repository, and yet by anyone who may read
		// it.
		Fork:      p.Head.RepoID != of.ID || agit,
		URL:       p.HTMLURL,
		CreatedAt: moment(p.Created),
		UpdatedAt: moment(p.Updated),
	}, nil
}

// headBranch returns the name of the head branch, also where it was deleted and
// ref is that of the pull request. One by agit has none: its ref is its name.
// https://docs.gitea.com/usage/agit
func headBranch(p *gogitea.PullRequest) (branch string, agit bool) {
	if p.Head.Name == "" {
		return p.Head.Ref, true
	}
	return p.Head.Name, false
}

// saysDraft reports whether a title starts with one of the prefixes that Gitea
// has by default for work in progress. Before 1.22 the API says no more of it.
func saysDraft(title string) bool {
	title = strings.ToUpper(title)
	return strings.HasPrefix(title, "WIP:") || strings.HasPrefix(title, "[WIP]")
}

func login(u *gogitea.User) string {
	if u == nil {
		return ""
	}
	return u.UserName
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func labelNames(p *gogitea.PullRequest) ([]string, error) {
	names := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		if label == nil || label.Name == "" {
			return nil, rest.Incomplete("pull request %d has a label without a name", p.Index)
		}
		names[i] = label.Name
	}
	return names, nil
}

// branchChange leaves UpdatedAt to Describe: the list has the time of the
// author alone, which stays when a commit is amended or rebased.
func branchChange(b *gogitea.Branch, of rest.Facts) (generator.Change, error) {
	if b == nil || b.Name == "" || b.Commit == nil || !commitID.MatchString(b.Commit.ID) {
		return generator.Change{}, rest.Incomplete("a branch lacks its name or commit")
	}
	change := generator.Change{Kind: generator.Branch, Branch: b.Name, TargetBranch: b.Name, HeadSHA: b.Commit.ID}
	if b.Commit.Author != nil {
		change.Author = b.Commit.Author.Name
	}
	if of.HTMLURL != "" {
		change.URL = of.HTMLURL + "/src/branch/" + escape(b.Name)
	}
	return change, nil
}

// escape escapes a branch for a path, where its slashes stay.
func escape(branch string) string {
	return strings.ReplaceAll(url.PathEscape(branch), "%2F", "/")
}
