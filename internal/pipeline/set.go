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
	Guard     generator.Guard
	Namer     *naming.Namer
	// Overlay is nil where the set has parameters only; then Repository is not
	// used.
	Overlay *Overlay
	Now     func() time.Time
	Log     *slog.Logger
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

// Sync makes the next snapshot of s, and commits what mask permits. previous
// is the last snapshot, nil after a start. On an error nothing is known: the
// last snapshot stays what it is.
func (s *Set) Sync(ctx context.Context, previous *generator.Snapshot, mask gitops.Mask) (*Outcome, error) {
	return s.run(ctx, previous, func(w gitops.Work) (gitops.Result, error) {
		return s.Overlay.Repository.Apply(ctx, s.Name, mask, w)
	})
}

// Plan returns what Sync would do after a start. It changes nothing: a preview
// whose entry is still to be added has no revision in the snapshot, which is
// not for Argo CD.
func (s *Set) Plan(ctx context.Context, mask gitops.Mask) (*Outcome, error) {
	return s.run(ctx, nil, func(w gitops.Work) (gitops.Result, error) {
		result, err := s.Overlay.Repository.Plan(ctx, s.Name, mask, w)
		for _, step := range result.Plan.Steps {
			if step.Action == gitops.Add {
				result.State.Entries[step.ID] = gitops.Entry{}
			}
		}
		return result, err
	})
}

func (s *Set) run(ctx context.Context, previous *generator.Snapshot, apply func(gitops.Work) (gitops.Result, error)) (*Outcome, error) {
	found, err := s.Source.List(ctx, s.Selection.Query())
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	if s.Overlay == nil {
		return s.parametersOnly(ctx, found, previous)
	}
	w := &work{set: s, found: found, known: newEvidence(s.Source), previous: previous}
	result, err := apply(w)
	if err != nil {
		return nil, err
	}
	return s.outcome(found, w.decided, result), nil
}

// work is what one sync has to say of a state of the repository. A push that
// somebody else was faster with has it asked again.
type work struct {
	set      *Set
	found    generator.Listing
	known    *evidence
	previous *generator.Snapshot
	decided  *decision // of the last state
}

// Decide implements gitops.Work.
func (w *work) Decide(ctx context.Context, state gitops.State) (gitops.Desired, error) {
	var err error
	w.decided, err = w.set.decide(ctx, w.found, w.known, baseline(w.previous, state), state)
	if err != nil {
		return gitops.Desired{}, err
	}
	return w.decided.desired(w.set.Selection.Lifetime), nil
}

// Renderer implements gitops.Work.
func (w *work) Renderer(ctx context.Context, state gitops.State) (gitops.Renderer, error) {
	return w.set.Overlay.renderer(ctx, state)
}

func (s *Set) parametersOnly(ctx context.Context, found generator.Listing, previous *generator.Snapshot) (*Outcome, error) {
	var before []generator.Preview
	if previous != nil {
		before = previewsOf(previous)
	}
	d, err := s.decide(ctx, found, newEvidence(s.Source), before, gitops.State{})
	if err != nil {
		return nil, err
	}
	snapshot := &generator.Snapshot{Set: s.Name, TakenAt: found.TakenAt, Dropped: d.dropped}
	for _, p := range d.previews {
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p})
	}
	return &Outcome{Snapshot: snapshot, Held: d.held()}, nil
}

// baseline returns the previews that the set has so far: those of the last
// snapshot, or, after a start, those that have an entry.
func baseline(previous *generator.Snapshot, state gitops.State) []generator.Preview {
	if previous != nil {
		return previewsOf(previous)
	}
	return state.Known()
}

func previewsOf(s *generator.Snapshot) []generator.Preview {
	previews := make([]generator.Preview, len(s.Previews))
	for i, p := range s.Previews {
		previews[i] = p.Preview
	}
	return previews
}

// outcome places each preview at its entry. One that has none, because its
// overlay does not build, is dropped.
func (s *Set) outcome(found generator.Listing, d *decision, result gitops.Result) *Outcome {
	failures := map[string]error{}
	for _, f := range result.Plan.Failures {
		failures[f.ID] = f.Err
	}
	snapshot := &generator.Snapshot{Set: s.Name, TakenAt: found.TakenAt, Dropped: d.dropped}
	for _, p := range d.previews {
		entry, ok := result.State.Entries[p.ID]
		if !ok {
			verdict := generator.Verdict{Reason: generator.ReasonOverlay, Detail: fmt.Sprint(failures[p.ID])}
			snapshot.Dropped = append(snapshot.Dropped, generator.Dropped{Change: p.Change, ID: p.ID, Verdict: verdict})
			continue
		}
		snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p, Placement: generator.Placement{
			RepoURL:  s.Overlay.Repository.URL(),
			Path:     s.Overlay.Repository.SetPath(s.Name) + "/" + p.ID,
			Revision: entry.Revision,
		}})
	}
	return &Outcome{Snapshot: snapshot, Plan: result.Plan, Held: d.held(), Commit: result.Commit, state: result.State}
}
