package github

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

const perPage = 100 // GitHub's maximum

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

func (s *Source) readPulls(ctx context.Context, of rest.Facts) (rest.Reading, error) {
	return readList(ctx, s, fmt.Sprintf("%s/pulls?state=open&sort=created&direction=asc&per_page=%d", s.path(), perPage), of, pullRequest.change)
}

// branches returns all branches. A list without the default branch is not the
// whole truth.
func (s *Source) branches(ctx context.Context, of rest.Facts) ([]generator.Change, error) {
	changes, err := s.believed.Settle(ctx, generator.Branch, func() (rest.Reading, error) {
		return readList(ctx, s, fmt.Sprintf("%s/branches?per_page=%d", s.path(), perPage), of, branch.change)
	})
	if err != nil {
		return nil, err
	}
	isDefault := func(c generator.Change) bool { return c.Branch == of.DefaultBranch }
	if !slices.ContainsFunc(changes, isDefault) {
		return nil, rest.Incomplete("the default branch is missing")
	}
	return changes, nil
}

// readList reads a list once and makes changes of it.
func readList[T sized](
	ctx context.Context, s *Source, list string, of rest.Facts, change func(T, rest.Facts) (generator.Change, error),
) (rest.Reading, error) {
	pages, err := readPages[T](ctx, s, list)
	if err != nil {
		return rest.Reading{}, err
	}
	return collect(pages, func(item T) (generator.Change, error) { return change(item, of) })
}
