package github

import (
	"net/url"
	"regexp"
	"strings"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

var commitID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// pullChange returns an open pull request as a change. One that lacks what
// makes it a change, or is not what was asked for, makes the list incomplete.
func pullChange(p *gogithub.PullRequest, of facts) (generator.Change, error) {
	head, base := p.GetHead(), p.GetBase()
	switch {
	case p.GetNumber() <= 0 || head.GetRef() == "" || base.GetRef() == "" || !commitID.MatchString(head.GetSHA()):
		return generator.Change{}, rest.Incomplete("a pull request lacks its number, branches or commit")
	case p.GetState() != "open":
		return generator.Change{}, rest.Incomplete("pull request %d is listed as open and is not", p.GetNumber())
	case base.GetRepo().GetID() != of.id:
		return generator.Change{}, rest.Incomplete("pull request %d is of another repository", p.GetNumber())
	}
	labels, err := labelNames(p)
	if err != nil {
		return generator.Change{}, err
	}
	return generator.Change{
		Kind: generator.PullRequest, Number: int64(p.GetNumber()),
		Branch: head.GetRef(), TargetBranch: base.GetRef(), HeadSHA: head.GetSHA(),
		Title: p.GetTitle(), Author: p.GetUser().GetLogin(), Labels: labels, Draft: p.GetDraft(),
		// head.repo is null where the fork was deleted.
		Fork:      head.GetRepo() == nil || head.GetRepo().GetID() != of.id,
		URL:       p.GetHTMLURL(),
		CreatedAt: p.GetCreatedAt().Time,
		UpdatedAt: p.GetUpdatedAt().Time,
	}, nil
}

func labelNames(p *gogithub.PullRequest) ([]string, error) {
	names := make([]string, len(p.Labels))
	for i, label := range p.Labels {
		if names[i] = label.GetName(); names[i] == "" {
			return nil, rest.Incomplete("pull request %d has a label without a name", p.GetNumber())
		}
	}
	return names, nil
}

func branchChange(b *gogithub.Branch, of facts) (generator.Change, error) {
	name, sha := b.GetName(), b.GetCommit().GetSHA()
	if name == "" || !commitID.MatchString(sha) {
		return generator.Change{}, rest.Incomplete("a branch lacks its name or commit")
	}
	change := generator.Change{Kind: generator.Branch, Branch: name, TargetBranch: name, HeadSHA: sha}
	if of.htmlURL != "" {
		change.URL = of.htmlURL + "/tree/" + escape(name)
	}
	return change, nil
}

// escape escapes a branch for a path, where its slashes stay.
func escape(branch string) string {
	return strings.ReplaceAll(url.PathEscape(branch), "%2F", "/")
}
