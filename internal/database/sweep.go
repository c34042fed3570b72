package database

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/previewset/previewset/generator"
)

// Entries is the state of a set in Git.
type Entries interface {
	// Status returns the status of the preview that m names. After an error, the status
	// is unknown.
	Status(ctx context.Context, m Mark) (EntryStatus, error)
}

// EntryStatus is the state of a preview's entry in Git.
type EntryStatus struct {
	State EntryState
	// Detail is the reason, for people.
	Detail string
}

// EntryState reports whether a preview has an entry.
type EntryState int

// The states. The zero value changes nothing.
const (
	// EntryUnknown means that an entry can exist, but can't be read.
	EntryUnknown EntryState = iota
	// EntryPresent means that the preview has an entry.
	EntryPresent
	// EntryPruned means that a commit of the pruner deleted the entry.
	EntryPruned
	// EntryMissing means that the preview has no entry, for an unknown reason.
	EntryMissing
)

// SweepSet is a set whose previews have databases on a server.
type SweepSet struct {
	// Guard bounds the number of objects with EntryMissing that a sweep drops.
	Guard generator.Guard
	// Read returns the current entries.
	Read func(ctx context.Context) (Entries, error)
}

// Sweep removes the databases of previews that no longer exist, if no hook removed them.
type Sweep struct {
	Server Server
	// Sets by name. Objects of other sets are kept.
	Sets map[string]SweepSet
	// Grace is the time between the first sweep that finds no preview for an object and
	// its removal.
	Grace time.Duration
	Now   func() time.Time
	// DryRun changes nothing: findings have the actions that a sweep would take.
	DryRun bool
	// Progress is called with a message before each step. It is never nil.
	Progress func(format string, args ...any)
}

// Action is the action of a sweep for an object.
type Action string

// The actions.
const (
	Keep   Action = "keep"   // its preview has an entry
	Return Action = "return" // its preview has an entry again: OrphanedAt is cleared
	Note   Action = "note"   // it has no preview: OrphanedAt is set
	Wait   Action = "wait"   // Grace has not passed
	Hold   Action = "hold"   // the guard keeps it
	Doubt  Action = "doubt"  // it is kept, because its status is unknown or an action failed
	Leave  Action = "leave"  // its set is not in Sets
	Drop   Action = "drop"   // it is removed
)

// Finding is an object and the action for it.
type Finding struct {
	Object
	Action Action
	// Why is the reason, for people.
	Why string
}

// Run finds the objects without a preview. It sets OrphanedAt of each that it finds for
// the first time, and drops each whose OrphanedAt is older than Grace. Findings are
// sorted by set, then by name. After a failure of an object or a set, Run continues with
// the others, and returns findings and an error.
func (s Sweep) Run(ctx context.Context) ([]Finding, error) {
	objects, err := s.Server.List(ctx)
	if err != nil {
		return nil, err
	}
	sets := map[string][]Object{}
	for _, o := range objects {
		sets[o.Mark.Set] = append(sets[o.Mark.Set], o)
	}
	var findings []Finding
	var failures []error
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		found, err := s.sweepSet(ctx, name, sets[name])
		findings = append(findings, found...)
		if err != nil {
			failures = append(failures, fmt.Errorf("set %.63q: %w", name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return findings, errors.Join(failures...)
}

// set sweeps the objects of one set.
func (s Sweep) sweepSet(ctx context.Context, name string, objects []Object) ([]Finding, error) {
	set, ok := s.Sets[name]
	if !ok {
		return findingsFor(objects, Leave, "the configuration has no set of this name with a database of this engine"), nil
	}
	s.Progress("sweeping set %s: %d objects", name, len(objects))
	entries, err := set.Read(ctx)
	if err != nil {
		return findingsFor(objects, Doubt, "the entries of the set can't be read"), err
	}
	statuses, failures := readStatuses(ctx, entries, objects)
	held := set.Guard.Holds(countMissing(statuses), len(objects))
	var findings []Finding
	for i, o := range objects {
		if ctx.Err() != nil {
			failures = append(failures, ctx.Err())
			break
		}
		f := s.decide(o, statuses[i], held)
		if err := s.act(ctx, &f); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.Name, err))
		}
		findings = append(findings, f)
	}
	return findings, errors.Join(failures...)
}

func findingsFor(objects []Object, action Action, why string) []Finding {
	findings := make([]Finding, len(objects))
	for i, o := range objects {
		findings[i] = Finding{o, action, why}
	}
	return findings
}

// readStatuses returns the status of each object. After an error it is EntryUnknown.
func readStatuses(ctx context.Context, entries Entries, objects []Object) (statuses []EntryStatus, failures []error) {
	statuses = make([]EntryStatus, len(objects))
	for i, o := range objects {
		status, err := entries.Status(ctx, o.Mark)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.Name, err))
			status = EntryStatus{EntryUnknown, "the GitOps repository can't be read"}
		}
		statuses[i] = status
	}
	return statuses, failures
}

// countMissing returns the number of missing entries for the guard. It includes objects
// within Grace: the guard must also notice many that go missing over several sweeps.
func countMissing(statuses []EntryStatus) (n int) {
	for _, f := range statuses {
		if f.State == EntryMissing {
			n++
		}
	}
	return n
}

// decide returns the action for o. held is the guard's reason to keep objects with
// EntryMissing, or "" if the guard permits their removal.
func (s Sweep) decide(o Object, status EntryStatus, held string) Finding {
	noted := o.Mark.OrphanedAt
	graceEnd := noted.Add(s.Grace)
	switch {
	case status.State == EntryPresent && noted.IsZero():
		return Finding{o, Keep, status.Detail}
	case status.State == EntryPresent:
		return Finding{o, Return, status.Detail}
	case status.State == EntryPruned, status.State == EntryMissing:
	default:
		return Finding{o, Doubt, status.Detail}
	}
	switch {
	case noted.IsZero():
		return Finding{o, Note, status.Detail}
	case s.Now().Before(graceEnd):
		return Finding{o, Wait, status.Detail + ", until " + graceEnd.UTC().Format(time.RFC3339)}
	case status.State == EntryMissing && held != "":
		return Finding{o, Hold, status.Detail + ", and " + held}
	}
	return Finding{o, Drop, status.Detail}
}

// act executes the action of f, except in a dry run.
func (s Sweep) act(ctx context.Context, f *Finding) error {
	if s.DryRun {
		return nil
	}
	o := f.Object
	switch f.Action {
	case Return:
		o.Mark.OrphanedAt = time.Time{}
		return f.markFailed(s.Server.Note(ctx, o))
	case Note:
		o.Mark.OrphanedAt = s.Now().UTC().Truncate(time.Second)
		return f.markFailed(s.Server.Note(ctx, o))
	case Drop:
		return f.markFailed(s.drop(ctx, f))
	case Keep, Wait, Hold, Doubt, Leave:
	}
	return nil
}

// drop removes an object, unless its mark has changed: if a preview opens again, Create
// reuses the object.
func (s Sweep) drop(ctx context.Context, f *Finding) error {
	s.Progress("dropping %s of %s", f.Name, f.Mark.owner())
	_, err := s.Server.Drop(ctx, f.Name, f.Mark, DropPatience)
	if errors.Is(err, ErrChanged) {
		f.Action, f.Why = Doubt, ErrChanged.Error()
		return nil
	}
	return err
}

// markFailed changes f to Doubt if err is not nil. It returns err.
func (f *Finding) markFailed(err error) error {
	if err != nil {
		f.Action, f.Why = Doubt, string(f.Action)+" failed"
	}
	return err
}
