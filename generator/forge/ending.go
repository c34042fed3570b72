package forge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// Ending implements generator.Source. A pull request ended if the forge returns it as
// closed or merged. A branch ended if the forge returns ErrAbsent for it, and returns
// the repository immediately before and the default branch immediately after. In every
// other case, including any other status 404 and another repository, the result is
// generator.EndingUnknown with an error.
func (s *Source) Ending(ctx context.Context, repositoryID string, recorded generator.Change) (generator.Ending, error) {
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	ending, err := s.ending(ctx, repositoryID, recorded)
	if err != nil {
		return generator.EndingUnknown, s.fail(ctx, "read the state of "+recorded.Key().String(), err)
	}
	return ending, nil
}

func (s *Source) ending(ctx context.Context, repositoryID string, recorded generator.Change) (generator.Ending, error) {
	switch k := recorded.Key(); {
	case k.Kind == generator.PullRequest && k.Number > 0:
		got, err := s.pullRequest(ctx, repositoryID, k.Number)
		got.Kind = generator.PullRequest
		//promise:recreated-pull-requests-are-no-evidence
		if err == nil && got.OtherCreation(recorded) {
			err = fmt.Errorf("%w: it was created at %s", generator.ErrOtherRepository, got.CreatedAt.UTC().Format(time.RFC3339))
		}
		return got.Ending, err
	case k.Kind == generator.Branch && k.Branch != "":
		return s.branchEnding(ctx, repositoryID, k.Branch)
	}
	return generator.EndingUnknown, fmt.Errorf("not a change: %q", recorded.Kind)
}

// pullRequest returns an open or ended pull request of the repository with this ID.
func (s *Source) pullRequest(ctx context.Context, repositoryID string, number int64) (Item, error) {
	got, err := s.api.PullRequest(ctx, number)
	switch {
	case err != nil:
	case got.Number != number:
		err = Incomplete("the answer describes pull request %d", got.Number)
	case got.Unreadable.Field != "":
		err = Incomplete("pull request %d: %s %s", number, got.Unreadable.Field, got.Unreadable.Problem)
	case got.Ending != generator.EndingOpen && !got.Ending.Ended():
		err = Incomplete("pull request %d is in state %q", number, got.State)
	case got.TargetID == "":
		err = Incomplete("pull request %d names no repository", number)
	//promise:evidence-is-of-the-listed-repository
	case got.TargetID != repositoryID:
		err = fmt.Errorf("%w: pull request %d is of the repository with the id %s, not %q", generator.ErrOtherRepository, number, got.TargetID, repositoryID)
	}
	return got, err
}

// branchEnding accepts that a branch does not exist only if the same request finds the
// default branch immediately afterwards. If a forge returns no branch at all, because of
// a missing permission or missing data, there is no evidence about this branch.
func (s *Source) branchEnding(ctx context.Context, repositoryID, name string) (generator.Ending, error) {
	repository, err := s.repository(ctx, repositoryID)
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

// repository returns the facts of the repository. The error is
// generator.ErrOtherRepository if it has another ID.
func (s *Source) repository(ctx context.Context, id string) (Repository, error) {
	got, err := s.api.Repository(ctx)
	if err == nil {
		_, err = got.facts(s.place)
	}
	if err == nil && got.ID != id {
		err = fmt.Errorf("%w: it has the id %s, not %q", generator.ErrOtherRepository, got.ID, id)
	}
	return got, err
}

func (s *Source) hasBranch(ctx context.Context, repository Repository, name string) (bool, error) {
	got, err := s.api.Branch(ctx, name)
	if errors.Is(err, ErrAbsent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	branch, unreadable, err := got.change(repository, generator.Branch)
	switch {
	case err != nil:
		return false, err
	case unreadable != nil:
		return false, Incomplete("%s: %s %s", unreadable.Key, unreadable.Field, unreadable.Problem)
	case branch.Branch != name:
		return false, Incomplete("the answer describes another branch")
	}
	return true, nil
}
