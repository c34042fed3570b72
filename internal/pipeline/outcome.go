package pipeline

import (
	"context"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
)

// Outcome is what one sync found and did.
type Outcome struct {
	Snapshot *generator.Snapshot
	// Plan is empty for a set without an overlay.
	Plan gitops.Plan
	// Held are the previews whose field Held says why they are kept.
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

// outcome places each preview at its entry. A preview that has no entry, because
// its overlay could not be written, keeps its last placement, which Git still has
// at its revision. Without one it is dropped.
func (s *Set) outcome(w *work, result gitops.Result) *Outcome {
	failures := map[string]error{}
	for _, f := range result.Plan.Failures {
		failures[f.ID] = f.Err
	}
	d, placed := w.decided, placements(w.previous)
	snapshot := s.snapshot(w.found, d)
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

// snapshot returns the snapshot of d, with room for its previews and without any.
func (s *Set) snapshot(found generator.Listing, d *decision) *generator.Snapshot {
	return &generator.Snapshot{
		Set: s.Name, TakenAt: found.TakenAt, Dropped: d.dropped, Repository: found.Repository, Pins: d.pins,
		Previews: make([]generator.Placed, 0, len(d.previews)),
	}
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

// doubt returns an error if a preview without an entry may be in use: its directory
// was an entry until somebody removed the record. It is for the first sync after a
// start, when no snapshot says whether the preview exists. An answer without it
// would make Argo CD delete what runs.
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
