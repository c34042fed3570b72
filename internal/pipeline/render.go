package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
)

// ErrNoPreview means that the set has no preview with the requested id.
var ErrNoPreview = errors.New("no such preview")

// Rendered is the overlay of one preview.
type Rendered struct {
	Overlay kustomize.Overlay
	base    *kustomize.Base
}

// Build builds the overlay and returns its manifests.
func (r *Rendered) Build(ctx context.Context) ([]byte, error) { return r.base.Build(ctx, r.Overlay) }

// Render returns the overlay of the preview id as Sync would write it now. It changes
// nothing. The error is ErrNoPreview, with the reason, if the change is not kept.
func (s *Set) Render(ctx context.Context, id string) (*Rendered, error) {
	if s.Overlay == nil {
		return nil, fmt.Errorf("set %s has no overlay, only parameters", s.Name)
	}
	state, err := s.Overlay.Repository.State(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	preview, err := s.find(ctx, state, id)
	if err != nil {
		return nil, err
	}
	base, err := s.loadBase(ctx, state)
	if err != nil {
		return nil, err
	}
	overlay, err := base.Render(ctx, preview, s.Overlay.Repository.SetPath(s.Name)+"/"+id)
	return &Rendered{overlay, base}, err
}

func (s *Set) find(ctx context.Context, state gitops.State, id string) (generator.Preview, error) {
	found, err := s.list(ctx)
	if err != nil {
		return generator.Preview{}, err
	}
	d, err := s.decide(ctx, found, Input{}, state)
	if err != nil {
		return generator.Preview{}, err
	}
	for _, p := range d.previews {
		if p.ID == id {
			return p, nil
		}
	}
	for _, drop := range d.dropped {
		if drop.ID == id {
			return generator.Preview{}, fmt.Errorf("%w: %s: %s", ErrNoPreview, id, drop.Detail)
		}
	}
	return generator.Preview{}, fmt.Errorf("%w: %s", ErrNoPreview, id)
}
