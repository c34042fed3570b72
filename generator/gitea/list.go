package gitea

import (
	"context"
	"slices"
	"time"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// reader reads for one call of a Source.
type reader struct {
	*Source
	client *gogitea.Client
}

func (s *Source) reader(ctx context.Context) (reader, error) {
	client, err := s.api(ctx)
	return reader{s, client}, err
}

// List implements generator.Source. A list of more than one page is read until
// a reading agrees with one before, of this call or of the last, at most three
// times.
func (s *Source) List(ctx context.Context, q generator.Query) (generator.Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	listing := generator.Listing{TakenAt: time.Now()}
	r, err := s.reader(ctx)
	if err != nil {
		return generator.Listing{}, s.fail("prepare", err)
	}
	repository, err := r.facts()
	if err != nil {
		return generator.Listing{}, s.fail("read the repository", err)
	}
	listing.Repository = repository.Repository
	if q.PullRequests {
		pulls, err := r.pulls(ctx, repository)
		if err != nil {
			return generator.Listing{}, s.fail("list the pull requests", err)
		}
		listing.Changes = append(listing.Changes, pulls...)
	}
	if q.Branches {
		branches, err := r.branches(ctx, repository)
		if err != nil {
			return generator.Listing{}, s.fail("list the branches", err)
		}
		listing.Changes = append(listing.Changes, branches...)
	}
	return listing, nil
}

func (r reader) facts() (rest.Facts, error) {
	told, _, err := r.client.GetRepo(r.owner, r.repo)
	if err != nil {
		return rest.Facts{}, err
	}
	return rest.Told{ID: told.ID, CloneURL: told.CloneURL, DefaultBranch: told.DefaultBranch, HTMLURL: told.HTMLURL}.
		Facts(rest.Host(r.root), r.owner, r.repo)
}

func (r reader) pulls(ctx context.Context, of rest.Facts) ([]generator.Change, error) {
	return r.believed.Settle(ctx, generator.PullRequest, func() (rest.Reading, error) {
		return collect(r, func(page gogitea.ListOptions) ([]*gogitea.PullRequest, *gogitea.Response, error) {
			return r.client.ListRepoPullRequests(r.owner, r.repo, gogitea.ListPullRequestsOptions{
				ListOptions: page, State: gogitea.StateOpen, Sort: "oldest",
			})
		}, func(p *gogitea.PullRequest) (generator.Change, error) { return pullChange(p, of) })
	})
}

// branches returns all branches. A list without the default branch is not the
// whole truth.
func (r reader) branches(ctx context.Context, of rest.Facts) ([]generator.Change, error) {
	changes, err := r.believed.Settle(ctx, generator.Branch, func() (rest.Reading, error) {
		return collect(r, func(page gogitea.ListOptions) ([]*gogitea.Branch, *gogitea.Response, error) {
			return r.client.ListRepoBranches(r.owner, r.repo, gogitea.ListRepoBranchesOptions{ListOptions: page})
		}, func(b *gogitea.Branch) (generator.Change, error) { return branchChange(b, of) })
	})
	if err != nil {
		return nil, err
	}
	isDefault := func(c generator.Change) bool { return c.Branch == of.DefaultBranch }
	if !slices.ContainsFunc(changes, isDefault) {
		return nil, rest.Incomplete("the default branch is missing")
	}
	r.commits.retain(changes)
	return changes, nil
}
