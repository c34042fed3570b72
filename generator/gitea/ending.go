package gitea

import (
	"context"
	"errors"
	"fmt"

	gogitea "code.gitea.io/sdk/gitea"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/rest"
)

// Ending implements generator.Source. A pull request ended when Gitea says that
// it is closed; a branch, when Gitea says that there is none of its name, and
// right before and after shows the repository and its default branch. All else,
// any other 404 included, is Unknown with an error.
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
		return r.branchEnding(k.Branch)
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

func (r reader) branchEnding(branch string) (generator.Ending, error) {
	of, err := r.facts()
	if err != nil {
		return generator.Unknown, err
	}
	return rest.BranchEnding(branch, of.DefaultBranch, func(name string) (bool, error) { return r.hasBranch(name, of) })
}

// hasBranch reports whether there is a branch of a name. From that of one that
// was renamed, Gitea redirects on its pages and not in its API.
func (r reader) hasBranch(name string, of rest.Facts) (bool, error) {
	got, _, err := r.client.GetRepoBranch(r.owner, r.repo, name)
	if errors.Is(err, rest.ErrAbsent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	shown, err := branchChange(got, of)
	if err != nil {
		return false, err
	}
	if shown.Branch != name {
		return false, rest.Incomplete("the answer is of another branch")
	}
	return true, nil
}
