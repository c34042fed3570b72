package pipeline

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
)

// load reads the set's base at the state's commit. A base that can't be read
// fails each preview's overlay, not the sync: entries keep their last good
// state and ended previews still go.
func (s *Set) load(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	files, err := state.Files(ctx, s.Overlay.Paths...)
	if err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	base, err := s.Overlay.Renderer.Load(files)
	if err != nil {
		return broken{err}, nil
	}
	return base, nil
}

// broken is a base that can't be built on.
type broken struct{ err error }

func (b broken) Render(context.Context, generator.Preview, string) (kustomize.Overlay, error) {
	return kustomize.Overlay{}, b.err
}

func (b broken) Inputs() map[string]string { return nil }
