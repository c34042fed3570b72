package gitea

import (
	"context"
	"fmt"
	"slices"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Ending implements generator.Source. A pull request ended when Gitea says that
// it is closed; a branch, when it is missing from a complete list that has the
// default branch. All else, a 404 included, is Unknown with an error.
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
	r, err := s.reader(ctx)
	if err != nil {
		return generator.Unknown, err
	}
	switch {
	case k.Kind == generator.PullRequest && k.Number > 0:
		return r.pullEnding(k.Number)
	case k.Kind == generator.Branch && k.Branch != "":
		return r.branchEnding(ctx, k.Branch)
	}
	return generator.Unknown, fmt.Errorf("not a change: %q", k.Kind)
}

func (r reader) pullEnding(number int64) (generator.Ending, error) {
	p, _, err := r.client.GetPullRequest(r.owner, r.repo, number)
	if err != nil {
		return generator.Unknown, err
	}
	switch {
	case p.Index != number:
		return generator.Unknown, rest.Incomplete("the answer is of pull request %d", p.Index)
	case p.State == gogitea.StateClosed && p.HasMerged:
		return generator.Merged, nil
	case p.State == gogitea.StateClosed:
		return generator.Closed, nil
	case p.State == gogitea.StateOpen:
		return generator.Open, nil
	}
	return generator.Unknown, rest.Incomplete("pull request %d is in state %.20q", number, p.State)
}

func (r reader) branchEnding(ctx context.Context, branch string) (generator.Ending, error) {
	of, err := r.facts()
	if err != nil {
		return generator.Unknown, err
	}
	branches, err := r.branches(ctx, of)
	if err != nil {
		return generator.Unknown, err
	}
	if slices.ContainsFunc(branches, func(c generator.Change) bool { return c.Branch == branch }) {
		return generator.Open, nil
	}
	return generator.Deleted, nil
}
