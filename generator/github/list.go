package github

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v62/github"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

const perPage = 100 // GitHub's maximum

// facts are what is read of the repository.
type facts struct {
	generator.Repository
	id      int64
	htmlURL string
}

// List implements generator.Source. Lists of more than one page that have other
// entries than the last time are read until two readings agree, at most three
// times; the second costs nothing of the rate limit.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	listing := generator.Listing{TakenAt: time.Now()}
	repository, err := s.facts(ctx)
	if err != nil {
		return generator.Listing{}, s.fail("read the repository", err)
	}
	listing.Repository = repository.Repository
	if q.PullRequests {
		pulls, err := s.believed.Settle(ctx, generator.PullRequest, func() (rest.Reading, error) { return s.readPulls(ctx, repository) })
		if err != nil {
			return generator.Listing{}, s.fail("list the pull requests", err)
		}
		listing.Changes = append(listing.Changes, pulls...)
	}
	if q.Branches {
		branches, err := s.branches(ctx, repository)
		if err != nil {
			return generator.Listing{}, s.fail("list the branches", err)
		}
		listing.Changes = append(listing.Changes, branches...)
	}
	return listing, nil
}

func (s *Source) facts(ctx context.Context) (facts, error) {
	repository, _, err := s.lists.Repositories.Get(ctx, s.owner, s.repo)
	if err != nil {
		return facts{}, err
	}
	clone, err := url.Parse(repository.GetCloneURL())
	if err != nil || clone.Host == "" || repository.GetID() <= 0 || repository.GetDefaultBranch() == "" {
		return facts{}, rest.Incomplete("the repository lacks its id, clone URL or default branch")
	}
	clone.User = nil
	return facts{
		Repository: generator.Repository{
			// The configured names: names of previews are made from them, and
			// must not change when the repository is renamed.
			Host: s.host, Organization: s.owner, Name: s.repo,
			CloneURL: clone.String(), DefaultBranch: repository.GetDefaultBranch(),
		},
		id:      repository.GetID(),
		htmlURL: strings.TrimRight(repository.GetHTMLURL(), "/"),
	}, nil
}

func (s *Source) readPulls(ctx context.Context, of facts) (rest.Reading, error) {
	return collect(s, func(page int) ([]*gogithub.PullRequest, *gogithub.Response, error) {
		return s.lists.PullRequests.List(ctx, s.owner, s.repo, &gogithub.PullRequestListOptions{
			State: "open", Sort: "created", Direction: "asc",
			ListOptions: gogithub.ListOptions{Page: page, PerPage: perPage},
		})
	}, func(p *gogithub.PullRequest) (generator.Change, error) { return pullChange(p, of) })
}

// branches returns all branches. A list without the default branch is not the
// whole truth.
func (s *Source) branches(ctx context.Context, of facts) ([]generator.Change, error) {
	changes, err := s.believed.Settle(ctx, generator.Branch, func() (rest.Reading, error) { return s.readBranches(ctx, of) })
	if err != nil {
		return nil, err
	}
	isDefault := func(c generator.Change) bool { return c.Branch == of.DefaultBranch }
	if !slices.ContainsFunc(changes, isDefault) {
		return nil, rest.Incomplete("the default branch is missing")
	}
	return changes, nil
}

func (s *Source) readBranches(ctx context.Context, of facts) (rest.Reading, error) {
	return collect(s, func(page int) ([]*gogithub.Branch, *gogithub.Response, error) {
		return s.lists.Repositories.ListBranches(ctx, s.owner, s.repo, &gogithub.BranchListOptions{
			ListOptions: gogithub.ListOptions{Page: page, PerPage: perPage},
		})
	}, func(b *gogithub.Branch) (generator.Change, error) { return branchChange(b, of) })
}
