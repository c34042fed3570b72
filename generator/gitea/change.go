package gitea

import (
	"strings"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// pullItem converts a pull request. It returns an empty item for nil, and leaves out facts
// that the server did not return.
func pullItem(p *gogitea.PullRequest) forge.Item {
	if p == nil {
		p = &gogitea.PullRequest{}
	}
	item := forge.Item{
		Change: generator.Change{
			Number: p.Index, Title: p.Title, Author: login(p.Poster),
			Labels: labelNames(p), Draft: p.Draft || hasDraftPrefix(p.Title),
			URL: p.HTMLURL, CreatedAt: timeOrZero(p.Created), UpdatedAt: timeOrZero(p.Updated),
		},
		Ending: ending(p), State: state(p),
	}
	if head := p.Head; head != nil {
		// The head of an agit pull request is in this repository, but everyone who may
		// read the repository can open one. It therefore counts as a fork.
		item.Branch, item.Fork = headBranch(head)
		item.HeadSHA, item.HeadID = head.Sha, forge.ID(head.RepoID)
	}
	if p.Base != nil {
		item.TargetBranch, item.TargetID = p.Base.Ref, forge.ID(p.Base.RepoID)
	}
	return item
}

func ending(p *gogitea.PullRequest) generator.Ending {
	switch {
	case p.State == gogitea.StateClosed && p.HasMerged:
		return generator.EndingMerged
	case p.State == gogitea.StateClosed:
		return generator.EndingClosed
	case p.State == gogitea.StateOpen && !p.HasMerged:
		return generator.EndingOpen
	}
	return generator.EndingUnknown
}

func state(p *gogitea.PullRequest) string {
	if p.HasMerged {
		return string(p.State) + " and merged"
	}
	return string(p.State)
}

// headBranch returns the name of the head branch. It also works if the branch was deleted,
// so that Ref is the ref of the pull request. An agit pull request has no branch, and the
// result is its ref.
// https://docs.gitea.com/usage/agit
func headBranch(head *gogitea.PRBranchInfo) (branch string, agit bool) {
	if head.Name == "" {
		return head.Ref, true
	}
	return head.Name, false
}

// hasDraftPrefix reports whether a title starts with one of Gitea's default prefixes for
// work in progress. Before 1.22, the API has no field for drafts.
func hasDraftPrefix(title string) bool {
	title = strings.ToUpper(title)
	return strings.HasPrefix(title, "WIP:") || strings.HasPrefix(title, "[WIP]")
}

func login(u *gogitea.User) string {
	if u == nil {
		return ""
	}
	return u.UserName
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// labelNames returns the names of the labels, "" for a label without a name.
func labelNames(p *gogitea.PullRequest) []string {
	names := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		if label != nil {
			names[i] = label.Name
		}
	}
	return names
}

// branchItem converts a branch. It returns an empty item for nil. It does not set
// UpdatedAt, because lists have only the author time of a commit, which does not change
// when the commit is amended or rebased. Describe sets UpdatedAt to the commit time.
func branchItem(b *gogitea.Branch) forge.Item {
	if b == nil || b.Commit == nil {
		return forge.Item{}
	}
	c := generator.Change{Branch: b.Name, HeadSHA: b.Commit.ID}
	if b.Commit.Author != nil {
		c.Author = b.Commit.Author.Name
	}
	return forge.Item{Change: c}
}
