package forge

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
)

// Ending implements generator.Source. A pull request ended if the forge returns it as
// closed or merged. A branch ended if the forge returns ErrAbsent for it, and returns
// the repository immediately before and the default branch immediately after. In every
// other case, including any other status 404, the result is generator.EndingUnknown with
// an error.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	ending, err := s.ending(ctx, k)
	if err != nil {
		return generator.EndingUnknown, s.fail("read the state of "+k.String(), err)
	}
	return ending, nil
}

func (s *Source) ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	switch {
	case k.Kind == generator.PullRequest && k.Number > 0:
		return s.pullRequestEnding(ctx, k.Number)
	case k.Kind == generator.Branch && k.Branch != "":
		return s.branchEnding(ctx, k.Branch)
	}
	return generator.EndingUnknown, fmt.Errorf("not a change: %q", k.Kind)
}

func (s *Source) pullRequestEnding(ctx context.Context, number int64) (generator.Ending, error) {
	got, err := s.api.PullRequest(ctx, number)
	switch {
	case err != nil:
		return generator.EndingUnknown, err
	case got.Number != number:
		return generator.EndingUnknown, Incomplete("the answer describes pull request %d", got.Number)
	case got.Ending != generator.EndingOpen && !got.Ending.Ended():
		return generator.EndingUnknown, Incomplete("pull request %d is in state %q", number, got.State)
	}
	return got.Ending, nil
}

// branchEnding accepts that a branch does not exist only if the same request finds the
// default branch immediately afterwards. If a forge returns no branch at all, because of
// a missing permission or missing data, there is no evidence about this branch.
func (s *Source) branchEnding(ctx context.Context, name string) (generator.Ending, error) {
	repository, err := s.api.Repository(ctx)
	if err == nil {
		_, err = repository.facts(s.place)
	}
	if err != nil {
		return generator.EndingUnknown, err
	}
	exists, err := s.hasBranch(ctx, repository, name)
	if err != nil {
		return generator.EndingUnknown, err
	}
	if exists {
		return generator.EndingOpen, nil
	}
	exists, err = s.hasBranch(ctx, repository, repository.DefaultBranch)
	if err != nil {
		return generator.EndingUnknown, err
	}
	if !exists {
		return generator.EndingUnknown, Incomplete("neither the branch nor the default branch is found")
	}
	return generator.EndingDeleted, nil
}

func (s *Source) hasBranch(ctx context.Context, repository Repository, name string) (bool, error) {
	got, err := s.api.Branch(ctx, name)
	if errors.Is(err, ErrAbsent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	branch, err := got.change(repository, generator.Branch)
	if err != nil {
		return false, err
	}
	if branch.Branch != name {
		return false, Incomplete("the answer describes another branch")
	}
	return true, nil
}
