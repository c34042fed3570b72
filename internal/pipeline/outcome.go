package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/gitops"
	"github.com/previewset/previewset/internal/gitrepo"
	"github.com/previewset/previewset/kustomize/object"
)

// Outcome is the result of one sync.
type Outcome struct {
	Snapshot *generator.Snapshot
	// Plan is empty for a set without an overlay.
	Plan gitops.Plan
	// Held are the held previews. Their field Held is the reason.
	Held []generator.Preview
	// Commit is the hash of the pushed commit, "" for none.
	Commit string
	// Deferred is true if entries were kept only because the list is older than the
	// entries. A sync with a newer list deletes them.
	Deferred bool
	// Listing is the list of the source. Forks are at their heads.
	Listing generator.Listing

	unread []string // ids of entries without a valid record that may be in use
	// forgotten are dropped changes of a set without entries that may have had a preview
	// before the first sync.
	forgotten []generator.Dropped
	state     gitops.State
}

// EntryFiles returns the files and the symbolic links of the entry id, by name. The error
// is fs.ErrNotExist if the entry does not exist.
func (o *Outcome) EntryFiles(ctx context.Context, id string) (map[string]gitrepo.File, error) {
	return o.state.EntryFiles(ctx, id)
}

// outcome places each preview at its entry. A preview without an entry, because its
// overlay could not be written, keeps its last placement, which Git still has at the
// placement's revision. Without a last placement it is dropped. An entry with its id
// may be of another preview, such as one of a former source.
func (s *Set) outcome(ctx context.Context, w *work, result gitops.Result) *Outcome {
	faults, pending := s.faults(ctx, result), result.Pending()
	d, placed := w.decided, placements(w.in.Previous)
	snapshot := s.snapshot(w.found, d)
	for i, drop := range snapshot.Dropped {
		_, exists := result.State.Entries[drop.ID]
		snapshot.Dropped[i].HasEntry = drop.HasEntry && exists
	}
	hosts := plannedHosts(result)
	for _, p := range d.previews {
		entry, ok := result.State.Entries[p.ID]
		place := generator.Placement{RepoURL: s.Overlay.Repository.URL(), Path: s.Overlay.Repository.SetPath(s.Name) + "/" + p.ID, Revision: entry.Revision}
		//promise:previews-are-at-their-own-entry
		if ok && faults[p.ID] != nil {
			ok = d.own[p.ID]
		}
		//promise:failed-overlays-keep-the-preview
		if !ok {
			place, ok = placed[p.Origin()]
		}
		p.Held.Since = heldSince(p, entry)
		//promise:answers-have-the-committed-hosts
		if recorded := entry.Record.Preview(); recorded.Host == p.Host {
			p.Hosts = recorded.Hosts
		} else if planned, ok := hosts[p.ID]; ok {
			p.Hosts = planned
		}
		if ok {
			snapshot.Previews = append(snapshot.Previews, generator.Placed{Preview: p, Placement: place, Entry: d.entry(p, result.State, pending), Fault: faults[p.ID]})
			continue
		}
		snapshot.Dropped = append(snapshot.Dropped, unwritten(p, faults[p.ID]))
	}
	snapshot.Warnings = generator.SortWarnings(slices.Concat(d.warnings, w.warnings, labelWarnings(d.previews)))
	snapshot.Ended = s.ended(ctx, w.in.Previous, snapshot, result.State)
	return &Outcome{
		Snapshot: snapshot, Plan: result.Plan, Held: d.held(), Commit: result.Commit, Deferred: d.deferred,
		unread: d.unread, Listing: w.found, state: result.State,
	}
}

// heldSince returns the time from which p is held. If the guard holds p, the only time that
// is the same on all replicas is the one in the entry. The entry is not written while the
// overlay has a fault.
func heldSince(p generator.Preview, entry gitops.Entry) time.Time {
	if p.Objection == nil {
		return p.Held.Since
	}
	//promise:unrecorded-holds-have-no-time
	if recorded := entry.Record.Preview().Objection; recorded == nil || !recorded.Since.Equal(p.Objection.Since) {
		return time.Time{}
	}
	return p.Held.Since
}

// entry describes the entry of p for a snapshot.
func (d *decision) entry(p generator.Preview, state gitops.State, pending map[string]bool) generator.Entry {
	if pending[p.ID] && !d.own[p.ID] {
		_, damaged := state.Damaged[p.ID]
		return generator.Entry{Pending: true, Damaged: damaged}
	}
	e := state.Entries[p.ID]
	return generator.Entry{Committed: e.Record.Change.Head, CommittedAt: e.CommittedAt, Pending: pending[p.ID]}
}

// unwritten returns the dropped change of a preview without an entry. Without a fault,
// this process has no permission to write the entry.
func unwritten(p generator.Preview, fault *generator.Fault) generator.Dropped {
	why := generator.Verdict{Reason: generator.ReasonPending, Detail: "serve has not written its entry yet"}
	if fault != nil {
		why = generator.Verdict{Reason: generator.ReasonOverlay, Detail: fault.Message, Since: fault.Since}
	}
	return generator.Dropped{Change: p.Change, Variant: p.Variant, ID: p.ID, Fault: fault, Verdict: why}
}

// labelWarnings returns a warning for each change with more labels than a record can have.
func labelWarnings(previews []generator.Preview) (warnings []generator.Warning) {
	for _, p := range previews {
		if len(p.Labels) > gitops.MaxLabels {
			warnings = append(warnings, generator.Warning{
				Subject: p.Key().String(),
				Message: fmt.Sprintf("its record has the first %d of its %d labels: remove labels from the change", gitops.MaxLabels, len(p.Labels)),
			})
		}
	}
	return warnings
}

// snapshot returns the snapshot of d without its previews, with capacity for them.
func (s *Set) snapshot(found generator.Listing, d *decision) *generator.Snapshot {
	return &generator.Snapshot{
		Set: s.Name, TakenAt: found.TakenAt, Dropped: d.dropped, Repository: found.Repository, Pins: d.pins, Forks: d.listed, Warnings: d.warnings,
		Private: found.Private, Previews: make([]generator.Placed, 0, len(d.previews)),
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

// markLost marks the dropped changes whose entries lost their records. A running service
// has their previews in its snapshot.
func (o *Outcome) markLost(ctx context.Context) error {
	for i, d := range o.Snapshot.Dropped {
		if d.Fault == nil {
			continue
		}
		lost, err := o.lostRecord(ctx, d.ID)
		if err != nil {
			return err
		}
		o.Snapshot.Dropped[i].Lost = lost
	}
	return nil
}

// lostRecord reports whether a directory is no entry, because somebody removed or damaged
// its record.
func (o *Outcome) lostRecord(ctx context.Context, id string) (bool, error) {
	_, foreign := o.state.Foreign[id]
	if _, damaged := o.state.Damaged[id]; !foreign && !damaged {
		return false, nil
	}
	_, had, err := o.state.FormerRecord(ctx, id)
	return had, err
}

// errLost marks errors about an entry that may be in use and can't be read.
var errLost = errors.New("its record can't be read")

// checkLost returns an error if a preview that the set cannot know may be in use. It is
// for the first sync after a start.
func (o *Outcome) checkLost(ctx context.Context) error {
	//promise:first-answers-leave-no-preview-out
	if len(o.forgotten) > 0 {
		d := o.forgotten[0]
		return fmt.Errorf("%w: %w: %s may have a preview, which a set without gitops does not know after a start: %s",
			errList, generator.ErrIncomplete, d.Key(), d.Detail)
	}
	return o.checkLostEntries(ctx)
}

// checkLostEntries returns an error if a preview without an entry may be in use,
// because its directory was an entry until somebody removed or damaged the record. It is
// for the first sync after a start, when there is no snapshot that contains the preview.
// An answer without the preview would make Argo CD delete a running Application.
func (o *Outcome) checkLostEntries(ctx context.Context) error {
	for _, f := range o.Plan.Failures {
		lost, err := o.lostRecord(ctx, f.ID)
		if err != nil {
			return err
		}
		if lost {
			return fmt.Errorf("%s may be in use, but %w: %w, or restore %s from the history of Git", f.ID, errLost, f.Err, gitops.RecordFile)
		}
	}
	if len(o.unread) == 0 {
		return nil
	}
	id := o.unread[0]
	why := o.state.Foreign[id]
	if damaged, ok := o.state.Damaged[id]; ok {
		why = damaged.Err.Error()
	}
	return fmt.Errorf("%s may be in use, but %w: %s; restore %s from the history of Git, or delete the directory", id, errLost, object.OneLine(why), gitops.RecordFile)
}
