package github

import (
	"context"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Ending implements generator.Source. A pull request ended when GitHub says
// that it is closed; a branch, when it is missing from a complete list that has
// the default branch. All else, a 404 included, is Unknown with an error.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	ending, err := s.ending(ctx, k)
	if err != nil {
		return generator.Unknown, s.fail("read what became of "+k.String(), err)
	}
	return ending, nil
}

func (s *Source) ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	switch {
	case k.Kind == generator.PullRequest && k.Number > 0:
		return s.pullEnding(ctx, k.Number)
	case k.Kind == generator.Branch && k.Branch != "":
		return s.branchEnding(ctx, k.Branch)
	}
	return generator.Unknown, fmt.Errorf("not a change: %q", k.Kind)
}

func (s *Source) pullEnding(ctx context.Context, number int64) (generator.Ending, error) {
	p, _, err := s.single.PullRequests.Get(ctx, s.owner, s.repo, int(number))
	if err != nil {
		return generator.Unknown, err
	}
	switch {
	case int64(p.GetNumber()) != number:
		return generator.Unknown, rest.Incomplete("the answer is of pull request %d", p.GetNumber())
	case p.GetState() == "closed" && p.GetMerged():
		return generator.Merged, nil
	case p.GetState() == "closed":
		return generator.Closed, nil
	case p.GetState() == "open":
		return generator.Open, nil
	}
	return generator.Unknown, rest.Incomplete("pull request %d is in state %.20q", number, p.GetState())
}

func (s *Source) branchEnding(ctx context.Context, branch string) (generator.Ending, error) {
	of, err := s.facts(ctx)
	if err != nil {
		return generator.Unknown, err
	}
	branches, err := s.branches(ctx, of)
	if err != nil {
		return generator.Unknown, err
	}
	if slices.ContainsFunc(branches, func(c generator.Change) bool { return c.Branch == branch }) {
		return generator.Open, nil
	}
	return generator.Deleted, nil
}
