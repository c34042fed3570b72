package forge

import (
	"context"
	"errors"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// Proves implements generator.Prover.
func (s *Source) Proves(ctx context.Context, repositoryID string, recorded generator.Change) (bool, error) {
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	proven, err := s.proves(ctx, repositoryID, recorded)
	if err != nil {
		return false, s.fail(ctx, "look up "+recorded.Key().String(), err)
	}
	return proven, nil
}

func (s *Source) proves(ctx context.Context, repositoryID string, recorded generator.Change) (bool, error) {
	if recorded.Kind == generator.PullRequest {
		got, err := s.pullRequest(ctx, repositoryID, recorded.Number)
		return err == nil && got.SameCreation(recorded), err
	}
	if _, err := s.repository(ctx, repositoryID); err != nil {
		return false, err
	}
	got, err := s.api.Commit(ctx, recorded.HeadSHA)
	if errors.Is(err, generator.ErrNotFound) {
		return false, nil
	}
	return err == nil && got.Hash == recorded.HeadSHA, err
}
