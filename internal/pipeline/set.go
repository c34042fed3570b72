package pipeline

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
)

// Set is one set of the configuration with all its parts. It is not safe for
// concurrent use.
type Set struct {
	Name      string
	Source    generator.Source
	Selection generator.Selection
	// Variants are the variants in which each change has a preview. Without variants,
	// a change has one preview. Namer must have been made with the same names.
	Variants []generator.Variant
	// Parameters are the parameters of all previews. generator.ParseFlags must accept
	// the value of "flags". No other key may be one of generator.ParameterNames.
	Parameters map[string]string
	Guard      generator.Guard
	// GitOps is the branch that previews are written to, also those of other sets; nil
	// for none.
	GitOps *generator.GitOpsBranch
	Namer  *naming.Namer
	// Overlay is nil if the set has parameters only.
	Overlay *Overlay
	// Ended is the age up to which a snapshot has the removed previews; 0 for none.
	Ended time.Duration
	Now   func() time.Time
	Log   *slog.Logger

	memory memory
}

// Overlay is the renderer of a set, and the repository of its entries.
type Overlay struct {
	Renderer   *kustomize.Renderer
	Repository *gitops.Repository
	// Paths are the paths of the base and its components, which are fetched together.
	Paths []string
}

// Input is the input of one sync.
type Input struct {
	// Previous is the last snapshot, nil after a start.
	Previous    *generator.Snapshot
	Permissions gitops.Permissions
	// Labelings are the labels that were set according to signed events, in the order
	// of their arrival. The list of the source may not have them yet. Those of another
	// repository are ignored.
	Labelings []generator.Labeling
}

// Sync makes the next snapshot of s, and commits the changes that in.Permissions allow.
// On an error there is no new snapshot, and the last one stays in use.
func (s *Set) Sync(ctx context.Context, in Input) (*Outcome, error) {
	outcome, err := s.run(ctx, in, func(w gitops.Work) (gitops.Result, error) {
		return s.Overlay.Repository.Apply(ctx, s.Name, in.Permissions, w)
	})
	if err == nil && in.Previous == nil && (s.Overlay == nil || in.Permissions.Write) {
		err = outcome.checkLost(ctx)
	}
	if err != nil {
		return nil, err
	}
	return outcome, nil
}

// Plan returns the outcome of a Sync after a start. It changes nothing. A preview
// without an entry has no revision in the snapshot, which must not be sent to Argo CD.
func (s *Set) Plan(ctx context.Context, permissions gitops.Permissions) (*Outcome, error) {
	outcome, err := s.run(ctx, Input{Permissions: permissions}, func(w gitops.Work) (gitops.Result, error) {
		result, err := s.Overlay.Repository.Plan(ctx, s.Name, permissions, w)
		for _, step := range result.Plan.Steps {
			if _, exists := result.State.Entries[step.ID]; !exists && step.Action != gitops.Delete {
				result.State.Entries[step.ID] = gitops.Entry{}
			}
		}
		return result, err
	})
	if err == nil {
		err = outcome.markLost(ctx)
	}
	if err != nil {
		return nil, err
	}
	return outcome, nil
}

func (s *Set) run(ctx context.Context, in Input, apply func(gitops.Work) (gitops.Result, error)) (*Outcome, error) {
	if in.Permissions.Prune && s.Overlay != nil && s.memory.prior == nil {
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
	if in.Previous, err = s.identifySnapshot(ctx, found, in.Previous); err != nil {
		return nil, err
	}
	in.Labelings = slices.DeleteFunc(slices.Clone(in.Labelings), func(l generator.Labeling) bool {
		return l.RepositoryID != "" && l.RepositoryID != found.Repository.ID
	})
	if s.Overlay == nil {
		return s.parametersOnly(ctx, found, in)
	}
	w := &work{set: s, found: found, in: in}
	result, err := apply(w)
	if err != nil {
		return nil, err
	}
	if in.Permissions.Prune {
		s.memory.prior = newPrior(result.State, s.Now())
	}
	return s.outcome(ctx, w, result), nil
}

// work decides, for one sync, the desired state of a set. If somebody else has moved
// the branch, Apply calls it again with the new state of the repository.
type work struct {
	set     *Set
	found   generator.Listing
	in      Input
	decided *decision // for the last state
	// warnings are those of the base, for the last state.
	warnings []generator.Warning
}

// Decide implements gitops.Work.
func (w *work) Decide(ctx context.Context, state gitops.State) (gitops.Desired, error) {
	var err error
	w.decided, err = w.set.decide(ctx, w.found, w.in, state)
	if err != nil {
		return gitops.Desired{}, err
	}
	return w.decided.desired(w.set.Selection.Lifetime), nil
}

// Renderer implements gitops.Work.
func (w *work) Renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	renderer, err := w.set.renderer(ctx, state)
	w.warnings = nil
	if base, ok := renderer.(namedBase); ok {
		w.warnings = slices.Concat(base.Warnings(), w.set.hostWarnings(base.Base), w.set.listenerWarnings(base.Base, w.found))
	}
	return renderer, err
}

func (s *Set) parametersOnly(ctx context.Context, found generator.Listing, in Input) (*Outcome, error) {
	d, err := s.decide(ctx, found, in, gitops.State{})
	if err != nil {
		return nil, err
	}
	snapshot := s.snapshot(found, d)
	snapshot.Removals = s.routineTimes(in.Previous, d)
	for _, p := range d.previews {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p, Entry: generator.Entry{Committed: p.HeadSHA}})
	}
	return &Outcome{Snapshot: snapshot, Held: d.held(), Listing: found, forgotten: d.unsure}, nil
}
