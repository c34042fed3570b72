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

// renderer returns the base at the state's commit as a renderer. An invalid base
// fails each preview's overlay, but not the sync: entries keep their last good
// state, and previews that ended are still removed.
func (s *Set) renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	base, err := s.loadBase(ctx, state)
	var build *object.BuildError
	var refused *object.RefusedError
	switch {
	case errors.As(err, &build), errors.As(err, &refused):
		return brokenBase{err}, nil
	case err != nil:
		return nil, fmt.Errorf("base: %w", err)
	}
	return namedBase{base, s}, nil
}

// namedBase is a base with the names of its set.
type namedBase struct {
	*kustomize.Base
	set *Set
}

// Hosts implements gitops.Renderer.
func (b namedBase) Hosts(p generator.Preview) ([]generator.Host, error) {
	return b.set.hosts(b.Base, p)
}

// loadBase reads the base at the state's commit. If no input of the last base has
// changed, it returns that base.
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
		if current, err := files.Hash(path); err != nil || current != hash {
			return false
		}
	}
	return true
}

// brokenBase is the renderer of an invalid base.
type brokenBase struct{ err error }

func (b brokenBase) Hosts(generator.Preview) ([]generator.Host, error) { return nil, b.err }

func (b brokenBase) Draft(generator.Preview, string) (kustomize.Overlay, error) {
	return kustomize.Overlay{}, b.err
}

func (b brokenBase) Render(context.Context, generator.Preview, string) (kustomize.Overlay, error) {
	return kustomize.Overlay{}, b.err
}

func (b brokenBase) Inputs() map[string]string { return nil }
