package pipeline

import (
	"context"
	"log/slog"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
)

// Set is one set of the configuration with all its parts. One method at a time may
// be called.
type Set struct {
	Name      string
	Source    generator.Source
	Selection generator.Selection
	// Variants are the variants in which each change has a preview. Without any, a
	// change has one preview. Their names must be those that Namer was made with.
	Variants []generator.Variant
	// Parameters are those of all previews. generator.ParseFlags must accept
	// "flags"; no other key may be one of generator.ParameterNames.
	Parameters map[string]string
	Guard      generator.Guard
	Namer      *naming.Namer
	// Overlay is nil where the set has parameters only; then Repository is not
	// used.
	Overlay *Overlay
	Now     func() time.Time
	Log     *slog.Logger

	memory memory
}

// Overlay says what a set renders, and where it writes it.
type Overlay struct {
	Renderer   *kustomize.Renderer
	Repository *gitops.Repository
	// Paths of the base and its components, to be fetched at once.
	Paths []string
}

// Sync makes the next snapshot of s, and commits what mask permits. previous is the
// last snapshot, nil after a start. On an error there is no new snapshot, and the
// last one stays in use.
func (s *Set) Sync(ctx context.Context, previous *generator.Snapshot, mask gitops.Permissions) (*Outcome, error) {
	outcome, err := s.run(ctx, previous, mask, func(w gitops.Work) (gitops.Result, error) {
		return s.Overlay.Repository.Apply(ctx, s.Name, mask, w)
	})
	if err == nil && previous == nil {
		err = outcome.doubt(ctx)
	}
	if err != nil {
		return nil, err
	}
	return outcome, nil
}

// Plan returns what Sync would do after a start. It changes nothing: a preview
// whose entry is still to be added has no revision in the snapshot, which is
// not for Argo CD.
func (s *Set) Plan(ctx context.Context, mask gitops.Permissions) (*Outcome, error) {
	return s.run(ctx, nil, mask, func(w gitops.Work) (gitops.Result, error) {
		result, err := s.Overlay.Repository.Plan(ctx, s.Name, mask, w)
		for _, step := range result.Plan.Steps {
			if step.Action == gitops.Add {
				result.State.Entries[step.ID] = gitops.Entry{}
			}
		}
		return result, err
	})
}

func (s *Set) run(ctx context.Context, previous *generator.Snapshot, mask gitops.Permissions, apply func(gitops.Work) (gitops.Result, error)) (*Outcome, error) {
	if mask.Prune && s.Overlay != nil && s.memory.prior == nil {
		state, err := s.Overlay.Repository.State(ctx, s.Name)
		if err != nil {
			return nil, err
		}
		s.memory.prior = newPrior(state, s.Now())
	}
	found, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	if s.Overlay == nil {
		return s.parametersOnly(ctx, found, previous)
	}
	w := &work{set: s, found: found, previous: previous}
	result, err := apply(w)
	if err != nil {
		return nil, err
	}
	if mask.Prune {
		s.memory.prior = newPrior(result.State, s.Now())
	}
	return s.outcome(w, result), nil
}

// work decides, for one sync, what a set wants at a state of the repository. When a
// push is rejected because somebody else was faster, Apply asks it again for the
// new state.
type work struct {
	set      *Set
	found    generator.Listing
	previous *generator.Snapshot
	decided  *decision // of the last state
}

// Decide implements gitops.Work.
func (w *work) Decide(ctx context.Context, state gitops.State) (gitops.Desired, error) {
	var err error
	w.decided, err = w.set.decide(ctx, w.found, w.previous, state)
	if err != nil {
		return gitops.Desired{}, err
	}
	return w.decided.desired(w.set.Selection.Lifetime), nil
}

// Renderer implements gitops.Work.
func (w *work) Renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	return w.set.renderer(ctx, state)
}

func (s *Set) parametersOnly(ctx context.Context, found generator.Listing, previous *generator.Snapshot) (*Outcome, error) {
	d, err := s.decide(ctx, found, previous, gitops.State{})
	if err != nil {
		return nil, err
	}
	snapshot := s.snapshot(found, d)
	for _, p := range d.previews {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p})
	}
	return &Outcome{Snapshot: snapshot, Held: d.held()}, nil
}
