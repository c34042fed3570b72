package forge

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
)

// Ending implements generator.Source. A pull request ended when the forge says so.
// A branch ended when the forge says that there is none of its name, shows the
// repository right before and the default branch right after. Everything else, any
// other 404 included, is generator.Unknown with an error.
func (s *Source) Ending(ctx context.Context, k generator.Key) (generator.Ending, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	ending, err := s.ending(ctx, k)
	if err != nil {
		return generator.EndingUnknown, s.fail("read what became of "+k.String(), err)
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
		return generator.EndingUnknown, Incomplete("the answer is of pull request %d", got.Number)
	case got.Ending != generator.EndingOpen && !got.Ending.Ended():
		return generator.EndingUnknown, Incomplete("pull request %d is in state %q", number, got.State)
	}
	return got.Ending, nil
}

// branchEnding believes that there is no branch of a name where the same question
// finds the default branch right after. A forge that shows no branch at all, for
// lack of a permission or of its data, says nothing of this one.
func (s *Source) branchEnding(ctx context.Context, name string) (generator.Ending, error) {
	of, err := s.api.Repository(ctx)
	if err == nil {
		_, err = of.facts(s.at)
	}
	if err != nil {
		return generator.EndingUnknown, err
	}
	exists, err := s.hasBranch(ctx, of, name)
	if err != nil {
		return generator.EndingUnknown, err
	}
	if exists {
		return generator.EndingOpen, nil
	}
	exists, err = s.hasBranch(ctx, of, of.DefaultBranch)
	if err != nil {
		return generator.EndingUnknown, err
	}
	if !exists {
		return generator.EndingUnknown, Incomplete("the default branch is missing, too")
	}
	return generator.EndingDeleted, nil
}

func (s *Source) hasBranch(ctx context.Context, of Repository, name string) (bool, error) {
	got, err := s.api.Branch(ctx, name)
	if errors.Is(err, ErrAbsent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	shown, err := got.change(of, generator.Branch)
	if err != nil {
		return false, err
	}
	if shown.Branch != name {
		return false, Incomplete("the answer is of another branch")
	}
	return true, nil
}
