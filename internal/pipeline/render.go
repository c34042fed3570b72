package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/kustomize"
)

// ErrNoPreview means that a set has no preview with the requested id.
var ErrNoPreview = errors.New("no such preview")

// Rendered is the overlay of one preview.
type Rendered struct {
	Overlay kustomize.Overlay
	base    *kustomize.Base
}

// Build builds the overlay and returns its manifests.
func (r *Rendered) Build(ctx context.Context) ([]byte, error) { return r.base.Build(ctx, r.Overlay) }

// Render returns the overlay of the preview id as a sync after the outcome of Plan would
// write it. It changes nothing. The error is ErrNoPreview if the outcome has no such
// preview.
func (s *Set) Render(ctx context.Context, o *Outcome, id string) (*Rendered, error) {
	if s.Overlay == nil {
		return nil, fmt.Errorf("set %s has no overlay, only parameters", s.Name)
	}
	i := slices.IndexFunc(o.Snapshot.Previews, func(p generator.Placed) bool { return p.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoPreview, id)
	}
	base, err := s.loadBase(ctx, o.state)
	if err != nil {
		return nil, err
	}
	p := o.Snapshot.Previews[i].Preview
	if p.Hosts, err = s.hosts(base, p); err != nil {
		return nil, err
	}
	overlay, err := base.Render(ctx, p, s.Overlay.Repository.SetPath(s.Name)+"/"+id)
	return &Rendered{overlay, base}, err
}
