package gitea

import (
	"strings"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
)

// pullItem returns a pull request, as far as the server described it: an empty one
// for null.
func pullItem(p *gogitea.PullRequest) forge.Item {
	if p == nil {
		p = &gogitea.PullRequest{}
	}
	item := forge.Item{
		Change: generator.Change{
			Number: p.Index, Title: p.Title, Author: login(p.Poster),
			Labels: labelNames(p), Draft: p.Draft || saysDraft(p.Title),
			URL: p.HTMLURL, CreatedAt: moment(p.Created), UpdatedAt: moment(p.Updated),
		},
		Ending: ending(p), State: state(p),
	}
	if head := p.Head; head != nil {
		// A pull request by agit is in this repository, and yet by anyone who may read
		// it.
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

// headBranch returns the name of the head branch, also where the branch was deleted
// and ref is that of the pull request. A pull request by agit has no branch: its ref
// is its name.
// https://docs.gitea.com/usage/agit
func headBranch(head *gogitea.PRBranchInfo) (branch string, agit bool) {
	if head.Name == "" {
		return head.Ref, true
	}
	return head.Name, false
}

// saysDraft reports whether a title starts with one of Gitea's default prefixes for
// work in progress. Before 1.22 the API has no other sign of a draft.
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

// labelNames returns the names of the labels, "" for one without a name.
func labelNames(p *gogitea.PullRequest) []string {
	names := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		if label != nil {
			names[i] = label.Name
		}
	}
	return names
}

// branchItem returns a branch; an empty one for null. It leaves UpdatedAt to the
// commit: the list has the time of the author alone, which stays the same when a
// commit is amended or rebased.
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
