package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/naming"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/kustomize"
)

// Set is one set of the configuration with all its parts.
type Set struct {
	Name      string
	Source    generator.Source
	Selection generator.Selection
	// Variants are what each change has a preview for; none for one preview. Their
	// names are those that Namer was made for.
	Variants []generator.Variant
	// Parameters are those of all previews. "flags" is what
	// generator.ParseFlags reads; no other may be one of
	// generator.ParameterNames.
	Parameters map[string]string
	Guard      generator.Guard
	Namer      *naming.Namer
	// Overlay is nil where the set has parameters only; then Repository is not
	// used.
	Overlay *Overlay
	Now     func() time.Time
	Log     *slog.Logger

	prior *prior // nil before the first sync that may delete
}

// Overlay is what a set renders, and where to.
type Overlay struct {
	Renderer   *kustomize.Renderer
	Repository *gitops.Repository
	// Paths of the base and its components, to be fetched at once.
	Paths []string

	mu   sync.Mutex
	base *kustomize.Base // the last one that could be loaded
}

// Outcome is what one sync found and did.
type Outcome struct {
	Snapshot *generator.Snapshot
	// Plan is empty for a set without an overlay.
	Plan gitops.Plan
	// Held are the previews that stay though they would not be kept now.
	Held []generator.Preview
	// Commit is the hash of the commit that was pushed, "" for none.
	Commit string

	state gitops.State
}

// EntryFiles returns what the entry id holds, by file name. The error is
// fs.ErrNotExist where there is none.
func (o *Outcome) EntryFiles(ctx context.Context, id string) (map[string][]byte, error) {
	return o.state.EntryFiles(ctx, id)
}

// Sync makes the next snapshot of s, and commits what mask permits. previous is
// the last snapshot, nil after a start. On an error nothing is known: the last
// snapshot stays what it is. A set syncs once at a time.
func (s *Set) Sync(ctx context.Context, previous *generator.Snapshot, mask gitops.Mask) (*Outcome, error) {
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
func (s *Set) Plan(ctx context.Context, mask gitops.Mask) (*Outcome, error) {
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

func (s *Set) run(ctx context.Context, previous *generator.Snapshot, mask gitops.Mask, apply func(gitops.Work) (gitops.Result, error)) (*Outcome, error) {
	if mask.Delete && s.Overlay != nil && s.prior == nil {
		state, err := s.Overlay.Repository.State(ctx, s.Name)
		if err != nil {
			return nil, err
		}
		s.prior = newPrior(state, s.Now())
	}
	found, err := s.Source.List(ctx, s.Selection.Query())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errList, err)
	}
	if s.Overlay == nil {
		return s.parametersOnly(ctx, found, previous)
	}
	w := &work{set: s, found: found, previous: previous}
	result, err := apply(w)
	if err != nil {
		return nil, err
	}
	if mask.Delete {
		s.prior = newPrior(result.State, s.Now())
	}
	return s.outcome(w, result), nil
}

// work is what one sync has to say of a state of the repository. A push that
// somebody else was faster with has it asked again.
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
	w.set.prior.keepNewer(w.decided, w.found, state)
	return w.decided.desired(w.set.Selection.Lifetime), nil
}

// Renderer implements gitops.Work.
func (w *work) Renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	return w.set.Overlay.renderer(ctx, state)
}

func (s *Set) parametersOnly(ctx context.Context, found generator.Listing, previous *generator.Snapshot) (*Outcome, error) {
	d, err := s.decide(ctx, found, previous, gitops.State{})
	if err != nil {
		return nil, err
	}
	snapshot := &generator.Snapshot{Set: s.Name, TakenAt: found.TakenAt, Dropped: d.dropped, Repository: found.Repository, Pins: d.pins}
	snapshot.Previews = make([]generator.Placed, 0, len(d.previews))
	for _, p := range d.previews {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p})
	}
	return &Outcome{Snapshot: snapshot, Held: d.held()}, nil
}

func previewsOf(s *generator.Snapshot) []generator.Preview {
	previews := make([]generator.Preview, len(s.Previews))
	for i, p := range s.Previews {
		previews[i] = p.Preview
	}
	return previews
}

// outcome places each preview at its entry. One that has none, because its
// overlay could not be written, is dropped, unless it was there before: what was
// placed once stays readable at its revision.
func (s *Set) outcome(w *work, result gitops.Result) *Outcome {
	failures := map[string]error{}
	for _, f := range result.Plan.Failures {
		failures[f.ID] = f.Err
	}
	d, placed := w.decided, placements(w.previous)
	snapshot := &generator.Snapshot{Set: s.Name, TakenAt: w.found.TakenAt, Dropped: d.dropped, Repository: w.found.Repository, Pins: d.pins}
	snapshot.Previews = make([]generator.Placed, 0, len(d.previews))
	for _, p := range d.previews {
		entry, ok := result.State.Entries[p.ID]
		place := generator.Placement{RepoURL: s.Overlay.Repository.URL(), Path: s.Overlay.Repository.SetPath(s.Name) + "/" + p.ID, Revision: entry.Revision}
		if !ok {
			place, ok = placed[p.Origin()]
		}
		if ok {
			snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p, Placement: place})
			continue
		}
		snapshot.Dropped = append(snapshot.Dropped, droppedAs(p, generator.Verdict{Reason: generator.ReasonOverlay, Detail: fmt.Sprint(failures[p.ID])}))
	}
	return &Outcome{Snapshot: snapshot, Plan: result.Plan, Held: d.held(), Commit: result.Commit, state: result.State}
}

func placements(s *generator.Snapshot) map[generator.Origin]generator.Placement {
	placed := map[generator.Origin]generator.Placement{}
	if s != nil {
		for _, p := range s.Previews {
			placed[p.Origin()] = p.Placement
		}
	}
	return placed
}

// doubt returns an error where nobody remembers whether a preview, which has no
// entry, is in use: after a start, in a directory that was an entry before
// somebody took its record away. Without it in the answer Argo CD would delete
// what runs.
func (o *Outcome) doubt(ctx context.Context) error {
	for _, f := range o.Plan.Failures {
		if _, foreign := o.state.Foreign[f.ID]; !foreign {
			continue
		}
		had, err := o.state.HadRecord(ctx, f.ID)
		if err != nil {
			return err
		}
		if had {
			return fmt.Errorf("%s may be in use, and its entry can't be read: %w", f.ID, f.Err)
		}
	}
	return nil
}
