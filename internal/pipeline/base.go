package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
	"github.com/previewset/previewset/kustomize/object"
)

// renderer returns the base at the state's commit. A base that can't be used fails
// each preview's overlay, not the sync: entries keep their last good state, and
// previews that ended are still removed.
func (s *Set) renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	base, err := s.loadBase(ctx, state)
	var build *object.BuildError
	var refused *object.RefusedError
	switch {
	case errors.As(err, &build), errors.As(err, &refused):
		return broken{err}, nil
	case err != nil:
		return nil, fmt.Errorf("base: %w", err)
	}
	return base, nil
}

// loadBase reads the base at the state's commit, or returns the last one if none of
// its inputs has changed.
func (s *Set) loadBase(ctx context.Context, state gitops.State) (*kustomize.Base, error) {
	files, err := state.Files(ctx, s.Overlay.Paths...)
	if err != nil {
		return nil, err
	}
	if last := s.memory.base; last != nil && unchanged(last.Inputs(), files) {
		return last, nil
	}
	base, err := s.Overlay.Renderer.Load(files)
	if err == nil {
		s.memory.base = base
	}
	return base, err
}

func unchanged(inputs map[string]string, files gitops.Files) bool {
	for path, hash := range inputs {
		if now, err := files.Hash(path); err != nil || now != hash {
			return false
		}
	}
	return true
}

// broken is a base that can't be used.
type broken struct{ err error }

func (b broken) Draft(generator.Preview, string) (kustomize.Overlay, error) {
	return kustomize.Overlay{}, b.err
}

func (b broken) Render(context.Context, generator.Preview, string) (kustomize.Overlay, error) {
	return kustomize.Overlay{}, b.err
}

func (b broken) Inputs() map[string]string { return nil }
